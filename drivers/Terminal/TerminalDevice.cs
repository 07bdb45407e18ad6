using Appliance.Drivers.Interop;
using Appliance.Drivers.SerialPort;

namespace Appliance.Drivers.Terminal;

/// <summary>The terminal a person sits at: keys as they are pressed, output that never waits, and its modes given back. tty_ioctl(4),
/// termios(3). One thread.</summary>
public sealed unsafe class TerminalDevice : IDisposable
{
    private const int ReadWriteNoControlNonBlocking = 0x2 | 0x100 | 0x800 | 0x80000; // O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC
    private const nuint GetWindow = 0x5413; // TIOCGWINSZ
    private const int FlushInput = 0; // TCIFLUSH
    private const uint LinesAndEcho = 0x2 | 0x8; // ICANON | ECHO: Ctrl-C stays a signal.

    /// <summary>A write that may have to wait gets so much at most once there is room.</summary>
    private const int Morsel = 64;

    private readonly bool _isOwn;
    private readonly Termios2 _before;

    private TerminalDevice(int fd, bool isOwn, Termios2 before) => (Fd, _isOwn, _before) = (fd, isOwn, before);

    /// <summary>To wait for, <see cref="PollFd"/>.</summary>
    public int Fd { get; }

    /// <summary>What the program has written and the line has not sent yet, bytes; 0 when the driver does not tell.</summary>
    public int Queued
    {
        get
        {
            int bytes;
            return Libc.ioctl(Fd, Termios2.OutputQueue, &bytes) < 0 ? 0 : bytes;
        }
    }

    /// <summary>The terminal behind a descriptor; null: there is none. It is opened anew, so that a stopped line (Ctrl-S, a modem) makes
    /// nobody wait who shares the descriptor, us included; where that is forbidden (after su) the descriptor itself is used.</summary>
    public static TerminalDevice? Open(int descriptor)
    {
        Termios2 modes;
        if (Libc.ioctl(descriptor, Termios2.Get, &modes) < 0) return null;
        var fd = Libc.open($"/proc/self/fd/{descriptor}", ReadWriteNoControlNonBlocking);
        return fd >= 0 ? new TerminalDevice(fd, isOwn: true, modes) : new TerminalDevice(descriptor, isOwn: false, modes);
    }

    /// <summary>Columns and rows; 0 and 0 where nobody told the kernel, as on a serial line.</summary>
    public static (int Columns, int Rows) SizeOf(int descriptor)
    {
        var window = stackalloc ushort[4];
        return Libc.ioctl(descriptor, GetWindow, window) < 0 ? (0, 0) : (window[1], window[0]);
    }

    /// <summary>Keys come one by one and are not echoed.</summary>
    public void TakeKeys()
    {
        var modes = _before;
        modes.LocalFlags &= ~LinesAndEcho;
        modes.Characters[Termios2.MinimumCharacter] = 1;
        modes.Characters[Termios2.TimeCharacter] = 0;
        _ = Libc.ioctl(Fd, Termios2.Set, &modes);
    }

    /// <summary>The modes as they were. What the terminal may still have answered to us is thrown away: it would be typed into the
    /// shell.</summary>
    public void GiveBack()
    {
        _ = Libc.ioctl(Fd, Termios2.Flush, (void*)FlushInput);
        var modes = _before;
        _ = Libc.ioctl(Fd, Termios2.Set, &modes);
    }

    /// <summary>What was typed. None and no error: the line was hung up.</summary>
    public Transfer Read(Span<byte> keys)
    {
        fixed (byte* first = keys) return Transfer.Of(Libc.read(Fd, first, keys.Length));
    }

    /// <summary>Writes what there is room for.</summary>
    public Transfer Write(ReadOnlySpan<byte> bytes)
    {
        if (!_isOwn)
        {
            var room = new PollFd { Fd = Fd, Events = PollFd.Out };
            if (PollFd.Wait(&room, 1, TimeSpan.Zero) == 0) return new Transfer(0, Errno.EAGAIN);
            bytes = bytes[..Math.Min(Morsel, bytes.Length)];
        }

        fixed (byte* first = bytes) return Transfer.Of(Libc.write(Fd, first, bytes.Length));
    }

    public void Dispose()
    {
        if (_isOwn) _ = Libc.close(Fd);
    }
}
