using Appliance.Drivers.Interop;

namespace Appliance.Drivers.UdpPort;

/// <summary>
/// The twin. Faults it models: loss, duplication, reordering, damage of one bit, one-way silence, a missing interface. The heartbeat
/// must survive all of them. Delay is the simulator's, which owns virtual time.
/// </summary>
public sealed unsafe class SimulatedDatagramPort : IDatagramPort
{
    private const int NonBlocking = 0x800 | 0x80000; // EFD_NONBLOCK | EFD_CLOEXEC
    private const int QueueMax = 256;

    private readonly Lock _gate;
    private readonly Random _random;
    private readonly LinkedList<byte[]> _arrived = new();
    private SimulatedDatagramPort? _peer;

    private SimulatedDatagramPort(int seed, Lock gate) => (_random, _gate, Fd) = (new Random(seed), gate, Libc.eventfd(0, NonBlocking));

    public int Fd { get; private set; }

    /// <summary>Chance, 0 to 1, that a datagram sent here is lost.</summary>
    public double Loss { get; set; }

    public double Duplication { get; set; }

    public double Reordering { get; set; }

    public double Damage { get; set; }

    /// <summary>Why nothing passes; empty: it does.</summary>
    public string Problem { get; set; } = "";

    /// <summary>Both ends of a path. The same seed gives the same faults.</summary>
    public static (SimulatedDatagramPort Left, SimulatedDatagramPort Right) Pair(int seed)
    {
        var gate = new Lock();
        var (left, right) = (new SimulatedDatagramPort(seed, gate), new SimulatedDatagramPort(seed + 1, gate));
        (left._peer, right._peer) = (right, left);
        return (left, right);
    }

    public Transfer Send(ReadOnlySpan<byte> datagram)
    {
        if (Problem.Length > 0) return new(0, Errno.ENETDOWN);
        lock (_gate)
        {
            if (_random.NextDouble() < Loss) return new(datagram.Length, 0);
            _peer!.Arrive(Travelled(datagram), early: _random.NextDouble() < Reordering);
            if (_random.NextDouble() < Duplication) _peer.Arrive(datagram.ToArray(), early: false);
        }

        return new(datagram.Length, 0);
    }

    public Transfer Receive(Span<byte> room)
    {
        lock (_gate)
        {
            if (_arrived.First is not { } first)
            {
                ulong count;
                _ = Libc.read(Fd, &count, sizeof(ulong));
                return new(0, Errno.EAGAIN);
            }

            _arrived.RemoveFirst();
            var fits = Math.Min(room.Length, first.Value.Length);
            first.Value.AsSpan(0, fits).CopyTo(room);
            return new(first.Value.Length, 0);
        }
    }

    public PortHealth Examine() => new(Problem, Stale: false);

    public void Dispose()
    {
        if (Fd >= 0) _ = Libc.close(Fd);
        Fd = -1;
    }

    private byte[] Travelled(ReadOnlySpan<byte> datagram)
    {
        var copy = datagram.ToArray();
        if (copy.Length > 0 && _random.NextDouble() < Damage) copy[_random.Next(copy.Length)] ^= (byte)(1 << _random.Next(8));
        return copy;
    }

    private void Arrive(byte[] datagram, bool early)
    {
        if (_arrived.Count >= QueueMax) return;
        if (early) _arrived.AddFirst(datagram);
        else _arrived.AddLast(datagram);
        ulong one = 1;
        _ = Libc.write(Fd, &one, sizeof(ulong));
    }
}
