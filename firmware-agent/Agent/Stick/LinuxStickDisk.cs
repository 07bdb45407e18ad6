using Appliance.Drivers.Interop;

namespace Appliance.Agent.Stick;

/// <summary>The disk of this machine below one folder.</summary>
public sealed class LinuxStickDisk(string root) : IStickDisk
{
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public bool Exists(string path) => Path.Exists(At(path));

    public IReadOnlyList<string> Files(string folder)
    {
        var found = new List<string>();
        if (!Directory.Exists(At(folder))) return found;
        foreach (var path in Directory.GetFiles(At(folder), "*", SearchOption.AllDirectories))
            found.Add(Path.GetRelativePath(At(folder), path));
        found.Sort(StringComparer.Ordinal);
        return found;
    }

    public void MakeFolder(string path) => World(() => Directory.CreateDirectory(At(path), FolderMode));

    public void Write(string path, byte[] bytes, UnixFileMode mode) => World(() =>
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, UnixCreateMode = mode,
        };
        using var file = new FileStream(At(path), options);
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    });

    public void Move(string from, string to) => World(() => File.Move(At(from), At(to), overwrite: true));

    public void Delete(string path) => World(() => File.Delete(At(path)));

    public void DeleteFolder(string path) => World(() =>
    {
        if (Directory.Exists(At(path))) Directory.Delete(At(path), recursive: true);
    });

    public void Sync(string folder)
    {
        if (FolderSync.Of(At(folder)) is { } problem) throw new IOException(problem);
    }

    private string At(string path) => path.Length == 0 ? root : Path.Combine(root, path);

    private static void World(Action work)
    {
        try
        {
            work();
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new IOException(fault.Message, fault);
        }
    }
}
