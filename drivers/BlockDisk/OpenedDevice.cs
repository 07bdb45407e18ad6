using Appliance.Drivers.Interop;
using Microsoft.Win32.SafeHandles;

namespace Appliance.Drivers.BlockDisk;

/// <summary>
/// A block device or a regular file that nobody else may use while it is open. A block device: O_EXCL (no mount, swap, RAID or second
/// replica), O_DIRECT. A file: flock, through the page cache unless told otherwise.
/// </summary>
public sealed unsafe class OpenedDevice : IDisposable
{
    private const int ReadOnly = 0;
    private const int ReadWrite = 2;
    private const int Exclusive = 0x80; // O_EXCL
    private const int Direct = 0x4000; // O_DIRECT
    private const int NonBlocking = 0x800; // A FIFO must not hold us.
    private const int CloseOnExec = 0x80000;
    private const uint BlockSize64 = 0x80081272; // BLKGETSIZE64
    private const uint BlockSectorSize = 0x1268; // BLKSSZGET
    private const int StageBytes = 128 << 10;

    private readonly AlignedMemory _stage = new(StageBytes);

    private OpenedDevice(string path, int fd, bool isBlock, bool buffered, long bytes, int sectorBytes) =>
        (Path, Fd, IsBlock, Buffered, Bytes, SectorBytes) = (path, fd, isBlock, buffered, bytes, sectorBytes);

    public string Path { get; }

    public int Fd { get; private set; }

    public bool IsBlock { get; }

    /// <summary>Through the page cache.</summary>
    public bool Buffered { get; }

    public long Bytes { get; }

    /// <summary>Logical sector: smallest transfer of an O_DIRECT device.</summary>
    public int SectorBytes { get; }

    /// <summary>Null and why not in words.</summary>
    /// <param name="path">Must exist.</param>
    /// <param name="direct">A regular file, too, is opened O_DIRECT.</param>
    /// <param name="problem">For people.</param>
    public static OpenedDevice? Open(string path, bool direct, out string problem)
    {
        if (Classify(path, out problem) is not { } isBlock) return null;
        problem = DiskUse.Of(path, isBlock) ?? "";
        if (problem.Length > 0) return null;
        var flags = ReadWrite | CloseOnExec | (isBlock ? Exclusive | Direct : direct ? Direct : 0);
        var fd = Libc.open(path, flags);
        if (fd < 0)
        {
            problem = Errno.Last switch
            {
                Errno.EBUSY => $"{path} is in use: mounted, swap, part of a RAID or volume group, or another replica has it",
                Errno.EINVAL => $"{path}: its file system cannot do O_DIRECT",
                var errno => $"{path}: {Errno.Words(errno)}",
            };
            return null;
        }

        if (Libc.flock(fd, Libc.LOCK_EX | Libc.LOCK_NB) == 0) return Measure(path, fd, isBlock, !isBlock && !direct, out problem);
        problem = $"{path} is in use: another process has locked it (is this replica's process running? then detach first)";
        _ = Libc.close(fd);
        return null;
    }

    /// <summary>For reading beside whoever uses it: nothing is claimed, what is read may be half of a change. Null and why not.</summary>
    public static OpenedDevice? Look(string path, out string problem)
    {
        if (Classify(path, out problem) is not { } isBlock) return null;
        var fd = Libc.open(path, ReadOnly | CloseOnExec | (isBlock ? Direct : 0));
        if (fd >= 0) return Measure(path, fd, isBlock, !isBlock, out problem);
        problem = $"{path}: {Errno.LastWords}";
        return null;
    }

    /// <summary>Reads all of <paramref name="into"/>; null, or why not.</summary>
    public string? Read(long offset, Span<byte> into)
    {
        for (var done = 0; done < into.Length;)
        {
            var part = Math.Min(StageBytes, into.Length - done);
            var got = Libc.pread(Fd, _stage.Address, part, offset + done);
            if (got < 0 && Errno.Last == Errno.EINTR) continue;
            if (got <= 0) return $"{Path}: reading at {offset + done}: {(got == 0 ? "it ends there" : Errno.LastWords)}";
            _stage.GetSpan()[..(int)got].CopyTo(into[done..]);
            done += (int)got;
        }

        return null;
    }

    /// <summary>Writes all of it, not yet stable; null, or why not.</summary>
    public string? Write(long offset, ReadOnlySpan<byte> bytes)
    {
        for (var done = 0; done < bytes.Length;)
        {
            var part = Math.Min(StageBytes, bytes.Length - done);
            bytes.Slice(done, part).CopyTo(_stage.GetSpan());
            var put = Libc.pwrite(Fd, _stage.Address, part, offset + done);
            if (put < 0 && Errno.Last == Errno.EINTR) continue;
            if (put <= 0) return $"{Path}: writing at {offset + done}: {(put == 0 ? "nothing was taken" : Errno.LastWords)}";
            done += (int)put;
        }

        return null;
    }

    /// <summary>Everything written is stable; null, or why not.</summary>
    public string? Flush() => Libc.fdatasync(Fd) == 0 ? null : $"{Path}: flush: {Errno.LastWords}";

    public void Dispose()
    {
        if (Fd < 0) return;
        _ = Libc.close(Fd); // Gives up O_EXCL and flock, too.
        Fd = -1;
        ((IDisposable)_stage).Dispose();
    }

    /// <summary>True: a block device, false: a regular file, null and a sentence: neither.</summary>
    private static bool? Classify(string path, out string problem)
    {
        problem = "";
        if (Directory.Exists(path)) problem = $"{path} is a directory";
        else if (!File.Exists(path)) problem = $"{path} does not exist";
        if (problem.Length > 0) return null;
        var fd = Libc.open(path, ReadOnly | CloseOnExec | NonBlocking);
        if (fd < 0)
        {
            problem = $"{path}: {Errno.LastWords}";
            return null;
        }

        long bytes;
        var isBlock = Libc.ioctl(fd, BlockSize64, &bytes) == 0;
        if (!isBlock && !HasLength(fd)) problem = $"{path} is neither a block device nor a regular file";
        _ = Libc.close(fd);
        return problem.Length == 0 ? isBlock : null;
    }

    private static bool HasLength(int fd)
    {
        using var handle = new SafeFileHandle(fd, ownsHandle: false);
        try
        {
            return RandomAccess.GetLength(handle) >= 0;
        }
        catch (Exception pipe) when (pipe is NotSupportedException or IOException)
        {
            return false;
        }
    }

    private static OpenedDevice? Measure(string path, int fd, bool isBlock, bool buffered, out string problem)
    {
        var (bytes, sector) = (0L, 512);
        var known = !isBlock || (Libc.ioctl(fd, BlockSize64, &bytes) == 0 && Libc.ioctl(fd, BlockSectorSize, &sector) == 0);
        problem = known ? "" : $"{path}: its size cannot be read: {Errno.LastWords}";
        if (!isBlock)
        {
            using var handle = new SafeFileHandle(fd, ownsHandle: false);
            bytes = RandomAccess.GetLength(handle);
        }

        if (sector > 4096) problem = $"{path} has sectors of {sector} bytes; 4096 is the most";
        if (problem.Length == 0) return new OpenedDevice(path, fd, isBlock, buffered, bytes, sector);
        _ = Libc.close(fd);
        return null;
    }
}
