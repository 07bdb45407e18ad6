using System.Diagnostics;
using Appliance.Core.Health;
using Appliance.Drivers.BlockDisk;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.Vitals;

/// <summary>
/// Times one small write past the page cache, made durable, on a thread of its own: a disk that hangs takes that thread along and nothing
/// else.
/// </summary>
public sealed unsafe class DiskAsker : IDisposable
{
    private const int BlockBytes = 4096;
    private const int WriteOnly = 1;
    private const int Direct = 0x4000; // O_DIRECT
    private const int CloseOnExec = 0x80000;
    private const int StackBytes = 128 << 10;
    private readonly string _folder;
    private readonly string _path;
    private readonly AutoResetEvent _asked = new(false);
    private readonly Thread _thread;
    private readonly Lock _lock = new();
    private DiskVital? _last;
    private long _began;
    private volatile bool _ends;

    /// <param name="folder">The file <c>health.probe</c> is written there.</param>
    public DiskAsker(string folder)
    {
        (_folder, _path) = (folder, Path.Combine(folder, "health.probe"));
        _thread = new Thread(Run, StackBytes) { IsBackground = true, Name = "health disk" };
        _thread.Start();
    }

    /// <summary>The last answer, or how long the one under way has been waited for. Begins the next one. Null: there is none yet.</summary>
    public DiskVital? Look()
    {
        lock (_lock)
        {
            if (_began != 0) return new DiskVital(_folder, Stopwatch.GetElapsedTime(_began), false, "");
            _began = Stopwatch.GetTimestamp();
            _asked.Set();
            return _last;
        }
    }

    /// <summary>Does not wait: a write may be hanging.</summary>
    public void Dispose()
    {
        _ends = true;
        _asked.Set();
    }

    private void Run()
    {
        using var block = new AlignedMemory(BlockBytes, zeroed: true);
        while (true)
        {
            _asked.WaitOne();
            if (_ends) return;
            var problem = Write(block);
            lock (_lock) (_last, _began) = (new DiskVital(_folder, Stopwatch.GetElapsedTime(_began), true, problem), 0);
        }
    }

    private string Write(AlignedMemory block)
    {
        try
        {
            File.OpenHandle(_path, FileMode.OpenOrCreate, FileAccess.Write).Dispose();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return fault.Message;
        }

        var fd = Libc.open(_path, WriteOnly | Direct | CloseOnExec);
        // A file system in memory has no page cache to go past.
        if (fd < 0 && Errno.Last == Errno.EINVAL) fd = Libc.open(_path, WriteOnly | CloseOnExec);
        if (fd < 0) return Errno.LastWords;
        var problem = Libc.pwrite(fd, block.Address, BlockBytes, 0) != BlockBytes || Libc.fdatasync(fd) < 0 ? Errno.LastWords : "";
        _ = Libc.close(fd);
        return problem;
    }
}
