using Appliance.Drivers.Interop;

namespace Appliance.Drivers.SerialPort;

/// <summary>
/// The twin. Faults it models: bytes lost, bits flipped, bytes inserted, writes taken in parts, a line that takes nothing, a device that
/// is gone.
/// Framing must lose no more than the frames that were hit. Line speed is the simulator's, which owns virtual time.
/// </summary>
public sealed unsafe class SimulatedSerialPort : ISerialPort
{
    private const int NonBlocking = 0x800 | 0x80000; // EFD_NONBLOCK | EFD_CLOEXEC
    private const int BufferMax = 4096; // As much as a tty of Linux holds.

    private readonly Lock _gate;
    private readonly Random _random;
    private readonly Queue<byte> _arrived = new();
    private SimulatedSerialPort? _peer;

    private SimulatedSerialPort(int seed, Lock gate) => (_random, _gate, Fd) = (new Random(seed), gate, Libc.eventfd(0, NonBlocking));

    public int Fd { get; private set; }

    public int Queued => 0;

    /// <summary>Chance, 0 to 1, that a byte written here is lost.</summary>
    public double Loss { get; set; }

    public double Damage { get; set; }

    public double Insertion { get; set; }

    /// <summary>Most bytes one write takes.</summary>
    public int WriteMax { get; set; } = BufferMax;

    public bool Gone { get; set; }

    /// <summary>Both ends of a cable. The same seed gives the same faults.</summary>
    public static (SimulatedSerialPort Left, SimulatedSerialPort Right) Pair(int seed)
    {
        var gate = new Lock();
        var (left, right) = (new SimulatedSerialPort(seed, gate), new SimulatedSerialPort(seed + 1, gate));
        (left._peer, right._peer) = (right, left);
        return (left, right);
    }

    public Transfer Read(Span<byte> room)
    {
        lock (_gate)
        {
            if (Gone) return new(0, Errno.EIO);
            var count = 0;
            while (count < room.Length && _arrived.TryDequeue(out room[count])) count++;
            if (count > 0) return new(count, 0);
            ulong pulses;
            _ = Libc.read(Fd, &pulses, sizeof(ulong));
            return new(0, Errno.EAGAIN);
        }
    }

    public Transfer Write(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (Gone) return new(0, Errno.EIO);
            var taken = Math.Min(bytes.Length, Math.Min(WriteMax, BufferMax - _peer!._arrived.Count));
            if (taken <= 0) return new(0, Errno.EAGAIN);
            foreach (var value in bytes[..taken]) Travel(value);
            ulong one = 1;
            _ = Libc.write(_peer.Fd, &one, sizeof(ulong));
            return new(taken, 0);
        }
    }

    public void Dispose()
    {
        if (Fd >= 0) _ = Libc.close(Fd);
        Fd = -1;
    }

    private void Travel(byte value)
    {
        if (_random.NextDouble() < Insertion) _peer!._arrived.Enqueue((byte)_random.Next(256));
        if (_random.NextDouble() < Loss) return;
        _peer!._arrived.Enqueue(_random.NextDouble() < Damage ? (byte)(value ^ (1 << _random.Next(8))) : value);
    }
}
