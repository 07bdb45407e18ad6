namespace Appliance.Drivers.Interop;

/// <summary>Makes the names in a folder durable: a file that was made, renamed or removed there stays so after a power cut.</summary>
public static class FolderSync
{
    private const int OpenFolder = 0x10000 | 0x80000; // O_DIRECTORY | O_CLOEXEC

    /// <summary>Null when they are, else the folder and why not.</summary>
    public static string? Of(string folder)
    {
        var fd = Libc.open(folder, OpenFolder);
        if (fd < 0) return $"{folder}: {Errno.LastWords}";
        var problem = Libc.fsync(fd) < 0 ? $"{folder}: {Errno.LastWords}" : null;
        _ = Libc.close(fd);
        return problem;
    }
}
