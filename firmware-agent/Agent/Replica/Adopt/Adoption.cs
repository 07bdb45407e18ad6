using Appliance.Drivers.Mount;

namespace Appliance.Agent.Replica.Adopt;

/// <summary>What is left to do for one directory.</summary>
internal enum AdoptStep
{
    /// <summary>Copy, compare, rename the old one, bind.</summary>
    Copy,

    /// <summary>The copy is whole: rename the old one, bind.</summary>
    Swap,

    /// <summary>The old one was just renamed: look whether somebody wrote into it at the last moment, bind.</summary>
    Check,

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
///                  └─rename─▶ /var/lib/mysql.before-replica ──still the same?──▶ an empty /var/lib/mysql with the copy bound over it
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

    /// <summary>What an interrupted run may have left; it is made anew.</summary>
    public string PartialCopy => Target + Partial;

    public AdoptStep Next =>
        mounts.IsMounted(Target, path) ? AdoptStep.Done
        : !Directory.Exists(Target) ? Directory.Exists(path) ? AdoptStep.Copy : AdoptStep.Make
        : !Directory.Exists(path) ? Directory.Exists(Old) ? AdoptStep.Check : AdoptStep.Bind
        : IsEmpty(path) ? AdoptStep.Bind
        : AdoptStep.Swap;

    /// <summary>One sentence a step, in order.</summary>
    public IEnumerable<string> Plan()
    {
        var next = Next;
        if (next == AdoptStep.Done) yield return $"{path}: is in the replica already";
        if (next == AdoptStep.Make) yield return $"{path}: does not exist: make it empty in the replica";
        if (next == AdoptStep.Copy) yield return $"{path}: copy to {Target}{Partial}, compare every file, rename to {Target}";
        if (next is AdoptStep.Copy or AdoptStep.Swap) yield return $"{path}: rename to {Old} (kept until you delete it)";
        if (next is AdoptStep.Check) yield return $"{path}: compare {Old} with {Target}";
        if (next is not AdoptStep.Done) yield return $"{path}: bind {Target} over it";
    }

    /// <summary>The same for <see cref="CopyOnly"/>.</summary>
    public IEnumerable<string> PlanOfCopy()
    {
        yield return Directory.Exists(Target) ? $"{path}: is in the replica already"
            : Directory.Exists(path) ? $"{path}: copy to {PartialCopy}, compare every file, rename to {Target}"
            : $"{path}: does not exist: make it empty in the replica";
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
        return OpenFiles.Lasting(path) is { Length: > 0 } users ? $"{path} is in use by {users}: stop that first" : null;
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
                AdoptStep.Copy => Copy() ?? Swap() ?? CheckOrGoBack() ?? Bind(),
                AdoptStep.Swap => Compare() ?? Swap() ?? CheckOrGoBack() ?? Bind(),
                AdoptStep.Check => Check() ?? Bind(),
                _ => Bind(),
            };
        }
        catch (Exception world) when (world is IOException or UnauthorizedAccessException)
        {
            return $"{path}: {world.Message}";
        }
    }

    /// <summary>Copies it into the replica and leaves the old one alone: for a fresh system, whose root may be read-only. Null, or what
    /// failed. Doing it again goes on.</summary>
    public string? CopyOnly()
    {
        try
        {
            if (Directory.Exists(Target)) return null;
            if (Directory.Exists(path)) return Copy();
            Directory.CreateDirectory(Target);
            return copying.Sync(Target);
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
        Forget();
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(PartialCopy)!);
        if ((copying.Copy(path, PartialCopy) ?? copying.Compare(path, PartialCopy) ?? copying.Sync(PartialCopy)) is { } problem)
        {
            Forget(); // A full disk is not left full.
            return $"{path}: {problem}: nothing was moved";
        }

        Directory.Move(PartialCopy, Target);
        return copying.Sync(Target);
    }

    private void Forget()
    {
        if (Directory.Exists(PartialCopy)) Directory.Delete(PartialCopy, recursive: true);
    }

    /// <summary>An earlier run made the copy; since then the original may have changed. Or the other node adopted its own.</summary>
    private string? Compare() => copying.Compare(path, Target) is { } differs
        ? $"{path} is not as {Target} ({differs}): if the other node adopted it, there is nothing to adopt here, and the bind resource "
            + $"covers it; if an earlier run was interrupted and {path} is right, delete {Target} and begin again"
        : null;

    /// <summary>Nobody can reach the old one by its name any more. What was written between the comparison and that moment is not in the
    /// copy: then everything is as before.</summary>
    private string? CheckOrGoBack()
    {
        if (copying.CompareQuickly(Old, Target) is not { } differs) return null;
        if (Directory.Exists(path)) return $"{path} was made again while it was moved ({differs}): {Old} has what it held";
        Directory.Move(Old, path);
        Directory.Move(Target, PartialCopy);
        return $"{path} was changed while it was copied ({differs}): it is where it was; stop who writes there and begin again";
    }

    /// <summary>The same after an interruption. Perhaps the copy has been in use since: nobody but a person
    /// can know which is right.</summary>
    private string? Check() => copying.CompareQuickly(Old, Target) is { } differs
        ? $"{Old} and {Target} differ ({differs}): was the replica's in use since? "
            + $"Then it is right: mkdir {path}, and begin again. "
            + $"If an interrupted run left both, {Old} is right: mv {Old} {path}, delete {Target}, and begin again"
        : null;

    private string? Swap()
    {
        if (Directory.Exists(Old)) return $"{Old} exists from an earlier time: look what it is and rename it";
        if (OpenFiles.Lasting(path) is { Length: > 0 } users) return $"{path} is in use by {users} again: stop that first";
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
