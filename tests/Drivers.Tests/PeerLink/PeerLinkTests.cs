using System.Net;
using System.Net.Sockets;
using Appliance.Core.Replica;
using Appliance.Core.Replica.Wire;

namespace Appliance.Drivers.Tests.PeerLink;

/// <summary>Two links over loopback, and strangers in between.</summary>
public sealed class PeerLinkTests
{
    private readonly int _port = FreePort();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Frames_of_all_sizes_arrive_whole_and_in_order(bool encrypt)
    {
        using var a = new LinkSide(0, _port, encrypt: encrypt);
        using var b = new LinkSide(1, _port, encrypt: encrypt);
        Meet(a, b);
        var expected = 0UL;
        var dice = new Random(5);
        for (var frame = 0; frame < 800; frame++)
        {
            if (!a.Buffers.TryTake(BufferUse.Link, out var buffer))
            {
                LinkSide.Until(() => a.Buffers.Available > 32, a, b);
                frame--;
                continue;
            }

            var length = dice.Next(3) switch { 0 => 512, 1 => BlockBuffers.SlotBytes, _ => 512 * dice.Next(1, 200) };
            a.Buffers.Of(buffer, length).Fill((byte)frame);
            expected += (byte)frame + ((ulong)(byte)frame << 8) + (ulong)length;
            a.Link.Send(a.Session, new FrameHeader(FrameKind.Write, FrameFlags.None, length, (ulong)frame, 0, 0), buffer);
            b.Link.Send(b.Session, new FrameHeader(FrameKind.Ack, FrameFlags.None, 0, (ulong)frame, 0, 1), BlockBuffers.None);
        }

        LinkSide.Until(() => b.Frames == 800 && a.Frames == 800, a, b);
        Assert.Equal(expected, b.Sum);
        Assert.Equal((a.Buffers.Count, b.Buffers.Count), (a.Buffers.Available, b.Buffers.Available));
    }

    [Fact]
    public void A_receiver_without_buffers_makes_the_sender_wait()
    {
        using var a = new LinkSide(0, _port);
        using var b = new LinkSide(1, _port) { KeepsBuffers = true };
        Meet(a, b);
        for (var frame = 0; frame < 90; frame++)
        {
            Assert.True(a.Buffers.TryTake(BufferUse.Metadata, out var buffer));
            a.Buffers[buffer].Fill(9);
            a.Link.Send(a.Session, new FrameHeader(FrameKind.Write, 0, BlockBuffers.SlotBytes, (ulong)frame, 0, 0), buffer);
            a.Turn();
            b.Turn();
        }

        for (var round = 0; round < 300; round++)
        {
            a.Turn();
            b.Turn();
        }

        Assert.Equal(90, b.Frames);
        for (var frame = 0; frame < 60; frame++)
        {
            Assert.True(a.Buffers.TryTake(BufferUse.Metadata, out var buffer));
            a.Buffers[buffer].Fill(9); // A slot that was never used holds whatever the memory held before.
            a.Link.Send(a.Session, new FrameHeader(FrameKind.Write, 0, BlockBuffers.SlotBytes, (ulong)frame, 0, 0), buffer);
        }

        LinkSide.Until(() => b.Buffers.Available <= 4, a, b);
        for (var round = 0; round < 50; round++) b.Turn();
        var before = b.Frames;
        for (var round = 0; round < 50; round++) b.Turn();
        Assert.Equal(before, b.Frames);
        b.KeepsBuffers = false;
        foreach (var kept in b.Kept) b.Buffers.Release(kept);
        LinkSide.Until(() => b.Frames == 150, a, b);
    }

    [Fact]
    public void A_wrong_key_is_final_after_three_refusals()
    {
        using var a = new LinkSide(0, _port, key: 1);
        using var b = new LinkSide(1, _port, key: 2);
        a.Link.Connect();
        b.Link.Connect();
        LinkSide.Until(() => a.IsFinal || b.IsFinal, a, b);
        Assert.Contains(a.Downs.Concat(b.Downs), words => words.Contains("keys differ", StringComparison.Ordinal));
        Assert.Equal((0u, 0u), (a.Session, b.Session));
    }

    [Fact]
    public void A_connection_that_breaks_is_made_again()
    {
        using var a = new LinkSide(0, _port);
        var b = new LinkSide(1, _port);
        Meet(a, b);
        var first = a.Session;
        b.Dispose();
        LinkSide.Until(() => a.Session == 0, a);
        using var again = new LinkSide(1, _port);
        again.Link.Connect();
        LinkSide.Until(() => a.Session > first && again.Session > 0, a, again);
    }

    [Fact]
    public void Garbage_and_floods_do_not_disturb_a_link()
    {
        using var a = new LinkSide(0, _port);
        using var b = new LinkSide(1, _port);
        Meet(a, b);
        var (session, dice) = (a.Session, new Random(3));
        var strangers = new List<Socket>();
        for (var stranger = 0; stranger < 60; stranger++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(IPAddress.Loopback, _port);
            var junk = new byte[dice.Next(1, 300)];
            dice.NextBytes(junk);
            if (stranger % 3 > 0) socket.Send(junk);
            if (stranger % 3 == 2) socket.Close();
            else strangers.Add(socket);
            a.Turn();
            b.Turn();
        }

        a.Link.Send(a.Session, new FrameHeader(FrameKind.Ping, 0, 0, 1, 0, 1), BlockBuffers.None);
        LinkSide.Until(() => b.Frames == 1, a, b);
        Assert.Equal(session, a.Session);
        foreach (var socket in strangers) socket.Dispose();
    }

    [Fact]
    public void Last_words_arrive_before_the_end()
    {
        using var a = new LinkSide(0, _port);
        using var b = new LinkSide(1, _port);
        Meet(a, b);
        a.Link.Send(a.Session, new FrameHeader(FrameKind.Goodbye, 0, 0, 0, 0, 1), BlockBuffers.None);
        a.Link.Disconnect(a.Session, final: true);
        LinkSide.Until(() => b.Session == 0, a, b);
        Assert.Equal(1, b.Frames);
    }

    [Fact]
    public void A_frame_allocates_nothing()
    {
        using var a = new LinkSide(0, _port);
        using var b = new LinkSide(1, _port);
        Meet(a, b);
        Exchange(a, b, 500);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Exchange(a, b, 5000);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2048);
    }

    private static void Exchange(LinkSide a, LinkSide b, int frames)
    {
        var until = b.Frames + frames;
        for (var frame = 0; frame < frames; frame++)
        {
            a.Buffers.TryTake(BufferUse.Link, out var buffer);
            a.Buffers.Of(buffer, 4096).Fill(9); // A slot that was never used holds whatever the memory held before.
            a.Link.Send(a.Session, new FrameHeader(FrameKind.Write, 0, 4096, 1, 0, 0), buffer);
            while (b.Frames < until - frames + frame + 1)
            {
                a.Turn();
                b.Turn();
            }
        }
    }

    private static void Meet(LinkSide a, LinkSide b)
    {
        a.Link.Connect();
        b.Link.Connect();
        LinkSide.Until(() => a.Session > 0 && b.Session > 0, a, b);
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
