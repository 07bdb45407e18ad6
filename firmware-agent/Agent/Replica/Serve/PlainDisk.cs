using System.Runtime.InteropServices;
using Appliance.Drivers.BlockDisk;
using Appliance.Drivers.Interop;

namespace Appliance.Agent.Replica.Serve;

/// <summary>A file or block device without metadata, opened for <c>replica serve</c>.</summary>
internal sealed unsafe class PlainDisk : IDisposable
{
    private const int ReadWrite = 2; // O_RDWR
    private const int CloseOnExec = 0x80000;
    private const int Exclusive = 0x80; // O_EXCL
    private const nuint GetSize = 0x80081272; // BLKGETSIZE64
    private const int SectorBytes = 512;

    private int _fd;

    private PlainDisk(int fd, long size, bool buffered) => (_fd, Size, Target) = (fd, size, new DiskTarget(fd, buffered));

    public DiskTarget Target { get; }

    /// <summary>Bytes, a multiple of 512.</summary>
    public long Size { get; }

    /// <summary>Opens a disk; null and why not in words.</summary>
    /// <param name="direct">Past the page cache; block devices always are.</param>
    /// <param name="size">A regular file is made, or grown, to this size; 0: it stays as it is.</param>
    public static PlainDisk? Open(string path, bool direct, long size, out string problem)
    {
        problem = Prepare(path, size);
        if (problem.Length > 0) return null;
        var isFile = File.Exists(path) && (File.GetAttributes(path) & FileAttributes.Device) == 0;
        var flags = ReadWrite | CloseOnExec | (isFile ? 0 : Exclusive) | (direct || !isFile ? Direct : 0);
        var fd = Libc.open(path, flags);
        if (fd < 0)
        {
            problem = $"{path}: {Errno.LastWords}";
            return null;
        }

        long bytes;
        if (isFile) bytes = new FileInfo(path).Length;
        else if (Libc.ioctl(fd, GetSize, &bytes) != 0) bytes = 0;
        bytes -= bytes % SectorBytes;
        if (bytes > 0) return new PlainDisk(fd, bytes, isFile && !direct);
        problem = $"{path} is empty";
        _ = Libc.close(fd);
        return null;
    }

    /// <summary>O_DIRECT, which ARM numbers differently.</summary>
    private static int Direct => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x10000 : 0x4000;

    private static string Prepare(string path, long size)
    {
        if (size == 0) return "";
        try
        {
            using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, 0);
            if (file.Length < size) file.SetLength(size);
            return "";
        }
        catch (Exception world) when (world is IOException or UnauthorizedAccessException)
        {
            return $"{path}: {world.Message}";
        }
    }

    public void Dispose()
    {
        if (_fd >= 0) _ = Libc.close(_fd);
        _fd = -1;
    }
}
