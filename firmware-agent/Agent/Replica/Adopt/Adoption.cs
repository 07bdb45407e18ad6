using Appliance.Drivers.Mount;

namespace Appliance.Agent.Replica.Adopt;

/// <summary>What is left to do for one directory.</summary>
internal enum AdoptStep
{
    /// <summary>Copy, compare, rename the old one, bind.</summary>
    Copy,

    /// <summary>The copy is whole: rename the old one, bind.</summary>
    Swap,

    /// <summary>Only the binding is missing.</summary>
    Bind,
    Done,

    /// <summary>There is nothing to move: an empty directory is made in the replica and bound.</summary>
    Make,
}

/// <summary>
/// Moves one directory into the replica and binds it back. What has been done can be seen from the names, so a run that was interrupted at
/// any point goes on where it was:
/// <code>
///   /var/lib/mysql ──copy──▶ REPLICA/var/lib/mysql.adopting ──compare, sync──▶ REPLICA/var/lib/mysql
///                  └─rename─▶ /var/lib/mysql.before-replica, and an empty /var/lib/mysql with the copy bound over it
/// </code>
/// At no moment is there less than one whole copy, and the old one is never deleted.
/// </summary>
/// <param name="path">Absolute, without a slash at the end.</param>
/// <param name="replica">Directory where the replica's file system is mounted.</param>
/// <param name="mounts">Binds.</param>
/// <param name="copying">Copies and compares.</param>
internal sealed class Adoption(string path, string replica, IMounts mounts, TreeCopy copying)
{
    private const string Partial = ".adopting";
    private const string Kept = ".before-replica";

    public string Path => path;

    public string Target => replica.TrimEnd('/') + path;

    public string Old => path + Kept;

    public AdoptStep Next =>
        mounts.IsMounted(Target, path) ? AdoptStep.Done
        : !Directory.Exists(Target) ? Directory.Exists(path) ? AdoptStep.Copy : AdoptStep.Make
        : !Directory.Exists(path) || IsEmpty(path) ? AdoptStep.Bind
        : AdoptStep.Swap;

    /// <summary>One sentence a step, in order.</summary>
    public IEnumerable<string> Plan()
    {
        var next = Next;
        if (next == AdoptStep.Done) yield return $"{path}: is in the replica already";
        if (next == AdoptStep.Make) yield return $"{path}: does not exist: make it empty in the replica";
        if (next == AdoptStep.Copy) yield return $"{path}: copy to {Target}{Partial}, compare every file, rename to {Target}";
        if (next is AdoptStep.Copy or AdoptStep.Swap) yield return $"{path}: rename to {Old} (kept until you delete it)";
        if (next is not AdoptStep.Done) yield return $"{path}: bind {Target} over it";
    }

    /// <summary>Why it must not begin; null: it may.</summary>
    public string? Refusal()
    {
        if (path.Length < 2 || path[0] != '/' || path.EndsWith('/') || path.Contains("/../", StringComparison.Ordinal))
            return $"{path} is not an absolute path of a directory";
        if (Next == AdoptStep.Done) return null;
        if (File.Exists(path)) return $"{path} is a file; only directories are adopted";
        if (new DirectoryInfo(path).LinkTarget is { } link) return $"{path} is a link to {link}: name that directory";
        if (IsBelow(replica, path) || IsBelow(path, replica)) return $"{path} and the replica's own {replica} lie inside each other";
        if (MountEntry.On(path) is { } mount) return $"{path} is a mount of its own ({mount.Source}): unmount it first";
        if (MountEntry.All().FirstOrDefault(entry => IsBelow(entry.Directory, path)) is { } inner)
            return $"{inner.Directory} is a mount below {path}: unmount it first, or its files would be copied too";
        if (Next is AdoptStep.Copy && Directory.Exists(Old))
            return $"{Old} exists from an earlier time: look what it is and rename it";
        return OpenFiles.Below(path) is { Length: > 0 } users ? $"{path} is in use by {users}: stop that first" : null;
    }

    /// <summary>Does what is left; null, or what failed. Doing it again goes on.</summary>
    public string? Run()
    {
        try
        {
            return Next switch
            {
                AdoptStep.Done => null,
                AdoptStep.Make => Make(),
                AdoptStep.Copy => Copy() ?? Swap() ?? Bind(),
                AdoptStep.Swap => Compare() ?? Swap() ?? Bind(),
                _ => Bind(),
            };
        }
        catch (Exception world) when (world is IOException or UnauthorizedAccessException)
        {
            return $"{path}: {world.Message}";
        }
    }

    private string? Make()
    {
        Directory.CreateDirectory(Target);
        return Bind();
    }

    private string? Copy()
    {
        var partial = Target + Partial;
        if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(partial)!);
        if ((copying.Copy(path, partial) ?? copying.Compare(path, partial) ?? copying.Sync(partial)) is { } problem)
            return $"{path}: {problem}";
        Directory.Move(partial, Target);
        return copying.Sync(Target);
    }

    /// <summary>An earlier run made the copy; since then the original may have changed.</summary>
    private string? Compare() => copying.Compare(path, Target) is { } differs
        ? $"{path} is no longer as {Target}, which an earlier run copied ({differs}): delete the one that is wrong and begin again"
        : null;

    private string? Swap()
    {
        if (Directory.Exists(Old)) return $"{Old} exists from an earlier time: look what it is and rename it";
        if (OpenFiles.Below(path) is { Length: > 0 } users) return $"{path} is in use by {users} again: stop that first";
        Directory.Move(path, Old);
        return null;
    }

    private string? Bind()
    {
        if (!Directory.Exists(path)) Directory.CreateDirectory(path, File.GetUnixFileMode(Target));
        var change = mounts.Bind(Target, path);
        return change.Ok ? null : change.Text;
    }

    private static bool IsBelow(string inner, string outer) => inner.StartsWith(outer.TrimEnd('/') + "/", StringComparison.Ordinal);

    private static bool IsEmpty(string directory) => !Directory.EnumerateFileSystemEntries(directory).Any();
}
