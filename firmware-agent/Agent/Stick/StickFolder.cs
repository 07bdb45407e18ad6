using Appliance.Drivers.Interop;

namespace Appliance.Agent.Stick;

/// <summary>
/// A folder of a stick, held by a descriptor. What is opened in it is a regular file or a folder at that very place: no link is followed,
/// no device or pipe is opened.
/// </summary>
internal sealed unsafe class StickFolder : IDisposable
{
    private const int ReadOnly = 0x80000; // O_CLOEXEC
    private const int NoFollow = 0x20000; // O_NOFOLLOW
    private const int NonBlock = 0x800; // O_NONBLOCK: what became a pipe meanwhile does not hold us.
    private const int OnlyFolder = 0x10000; // O_DIRECTORY

    private int _fd;

    private StickFolder(int fd) => _fd = fd;

    /// <summary>The root. Null and why not.</summary>
    public static StickFolder? Open(string path, out string problem) => Opened(Libc.open(path, ReadOnly | OnlyFolder), path, out problem);

    /// <summary>A folder in this one, no link to one. Null and why not.</summary>
    public StickFolder? Inside(string name, out string problem) =>
        Opened(Libc.openat(_fd, name, ReadOnly | OnlyFolder | NoFollow), name, out problem);

    /// <summary>All names, at most one more than <paramref name="countMax"/>.</summary>
    public List<string> Names(int countMax, out string problem)
    {
        problem = "";
        var names = new List<string>();
        try
        {
            foreach (var path in Directory.EnumerateFileSystemEntries($"/proc/self/fd/{_fd}"))
            {
                names.Add(Path.GetFileName(path));
                if (names.Count > countMax) break;
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            problem = $"the stick cannot be listed: {fault.Message}";
        }

        return names;
    }

    /// <summary>What is there, without following a link; null: nothing, or it cannot be looked at.</summary>
    public StatX? Look(string name)
    {
        StatX facts;
        return Libc.statx(_fd, name, StatX.NoFollow, StatX.Basic, &facts) == 0 ? facts : null;
    }

    /// <summary>
    /// A whole file, read from the device twice: what differs is a stick on its way in or out, or a lying one. Null and why not.
    /// </summary>
    public byte[]? Read(string name, int bytesMax, out string problem)
    {
        if (Look(name) is not { } before)
        {
            problem = $"cannot be looked at: {Errno.LastWords}";
            return null;
        }

        problem = !before.IsRegular ? "is no regular file (a link, a folder, a pipe or a device is not accepted)"
            : before.Size > (ulong)bytesMax ? $"has {before.Size} bytes; expected at most {bytesMax}" : "";
        if (problem.Length > 0) return null;
        var fd = Libc.openat(_fd, name, ReadOnly | NoFollow | NonBlock);
        if (fd < 0)
        {
            problem = $"cannot be opened: {Errno.LastWords}";
            return null;
        }

        try
        {
            return Twice(fd, before, out problem);
        }
        finally
        {
            _ = Libc.close(fd);
        }
    }

    public void Dispose()
    {
        if (_fd >= 0) _ = Libc.close(_fd);
        _fd = -1;
    }

    private static StickFolder? Opened(int fd, string name, out string problem)
    {
        problem = fd < 0 ? $"{name}: {Errno.LastWords}" : "";
        return fd < 0 ? null : new StickFolder(fd);
    }

    private static byte[]? Twice(int fd, StatX before, out string problem)
    {
        StatX facts;
        if (Libc.statx(fd, "", StatX.Itself, StatX.Basic, &facts) != 0 || !facts.IsRegular || facts.Inode != before.Inode)
        {
            problem = "became another file while it was opened";
            return null;
        }

        if (Once(fd, before.Size, out problem) is not { } first) return null;
        _ = Libc.posix_fadvise(fd, 0, 0, Libc.DontNeed);
        if (Once(fd, before.Size, out problem) is not { } second) return null;
        problem = first.AsSpan().SequenceEqual(second) ? "" : "reads differently each time: the stick is broken, or is being changed";
        return problem.Length == 0 ? first : null;
    }

    /// <summary>Exactly as many bytes as the size says, and not one more.</summary>
    private static byte[]? Once(int fd, ulong size, out string problem)
    {
        var bytes = new byte[(int)size + 1];
        var count = 0;
        problem = "";
        fixed (byte* start = bytes)
        {
            while (count < bytes.Length)
            {
                var read = Libc.pread(fd, start + count, bytes.Length - count, count);
                if (read < 0 && Errno.Last == Errno.EINTR) continue;
                if (read < 0) problem = $"cannot be read: {Errno.LastWords} (was the stick pulled out?)";
                if (read <= 0) break;
                count += (int)read;
            }
        }

        if (problem.Length == 0 && count != (int)size)
            problem = $"has {size} bytes, but {(count > (int)size ? "more" : "fewer")} could be read: "
                + "the stick is broken, or is being changed";
        return problem.Length == 0 ? bytes[..count] : null;
    }
}
