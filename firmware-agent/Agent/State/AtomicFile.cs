using Appliance.Drivers.Interop;

namespace Appliance.Agent.State;

/// <summary>
/// Replaces a file so that after a power cut it is the old one or the new one, never a mixture: a new file, synced, renamed over the old
/// one, then its directory synced.
/// </summary>
public static class AtomicFile
{
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
            return FolderSync.Of(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"{path}: {fault.Message}";
        }
    }
}
