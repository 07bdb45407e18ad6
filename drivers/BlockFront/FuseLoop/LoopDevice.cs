using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.BlockFront.FuseLoop;

/// <summary>The kernel's loop devices (linux/loop.h). They are shared by all containers of a host. Calls block: never on the loop's
/// thread that serves the device.</summary>
internal static unsafe class LoopDevice
{
    private const string Control = "/dev/loop-control";
    private const int ReadWriteCloseOnExec = 2 | 0x80000;
    private const nuint ClearFile = 0x4C01;
    private const nuint SetCapacity = 0x4C07;
    private const nuint Configure = 0x4C0A;
    private const nuint AddDevice = 0x4C80;
    private const nuint FreeDevice = 0x4C82;
    private const uint DirectIo = 16;
    private const int AttemptsMax = 8;
    private static readonly TimeSpan ReleaseBound = TimeSpan.FromSeconds(3);

    /// <summary>Attaches a file; direct I/O when <paramref name="direct"/> and its file system can. The device's number.</summary>
    /// <param name="number">-1: any that is free.</param>
    /// <exception cref="IOException">With the reason.</exception>
    public static int Attach(int file, string name, int number, bool direct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var chosen = number >= 0 ? number : Free();
            var device = Open(chosen);
            try
            {
                var configuration = new LoopConfiguration { File = (uint)file, Flags = direct ? DirectIo : 0 };
                for (var i = 0; i < Math.Min(name.Length, 63); i++) configuration.FileName[i] = (byte)name[i];
                if (Libc.ioctl(device, Configure, &configuration) == 0) return chosen;
                var errno = Errno.Last;
                if (errno == Errno.EBUSY && number < 0 && attempt < AttemptsMax) continue; // Somebody else was quicker.
                throw new IOException(errno == Errno.EBUSY
                    ? $"{Path(chosen)} is in use for {BackingFile(chosen) ?? "something else"}"
                    : $"{Path(chosen)}: cannot attach {name}: {Errno.Words(errno)}");
            }
            finally
            {
                _ = Libc.close(device);
            }
        }
    }

    /// <summary>Takes its file away. Null, or why the device still has it: then the kernel does it as soon as the last user has
    /// gone.</summary>
    public static string? Detach(int number)
    {
        var device = Open(number);
        var result = Libc.ioctl(device, ClearFile, null);
        var errno = Errno.Last;
        _ = Libc.close(device);
        if (result < 0 && errno != Errno.ENXIO) return $"{Path(number)}: cannot be detached: {Errno.Words(errno)}";
        var clock = Stopwatch.StartNew();
        while (BackingFile(number) is not null)
        {
            if (clock.Elapsed > ReleaseBound) return $"{Path(number)} is in use: {DeviceHolders.Words(Path(number))}";
            Thread.Sleep(5);
        }

        return null;
    }

    /// <summary>Reads the size of its file again. Null, or why not.</summary>
    public static string? Resize(int number)
    {
        var device = Open(number);
        var result = Libc.ioctl(device, SetCapacity, null);
        var errno = Errno.Last;
        _ = Libc.close(device);
        return result == 0 ? null : $"{Path(number)}: cannot take the new size: {Errno.Words(errno)}";
    }

    public static string Path(int number) => $"/dev/loop{number}";

    /// <summary>What is attached, as the kernel knows it; null: nothing.</summary>
    public static string? BackingFile(int number)
    {
        try
        {
            return File.ReadAllText($"/sys/block/loop{number}/loop/backing_file").TrimEnd('\n');
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Numbers of the devices that have a file attached.</summary>
    public static IEnumerable<int> Attached() =>
        from directory in Directory.EnumerateDirectories("/sys/block", "loop*")
        let digits = System.IO.Path.GetFileName(directory)["loop".Length..]
        where int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out _)
        let number = int.Parse(digits, CultureInfo.InvariantCulture)
        where BackingFile(number) is not null
        select number;

    private static int Open(int number)
    {
        if (!File.Exists(Path(number)) && number >= 0) Add(number);
        var device = Libc.open(Path(number), ReadWriteCloseOnExec);
        return device >= 0 ? device : throw new IOException($"{Path(number)}: {Errno.LastWords}");
    }

    private static void Add(int number)
    {
        var control = Libc.open(Control, ReadWriteCloseOnExec);
        if (control < 0) return; // The open of the device says what is wrong.
        _ = Libc.ioctl(control, AddDevice, (void*)number);
        _ = Libc.close(control);
    }

    private static int Free()
    {
        var control = Libc.open(Control, ReadWriteCloseOnExec);
        if (control < 0) throw new IOException($"{Control}: {Errno.LastWords}");
        var number = Libc.ioctl(control, FreeDevice, null);
        var errno = Errno.Last;
        _ = Libc.close(control);
        return number >= 0 ? number : throw new IOException($"no loop device is free: {Errno.Words(errno)}");
    }

    /// <summary>struct loop_config with the struct loop_info64 inside it; 304 bytes.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 304)]
    private struct LoopConfiguration
    {
        [FieldOffset(0)]
        public uint File;

        [FieldOffset(4)]
        public uint BlockSize;

        [FieldOffset(60)]
        public uint Flags;

        [FieldOffset(64)]
        public fixed byte FileName[64];
    }
}
