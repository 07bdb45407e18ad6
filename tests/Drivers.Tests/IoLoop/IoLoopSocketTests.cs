using System.Net;
using System.Net.Sockets;
using Appliance.Drivers.Interop;
using Appliance.Drivers.IoLoop;

namespace Appliance.Drivers.Tests.IoLoop;

/// <summary>What every loop promises of sockets and descriptors.</summary>
public sealed unsafe class IoLoopSocketTests
{
    private const int NonBlocking = 0x800;

    public static TheoryData<IoLoopKind> Kinds => LoopKinds.Here;

    [Theory, MemberData(nameof(Kinds))]
    public void Parts_leave_in_order_and_the_end_is_zero(IoLoopKind kind)
    {
        using var bench = new LoopBench(kind);
        "headbody"u8.CopyTo(bench.Span);
        var parts = stackalloc IoVector[2];
        parts[0] = IoVector.Of(bench.Bytes, 4);
        parts[1] = IoVector.Of(bench.Bytes + 4, 4);
        bench.Loop.Receive(bench, 1, bench.Right, bench.Bytes + 4096, 4096);
        Assert.Equal(0, bench.Loop.Turn(TimeSpan.Zero));
        bench.Loop.Send(bench, 2, bench.Left, parts, 2);
        bench.Until(2);
        Assert.Equal(8, bench.ResultOf(1));
        Assert.Equal(8, bench.ResultOf(2));
        Assert.True(bench.Span.Slice(4096, 8).SequenceEqual("headbody"u8));
        bench.Loop.Receive(bench, 3, bench.Right, bench.Bytes, 4096);
        bench.CloseLeft();
        Assert.Equal(0, bench.Until(3));
        bench.Loop.Send(bench, 4, bench.Right, parts, 2);
        Assert.Equal(-Errno.EPIPE, bench.Until(4));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void More_than_a_socket_holds_arrives_in_pieces(IoLoopKind kind)
    {
        const int All = 2 << 20;
        using var bench = new LoopBench(kind);
        for (var at = 0; at < All; at++) bench.Span[at] = (byte)(at * 7 >> 3);
        var (sent, received) = (0, 0);
        var part = stackalloc IoVector[1];
        var address = (nint)part;
        var bytes = bench.Bytes;
        void send()
        {
            var parts = (IoVector*)address;
            *parts = IoVector.Of(bytes + sent, All - sent);
            bench.Loop.Send(bench, 1, bench.Left, parts, 1);
        }

        void receive() => bench.Loop.Receive(bench, 2, bench.Right, bytes + All + received, All - received);
        bench.Then = (token, result) =>
        {
            Assert.True(result > 0, $"{result}");
            if (token == 1 && (sent += result) < All) send();
            if (token == 2 && (received += result) < All) receive();
        };
        receive();
        send();
        for (var late = Environment.TickCount64 + 10_000; received < All && Environment.TickCount64 < late;)
            bench.Loop.Turn(TimeSpan.FromMilliseconds(100));
        Assert.Equal(All, received);
        Assert.True(bench.Span[..All].SequenceEqual(bench.Span.Slice(All, All)));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Non_blocking_sockets_wait_all_the_same(IoLoopKind kind)
    {
        using var bench = new LoopBench(kind);
        var (left, right) = LoopBench.Pair(NonBlocking);
        bench.Loop.Receive(bench, 1, right, bench.Bytes, 16);
        for (var turn = 0; turn < 3; turn++) bench.Loop.Turn(TimeSpan.FromMilliseconds(5));
        Assert.Empty(bench.Ended);
        var word = 0x0102030405060708UL;
        Assert.Equal(8, Libc.send(left, &word, 8, 0));
        Assert.Equal(8, bench.Until(1));
        _ = Libc.close(left);
        _ = Libc.close(right);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Callers_are_accepted(IoLoopKind kind)
    {
        using var bench = new LoopBench(kind);
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(4);
        bench.Loop.Accept(bench, 1, (int)listener.SafeHandle.DangerousGetHandle());
        Assert.Equal(0, bench.Loop.Turn(TimeSpan.FromMilliseconds(5)));
        using var caller = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        caller.Connect(listener.LocalEndPoint!);
        var accepted = bench.Until(1);
        Assert.True(accepted > 2, $"{accepted}");
        caller.Send("hello"u8);
        bench.Loop.Receive(bench, 2, accepted, bench.Bytes, 64);
        Assert.Equal(5, bench.Until(2));
        _ = Libc.close(accepted);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Polling_tells_what_a_descriptor_is_ready_for(IoLoopKind kind)
    {
        using var bench = new LoopBench(kind);
        bench.Loop.Poll(bench, 1, bench.Left, PollFd.Out);
        Assert.Equal(PollFd.Out, bench.Until(1) & PollFd.Out);
        bench.Loop.Poll(bench, 2, bench.Left, PollFd.In);
        Assert.Equal(0, bench.Loop.Turn(TimeSpan.FromMilliseconds(5)));
        bench.CloseRight();
        Assert.NotEqual(0, bench.Until(2) & (PollFd.In | PollFd.HangUp));
        bench.Loop.Poll(bench, 3, 9999, PollFd.In);
        Assert.Equal(-Errno.EBADF, bench.Until(3));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Cancelling_ends_what_waits_on_a_descriptor_and_nothing_else(IoLoopKind kind)
    {
        using var bench = new LoopBench(kind);
        var (left, right) = LoopBench.Pair();
        bench.Loop.Receive(bench, 1, bench.Left, bench.Bytes, 16);
        bench.Loop.Poll(bench, 2, bench.Left, PollFd.In);
        bench.Loop.Receive(bench, 3, right, bench.Bytes + 64, 16);
        bench.Loop.Turn(TimeSpan.FromMilliseconds(5));
        bench.Loop.Cancel(bench.Left);
        bench.Until(2);
        Assert.Equal(-Errno.ECANCELED, bench.ResultOf(1));
        Assert.Equal(-Errno.ECANCELED, bench.ResultOf(2));
        for (var turn = 0; turn < 3; turn++) bench.Loop.Turn(TimeSpan.FromMilliseconds(5));
        Assert.Equal(2, bench.Ended.Count);
        var word = 1;
        Assert.Equal(4, Libc.send(left, &word, 4, 0));
        Assert.Equal(4, bench.Until(3));
        bench.Loop.Cancel(bench.Left); // Nothing there: no harm, and nobody is told.
        bench.Loop.Receive(bench, 4, bench.Left, bench.Bytes, 16);
        Assert.Equal(4, Libc.send(bench.Right, &word, 4, 0));
        Assert.Equal(4, bench.Until(4) is var result && result == -Errno.ECANCELED ? 4 : result);
        _ = Libc.close(left);
        _ = Libc.close(right);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Hundreds_of_connections_are_served_together(IoLoopKind kind)
    {
        using var bench = new LoopBench(kind);
        var pairs = Enumerable.Range(0, 300).Select(_ => LoopBench.Pair()).ToArray();
        for (var at = 0; at < pairs.Length; at++) bench.Loop.Receive(bench, (ulong)at, pairs[at].Right, bench.Bytes + (at * 64), 64);
        bench.Loop.Turn(TimeSpan.FromMilliseconds(5));
        var word = 7;
        foreach (var (left, _) in pairs.Reverse()) Assert.Equal(4, Libc.send(left, &word, 4, 0));
        bench.Until(pairs.Length);
        Assert.All(bench.Ended, end => Assert.Equal(4, end.Result));
        foreach (var (left, right) in pairs)
        {
            _ = Libc.close(left);
            _ = Libc.close(right);
        }
    }
}
