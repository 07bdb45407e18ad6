using System.Text;
using Appliance.Core.Stick;
using Appliance.Core.Wire;

namespace Appliance.Agent.Stick;

/// <summary>Makes and signs sticks.</summary>
public static class StickMaker
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes the files of one node. Null, or why not.</summary>
    /// <param name="folder">A folder or a mounted stick.</param>
    public static string? Write(string folder, IReadOnlyList<StickFile> files, bool overwrite)
    {
        try
        {
            foreach (var file in files)
            {
                var path = Path.Combine(folder, file.Name);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                if (!overwrite && Path.Exists(path)) return $"{path} exists and is not touched; --force overwrites it";
            }

            foreach (var file in files)
                if (Put(Path.Combine(folder, file.Name), file.Bytes) is { } problem) return problem;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"{folder}: {fault.Message}";
        }

        return null;
    }

    /// <summary>Writes the proof. Null, or why not.</summary>
    public static string? Sign(string folder, IEnumerable<StickFile> files, string cluster, Key key, long serial) =>
        Put(Path.Combine(folder, StickNames.Proof),
            Encoding.ASCII.GetBytes(StickProof.Write(cluster, serial, key, StickProof.List(files))));

    /// <summary>A file as a whole or not at all. FAT has no owners: the mode counts where there are some.</summary>
    private static string? Put(string path, byte[] bytes)
    {
        var fresh = path + ".new";
        try
        {
            File.Delete(fresh);
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, UnixCreateMode = Owner,
            };
            using (var file = new FileStream(fresh, options))
            {
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }

            File.Move(fresh, path, overwrite: true);
            new LinuxStickDisk(Path.GetDirectoryName(path)!).Sync("");
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"{path}: {fault.Message}";
        }
    }
}
