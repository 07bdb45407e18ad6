using Appliance.Drivers.Interop;

namespace Appliance.Drivers.Tests.SerialPort;

/// <summary>A null-modem cable of two pseudo-terminals and a thread that carries bytes between them, at the speed of a real line if
/// asked.</summary>
public sealed unsafe class NullModem : IDisposable
{
    private const int Opening = 2 | 0x100 | 0x800 | 0x80000; // O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC
    private const nuint Unlock = 0x40045431; // TIOCSPTLCK
    private const nuint Number = 0x80045430; // TIOCGPTN

    private readonly string _folder = Directory.CreateTempSubdirectory("null-modem-").FullName;
    private readonly int[] _masters = new int[2];
    private readonly Lock _gate = new();
    private readonly Thread _pump;
    private readonly int _baud;
    private volatile bool _stop;

    /// <param name="baud">Speed of the line; 0: as fast as it goes.</param>
    public NullModem(int baud = 0)
    {
        _baud = baud;
        Plug(0);
        Plug(1);
        _pump = new Thread(Pump) { IsBackground = true, Name = "null modem" };
        _pump.Start();
    }

    /// <summary>Changes what travels; may damage it in place.</summary>
    public Action<byte[], int>? Damage { get; set; }

    /// <summary>Nothing arrives while it is cut.</summary>
    public bool IsCut { get; set; }

    /// <summary>Device name of an end, the same after unplugging and plugging in again.</summary>
    public string Device(int end) => Path.Combine(_folder, $"tty{end}");

    /// <summary>Takes an end out of the machine.</summary>
    public void Unplug(int end)
    {
        lock (_gate)
        {
            _ = Libc.close(_masters[end]);
            _masters[end] = -1;
            File.Delete(Device(end));
        }
    }

    public void Plug(int end)
    {
        lock (_gate)
        {
            _masters[end] = Libc.open("/dev/ptmx", Opening);
            var (zero, number) = (0, 0);
            Assert.True(Libc.ioctl(_masters[end], Unlock, &zero) == 0 && Libc.ioctl(_masters[end], Number, &number) == 0, Errno.LastWords);
            File.CreateSymbolicLink(Device(end), $"/dev/pts/{number}");
        }
    }

    public void Dispose()
    {
        _stop = true;
        _pump.Join();
        foreach (var master in _masters)
            if (master >= 0) _ = Libc.close(master);
        Directory.Delete(_folder, recursive: true);
    }

    private void Pump()
    {
        // A real line carries a few bytes at a time; small pieces also show that framing does not depend on chunks.
        var bytes = new byte[_baud == 0 ? 64 : 8];
        while (!_stop)
        {
            int moved;
            lock (_gate) moved = Carry(0, 1, bytes) + Carry(1, 0, bytes);
            if (_baud == 0 || moved == 0) Thread.Sleep(1);
            else Thread.Sleep(TimeSpan.FromSeconds(moved / 2.0 * 10 / _baud));
        }
    }

    private int Carry(int from, int to, byte[] bytes)
    {
        if (_masters[from] < 0) return 0;
        nint count;
        fixed (byte* first = bytes) count = Libc.read(_masters[from], first, bytes.Length);
        if (count <= 0) return 0;
        Damage?.Invoke(bytes, (int)count);
        if (IsCut || _masters[to] < 0) return (int)count;
        fixed (byte* first = bytes) _ = Libc.write(_masters[to], first, count);
        return (int)count;
    }
}
