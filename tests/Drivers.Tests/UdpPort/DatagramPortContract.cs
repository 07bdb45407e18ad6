using System.Diagnostics;
using Appliance.Drivers.Interop;
using Appliance.Drivers.UdpPort;

namespace Appliance.Drivers.Tests.UdpPort;

/// <summary>What every datagram port promises.</summary>
public abstract class DatagramPortContract : IDisposable
{
    protected abstract IDatagramPort Left { get; }

    protected abstract IDatagramPort Right { get; }

    [Fact]
    public void Datagrams_arrive_whole_and_in_both_directions()
    {
        foreach (var (from, to) in new[] { (Left, Right), (Right, Left) })
        {
            foreach (var length in new[] { 1, 66, 512 })
            {
                byte[] sent = [.. Enumerable.Range(0, length).Select(number => (byte)number)];
                Assert.Equal(new Transfer(length, 0), from.Send(sent));
                Assert.Equal(sent, Receive(to));
            }
        }
    }

    [Fact]
    public void Receiving_nothing_does_not_wait()
    {
        var watch = Stopwatch.StartNew();
        Assert.True(Left.Receive(new byte[16]).WouldWait);
        Assert.True(watch.ElapsedMilliseconds < 500);
    }

    [Fact]
    public void Datagram_longer_than_the_room_tells_its_real_length()
    {
        Left.Send(new byte[700]);
        Transfer got = default;
        Assert.True(SpinWait.SpinUntil(() => (got = Right.Receive(new byte[100])).Count > 0, 2000));
        Assert.Equal(700, got.Count);
    }

    [Fact]
    public unsafe void Descriptor_polls_readable_when_a_datagram_is_there()
    {
        Left.Send([7]);
        var entry = new PollFd { Fd = Right.Fd, Events = PollFd.In };
        Assert.Equal(1, PollFd.Wait(&entry, 1, TimeSpan.FromSeconds(2)));
        Assert.Equal([7], Receive(Right));
    }

    [Fact]
    public void Sending_to_a_peer_that_does_not_read_does_not_wait()
    {
        var watch = Stopwatch.StartNew();
        for (var round = 0; round < 5000; round++) Left.Send(new byte[500]);
        Assert.True(watch.ElapsedMilliseconds < 3000);
    }

    [Fact]
    public void Healthy_path_has_no_problem() => Assert.Equal(PortHealth.Good, Left.Examine());

    [Fact]
    public void Sending_and_receiving_do_not_allocate()
    {
        var room = new byte[100];
        Rounds(10);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Rounds(100);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before <= AllocationMax);

        void Rounds(int count)
        {
            for (var round = 0; round < count; round++)
            {
                Left.Send(room);
                _ = Left.Receive(room);
            }
        }
    }

    /// <summary>The twin copies what is in flight.</summary>
    protected virtual long AllocationMax => 0;

    public virtual void Dispose()
    {
        Left.Dispose();
        Right.Dispose();
        GC.SuppressFinalize(this);
    }

    protected static byte[] Receive(IDatagramPort port)
    {
        var room = new byte[1500];
        Transfer got = default;
        SpinWait.SpinUntil(() => !(got = port.Receive(room)).WouldWait, 2000);
        return room[..got.Count];
    }
}

public class SimulatedDatagramPortTests : DatagramPortContract
{
    private readonly (SimulatedDatagramPort Left, SimulatedDatagramPort Right) _path = SimulatedDatagramPort.Pair(1);

    protected override IDatagramPort Left => _path.Left;

    protected override IDatagramPort Right => _path.Right;

    protected override long AllocationMax => 100_000;

    [Fact]
    public void Faults_happen_as_often_as_asked()
    {
        (_path.Left.Loss, _path.Left.Duplication) = (0.5, 0.5);
        var arrived = 0;
        for (var round = 0; round < 1000; round++)
        {
            _path.Left.Send([1]);
            while (_path.Right.Receive(new byte[1]).Count > 0) arrived++;
        }

        Assert.InRange(arrived, 650, 850);
    }
}

public abstract class LinuxUdpPortContract(UdpRoute left, UdpRoute right) : DatagramPortContract
{
    protected override IDatagramPort Left { get; } = Open(left);

    protected override IDatagramPort Right { get; } = Open(right);

    protected static LinuxUdpPort Open(UdpRoute route) =>
        LinuxUdpPort.TryOpen(route, out var problem) ?? throw new InvalidOperationException(problem);
}

public class LinuxUdpPortTests() : LinuxUdpPortContract(
    new UdpRoute.Unicast("lo", "127.0.0.1", "127.0.0.2", 47001), new UdpRoute.Unicast("lo", "127.0.0.2", "127.0.0.1", 47001))
{
    [Fact]
    public void Missing_interface_is_a_reason_and_no_exception()
    {
        Assert.Null(LinuxUdpPort.TryOpen(new UdpRoute.Unicast("nothing7", "127.0.0.1", "127.0.0.2", 47002), out var problem));
        Assert.Equal("there is no interface nothing7", problem);
        Assert.Null(LinuxUdpPort.TryOpen(new UdpRoute.Multicast("nothing7", "239.192.0.42", 47002), out problem));
        Assert.Null(LinuxUdpPort.TryOpen(new UdpRoute.Broadcast("nothing7", 47002), out problem));
        Assert.Equal("there is no interface nothing7", problem);
    }

    [Fact]
    public void Interface_name_that_is_too_long_is_missing()
    {
        Assert.Null(LinuxUdpPort.TryOpen(new UdpRoute.Broadcast("a-name-of-sixteen", 47002), out var problem));
        Assert.Equal("there is no interface a-name-of-sixteen", problem);
    }

    [Fact]
    public void Interface_without_broadcast_says_so()
    {
        Assert.Null(LinuxUdpPort.TryOpen(new UdpRoute.Broadcast("lo", 47003), out var problem));
        Assert.Equal("interface lo has no IPv4 broadcast address yet", problem);
    }

    [Fact]
    public void Address_in_use_names_the_port()
    {
        Assert.Null(LinuxUdpPort.TryOpen(new UdpRoute.Unicast("lo", "127.0.0.1", "127.0.0.2", 47001), out var problem));
        Assert.Contains("another program uses UDP port 47001", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Address_that_is_not_there_yet_is_a_problem_with_its_remedy()
    {
        using var port = Open(new UdpRoute.Unicast("lo", "192.0.2.7", "192.0.2.8", 47004));
        Assert.Equal(new PortHealth("192.0.2.7 is not an address of this machine: add it to lo", Stale: false), port.Examine());
        Assert.True(port.Send([1]).Failed);
    }
}

public class LinuxUdpPortV6Tests() : LinuxUdpPortContract(
    new UdpRoute.Unicast(null, null, "::1", 47012), new UdpRoute.Listen("::", 47012))
{
    [Fact]
    public void Listening_port_answers_who_spoke_last()
    {
        using var second = Open(new UdpRoute.Unicast(null, null, "::1", 47012));
        second.Send([2]);
        Assert.Equal([2], Receive(Right));
        Right.Send([3]);
        Assert.Equal([3], Receive(second));
        Assert.True(Left.Receive(new byte[4]).WouldWait);
    }
}
