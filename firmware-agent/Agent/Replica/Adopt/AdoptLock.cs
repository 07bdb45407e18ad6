using Appliance.Drivers.Interop;

namespace Appliance.Agent.Replica.Adopt;

/// <summary>One adoption at a time: a lock on the directory of the replica, which the kernel takes back when its process ends.</summary>
internal sealed class AdoptLock : IDisposable
{
    private const int Flags = 0x80000; // O_RDONLY | O_CLOEXEC
    private int _fd;

    private AdoptLock(int fd) => _fd = fd;

    /// <summary>Null and why not.</summary>
    public static AdoptLock? Take(string directory, out string? problem)
    {
        problem = null;
        var fd = Libc.open(directory, Flags);
        if (fd < 0)
        {
            problem = $"{directory}: {Errno.LastWords}";
            return null;
        }

        if (Libc.flock(fd, Libc.LOCK_EX | Libc.LOCK_NB) == 0) return new AdoptLock(fd);
        problem = $"another 'appliance data adopt' is at work on {directory}: wait for its end";
        _ = Libc.close(fd);
        return null;
    }

    public void Dispose()
    {
        if (_fd >= 0) _ = Libc.close(_fd);
        _fd = -1;
    }
}
