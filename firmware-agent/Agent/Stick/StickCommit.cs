using System.Text;
using Appliance.Core.Stick;

namespace Appliance.Agent.Stick;

/// <summary>
/// Replaces several files so that a power cut at any moment leaves the old ones or the new ones, never some of each: the new ones are
/// staged, one file says that they count, then they are moved. A start that finds that file finishes the moves.
/// </summary>
public static class StickCommit
{
    //  stage: write every new file, sync ─▶ commit: write Go, sync ─▶ move each over the old one, sync ─▶ remove Go ─▶ remove stage
    //         power cut here: Finish removes the stage            from here on: Finish moves what is left, and the new files count

    /// <summary>The stage, beside what it will replace: a move must not leave the file system.</summary>
    public const string Stage = ".stick-new";

    private const string Go = "commit";
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Readable = Owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Takes all files; returns when they are in place and durable. Throws <see cref="IOException"/>: then the old ones are
    /// in force, or <see cref="Finish(IStickDisk)"/> completes the new ones.</summary>
    public static void Take(IStickDisk disk, IEnumerable<StickFile> files, StickMark mark)
    {
        Finish(disk);
        disk.MakeFolder(Stage);
        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var path = $"{Stage}/new/{file.Name}";
            foreach (var folder in Above(path))
                if (folders.Add(folder)) disk.MakeFolder(folder);
            disk.Write(path, file.Bytes, ModeOf(file.Name));
        }

        disk.MakeFolder($"{Stage}/new");
        disk.Write($"{Stage}/new/{StickMark.FileName}", Encoding.ASCII.GetBytes(mark.Write()), Owner);
        foreach (var folder in folders) disk.Sync(folder);
        disk.Sync($"{Stage}/new");
        disk.Sync(Stage);
        disk.Sync("");
        disk.Write($"{Stage}/{Go}", [], Owner);
        disk.Sync(Stage);
        Complete(disk);
    }

    /// <summary>Completes what was decided before a power cut, or clears away what was not. Null when all is whole, else why not.</summary>
    /// <param name="folder">Usually <c>/etc/appliance</c>.</param>
    public static string? Finish(string folder)
    {
        try
        {
            Finish(new LinuxStickDisk(folder));
            return null;
        }
        catch (IOException fault)
        {
            return $"a stick was taken before the power failed, and its files cannot be put in place: {fault.Message}";
        }
    }

    /// <summary>The same on any disk. Throws <see cref="IOException"/>.</summary>
    public static void Finish(IStickDisk disk)
    {
        if (!disk.Exists(Stage)) return;
        if (disk.Exists($"{Stage}/{Go}")) Complete(disk);
        else disk.DeleteFolder(Stage);
    }

    /// <summary>The new files count, although they may not all be in place.</summary>
    public static bool IsDecided(IStickDisk disk) => disk.Exists($"{Stage}/{Go}");

    private static void Complete(IStickDisk disk)
    {
        // Folders whose names changed, the deepest last: what was moved by an earlier attempt is synced again.
        var folders = new List<string> { "" };
        foreach (var known in new[] { StickNames.SshFolder, StickNames.LicenceFolder })
            if (disk.Exists(known)) folders.Add(known);
        foreach (var name in disk.Files($"{Stage}/new"))
        {
            foreach (var folder in Above(name))
            {
                disk.MakeFolder(folder);
                if (!folders.Contains(folder)) folders.Add(folder);
            }

            disk.Move($"{Stage}/new/{name}", name);
        }

        foreach (var folder in folders) disk.Sync(folder);
        disk.Delete($"{Stage}/{Go}");
        disk.Sync(Stage);
        disk.DeleteFolder(Stage);
        disk.Sync("");
    }

    private static UnixFileMode ModeOf(string name) => name is StickNames.Config or StickNames.Node ? Readable : Owner;

    /// <summary>The folders above a file, outermost first.</summary>
    private static IEnumerable<string> Above(string path)
    {
        for (var slash = path.IndexOf('/'); slash > 0; slash = path.IndexOf('/', slash + 1)) yield return path[..slash];
    }
}
