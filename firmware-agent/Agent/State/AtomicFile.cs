using System.Runtime.InteropServices;
using Appliance.Drivers.Interop;

namespace Appliance.Agent.State;

/// <summary>
/// Replaces a file so that after a power cut it is the old one or the new one, never a mixture: a new file, synced, renamed over the old
/// one, then its directory synced.
/// </summary>
public static class AtomicFile
{
    private const int OpenDirectory = 0x10000 | 0x80000; // O_DIRECTORY | O_CLOEXEC

    /// <summary>Null when it is durable, else why it could not be made so.</summary>
    public static string? Write(string path, ReadOnlySpan<byte> bytes)
    {
        try
        {
            var fresh = path + ".new";
            using (var file = File.OpenHandle(fresh, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                RandomAccess.Write(file, bytes, 0);
                RandomAccess.FlushToDisk(file);
            }

            File.Move(fresh, path, overwrite: true);
            return SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"{path}: {fault.Message}";
        }
    }

    private static string? SyncDirectory(string directory)
    {
        var handle = Libc.open(directory, OpenDirectory);
        if (handle < 0) return $"{directory}: {Marshal.GetLastPInvokeErrorMessage()}";
        var error = Libc.fsync(handle) < 0 ? $"{directory}: {Marshal.GetLastPInvokeErrorMessage()}" : null;
        _ = Libc.close(handle);
        return error;
    }
}
