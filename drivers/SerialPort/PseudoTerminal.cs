using Appliance.Drivers.Interop;

namespace Appliance.Drivers.SerialPort;

/// <summary>The device end of a pseudo-terminal: whoever opens the name it is given sees a serial port, and we are the device behind it.
/// For twins that other programs talk to. Closing it is unplugging.</summary>
public sealed unsafe class PseudoTerminal : ISerialPort
{
    private const int Opening = 2 | 0x100 | 0x800 | 0x80000; // O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC
    private const nuint Unlock = 0x40045431; // TIOCSPTLCK
    private const nuint Number = 0x80045430; // TIOCGPTN
    private readonly Descriptor _master;
    private readonly string _link;

    /// <param name="link">A symbolic link of this name leads to the terminal; it replaces one that is there.</param>
    /// <exception cref="IOException">There is no terminal to be had, or the link cannot be made.</exception>
    public PseudoTerminal(string link)
    {
        _link = link;
        _master = new Descriptor(Libc.open("/dev/ptmx", Opening));
        var (zero, number) = (0, 0);
        Termios2 line;
        if (Fd < 0 || Libc.ioctl(Fd, Unlock, &zero) < 0 || Libc.ioctl(Fd, Number, &number) < 0 || Libc.ioctl(Fd, Termios2.Get, &line) < 0)
            throw new IOException($"no pseudo-terminal: {Errno.LastWords}");
        // A fresh terminal echoes and edits lines: a board does neither.
        (line.InputFlags, line.OutputFlags, line.LocalFlags) = (0, 0, 0);
        _ = Libc.ioctl(Fd, Termios2.Set, &line);
        Device = $"/dev/pts/{number}";
        if (new FileInfo(link).LinkTarget is not null) File.Delete(link);
        File.CreateSymbolicLink(link, Device);
    }

    /// <summary>What the link leads to.</summary>
    public string Device { get; }

    public int Fd => _master.Fd;

    public int Queued => 0;

    /// <summary>While nobody has the other end open there is nothing to read, and that is no fault of a device that waits.</summary>
    public Transfer Read(Span<byte> room)
    {
        fixed (byte* bytes = room)
        {
            var read = Transfer.Of(Libc.read(Fd, bytes, room.Length));
            return read.Error == Errno.EIO ? new Transfer(0, Errno.EAGAIN) : read;
        }
    }

    public Transfer Write(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes) return Transfer.Of(Libc.write(Fd, first, bytes.Length));
    }

    public void Dispose()
    {
        if (Fd < 0) return;
        _master.Dispose();
        if (new FileInfo(_link).LinkTarget == Device) File.Delete(_link);
    }
}
