using Appliance.Drivers.Interop;

namespace Appliance.Drivers.SerialPort;

/// <summary>A serial device of the kernel: raw, 8N1, modem lines ignored, no flow control, any speed.</summary>
public sealed unsafe class LinuxSerialPort : ISerialPort
{
    private const int Opening = 2 | 0x100 | 0x800 | 0x80000; // O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC

    /// <summary>A receiver samples the tenth bit half a bit late at most, 5 % off for both ends together.</summary>
    private const double SpeedTolerance = 0.025;

    private LinuxSerialPort(int fd) => Fd = fd;

    public int Fd { get; private set; }

    public int Queued
    {
        get
        {
            var bytes = 0;
            return Libc.ioctl(Fd, Termios2.OutputQueue, &bytes) < 0 ? 0 : bytes;
        }
    }

    /// <summary>Opens a device; null when it cannot be, and <paramref name="problem"/> says why in words. May wait for slow
    /// hardware.</summary>
    public static LinuxSerialPort? TryOpen(string device, int baud, out string problem) =>
        TryOpen(device, baud, out problem, out _);

    /// <summary>The same; <paramref name="error"/> is the errno of the open(2) that failed, 0 when what was opened is no such
    /// line.</summary>
    public static LinuxSerialPort? TryOpen(string device, int baud, out string problem, out int error)
    {
        var fd = Libc.open(device, Opening);
        error = fd < 0 ? Errno.Last : 0;
        if (fd < 0)
        {
            problem = error switch
            {
                Errno.ENOENT => $"{device} does not exist: is the adapter plugged in?",
                Errno.EBUSY => $"{device} is in use by another program",
                _ => $"{device} cannot be opened: {Errno.Words(error)}",
            };
            return null;
        }

        problem = SetUp(fd, device, baud);
        if (problem.Length == 0) return new LinuxSerialPort(fd);
        _ = Libc.close(fd);
        return null;
    }

    public Transfer Read(Span<byte> room)
    {
        fixed (byte* bytes = room)
        {
            var read = Transfer.Of(Libc.read(Fd, bytes, room.Length));
            // The end of the file of a line means that it was hung up.
            return read is { Count: 0, Error: 0 } ? new(0, Errno.EIO) : read;
        }
    }

    public Transfer Write(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes) return Transfer.Of(Libc.write(Fd, first, bytes.Length));
    }

    public void Dispose()
    {
        if (Fd < 0) return;
        // Closing would otherwise wait for a line that takes nothing.
        _ = Libc.ioctl(Fd, Termios2.Flush, (void*)Termios2.FlushBoth);
        _ = Libc.close(Fd);
        Fd = -1;
    }

    private static string SetUp(int fd, string device, int baud)
    {
        Termios2 line;
        if (Libc.ioctl(fd, Termios2.Get, &line) < 0)
            return Errno.Last == Errno.EIO ? $"there is no UART behind {device}" : $"{device} is not a serial line: {Errno.LastWords}";
        line.InputFlags = 0;
        line.OutputFlags = 0;
        line.LocalFlags = 0;
        line.ControlFlags = Termios2.SpeedByNumber | (Termios2.SpeedByNumber << Termios2.InputShift)
            | Termios2.EightBits | Termios2.Receive | Termios2.IgnoreModemLines;
        line.Characters[Termios2.MinimumCharacter] = 1;
        line.Characters[Termios2.TimeCharacter] = 0;
        line.InputSpeed = (uint)baud;
        line.OutputSpeed = (uint)baud;
        if (Libc.ioctl(fd, Termios2.Set, &line) < 0) return $"{device} refuses {baud} baud 8N1: {Errno.LastWords}";
        if (Libc.ioctl(fd, Termios2.Get, &line) < 0) return $"{device} went away: {Errno.LastWords}";
        if (Math.Abs((double)line.OutputSpeed - baud) > baud * SpeedTolerance)
            return $"{device} runs at {line.OutputSpeed} instead of {baud} baud";
        // A terminal program must not take every other byte from us. A line that cannot be locked works without.
        _ = Libc.ioctl(fd, Termios2.Exclusive, null);
        _ = Libc.ioctl(fd, Termios2.Flush, (void*)Termios2.FlushBoth);
        return "";
    }
}
