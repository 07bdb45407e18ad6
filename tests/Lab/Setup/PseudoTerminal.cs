using System.Runtime.InteropServices;
using Appliance.Lab.Host;

namespace Appliance.Lab.Setup;

/// <summary>One end of the serial cable: the node sees a terminal device, the cable moves the bytes.</summary>
public sealed partial class PseudoTerminal : IDisposable
{
    private const int ReadWriteNoControl = 0x2 | 0x100;
    private const int NonBlocking = 0x800;
    private const short PollIn = 1;
    private const nuint NotExclusive = 0x540D; // TIOCNXCL

    private readonly int _master;
    private readonly int _slave;

    /// <summary>Opens a pair and makes it raw.</summary>
    public PseudoTerminal()
    {
        _master = posix_openpt(ReadWriteNoControl | NonBlocking);
        if (_master < 0 || grantpt(_master) != 0 || unlockpt(_master) != 0)
            throw new LabException("no pseudo-terminal to be had for the serial cable");
        PortPath = Marshal.PtrToStringUTF8(ptsname(_master)) ?? throw new LabException("a pseudo-terminal without a name");
        // Kept open: without anybody at the port the cable would read errors, and a powered-off node is nothing strange for a cable.
        _slave = open(PortPath, ReadWriteNoControl);
        var result = HostCommand.Try("stty", "--file", PortPath, "raw", "-echo", "115200");
        if (result.ExitCode != 0) throw new LabException($"{PortPath} cannot be made raw: {result.Error.Trim()}");
    }

    /// <summary>The device the node opens.</summary>
    public string PortPath { get; }

    /// <summary>Waits up to a second for bytes; 0 when none came.</summary>
    public int Read(Span<byte> buffer) => Read(buffer, 1000);

    /// <summary>Waits for bytes; 0 when none came.</summary>
    public unsafe int Read(Span<byte> buffer, int waitMs)
    {
        var waiting = new PollDescriptor { Descriptor = _master, Wanted = PollIn };
        if (poll(&waiting, 1, waitMs) <= 0) return 0;
        fixed (byte* first = buffer) return (int)Math.Max(0, read(_master, first, (nuint)buffer.Length));
    }

    /// <summary>Writes what fits. A line nobody reads loses the rest, as a real one does.</summary>
    public unsafe void Write(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes) _ = write(_master, first, (nuint)bytes.Length);
    }

    /// <summary>Takes away the lock (TIOCEXCL) of a program that died. A real port loses it with its last close, half a pair does
    /// not.</summary>
    public void Unlock() => _ = ioctl(_slave, NotExclusive, 0);

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = close(_slave);
        _ = close(_master);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Wanted;
        public short Seen;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int posix_openpt(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int grantpt(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlockpt(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint ptsname(int descriptor);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int poll(PollDescriptor* descriptors, nuint count, int timeoutMs);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint read(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint write(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int descriptor, nuint request, nint argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);
}
