using Appliance.Agent.Stick;

namespace Appliance.Agent.Tests.Stick;

/// <summary>The power failed.</summary>
internal sealed class PowerCut : Exception;

/// <summary>
/// A disk that fails after so many operations. File contents are durable when written (the real one syncs each file); names are durable
/// only after their folder was synced, and before that each change of a name may or may not have reached the disk, in order.
/// </summary>
internal sealed class MemoryDisk(int operations) : IStickDisk
{
    private readonly List<(string Folder, Action<SortedDictionary<string, string>> Change)> _pending = [];
    private SortedDictionary<string, string> _durable = new(StringComparer.Ordinal);
    private SortedDictionary<string, string> _seen = new(StringComparer.Ordinal);
    private int _left = operations;

    /// <summary>Operations that were done.</summary>
    public int Done { get; private set; }

    public static MemoryDisk With(IEnumerable<(string Path, string Text)> files, int operations)
    {
        var disk = new MemoryDisk(operations);
        foreach (var (path, text) in files) disk._durable[path] = disk._seen[path] = text;
        return disk;
    }

    /// <summary>How many changes of names may be lost.</summary>
    public int Pending => _pending.Count;

    /// <summary>The disk after the power came back: of the changes that were not synced the first so many have happened.</summary>
    public MemoryDisk After(int kept, int more)
    {
        var disk = new MemoryDisk(more);
        foreach (var (path, text) in _durable) disk._durable[path] = text;
        for (var index = 0; index < kept; index++) _pending[index].Change(disk._durable);
        disk._seen = new(disk._durable, StringComparer.Ordinal);
        return disk;
    }

    public string? Text(string path) => _seen.GetValueOrDefault(path);

    public IEnumerable<string> Paths => _seen.Keys;

    public bool Exists(string path) => _seen.Keys.Any(key => key == path || key.StartsWith(path + "/", StringComparison.Ordinal));

    public IReadOnlyList<string> Files(string folder) =>
        [.. _seen.Keys.Where(key => key.StartsWith(folder + "/", StringComparison.Ordinal)).Select(key => key[(folder.Length + 1)..])];

    // Folders are there as soon as something is in them: an empty one is never relied on.
    public void MakeFolder(string path) => Spend();

    public void Write(string path, byte[] bytes, UnixFileMode mode)
    {
        Spend();
        if (_seen.ContainsKey(path)) throw new IOException($"{path} is there");
        var text = System.Text.Encoding.UTF8.GetString(bytes);
        Change(FolderOf(path), names => names[path] = text);
    }

    public void Move(string from, string to)
    {
        Spend();
        var text = _seen[from];
        Change(FolderOf(to), names =>
        {
            names.Remove(from);
            names[to] = text;
        });
    }

    public void Delete(string path)
    {
        Spend();
        Change(FolderOf(path), names => names.Remove(path));
    }

    public void DeleteFolder(string path)
    {
        Spend();
        foreach (var key in _seen.Keys.Where(key => key.StartsWith(path + "/", StringComparison.Ordinal)).ToArray())
            Change(FolderOf(key), names => names.Remove(key));
    }

    public void Sync(string folder)
    {
        Spend();
        for (var index = 0; index < _pending.Count;)
        {
            if (_pending[index].Folder != folder)
            {
                index++;
                continue;
            }

            _pending[index].Change(_durable);
            _pending.RemoveAt(index);
        }
    }

    private void Change(string folder, Action<SortedDictionary<string, string>> change)
    {
        change(_seen);
        _pending.Add((folder, change));
    }

    private void Spend()
    {
        if (_left-- == 0) throw new PowerCut();
        Done++;
    }

    private static string FolderOf(string path) => path.LastIndexOf('/') is var slash and > 0 ? path[..slash] : "";
}
