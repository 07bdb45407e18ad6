using Appliance.Core.Stick;

namespace Appliance.Agent.Stick;

/// <summary>What was read of a stick.</summary>
/// <param name="Files">Names as <see cref="StickNames"/> writes them, each once.</param>
/// <param name="Problems">Why it is not to be taken, a sentence each.</param>
public sealed record StickContents(IReadOnlyList<StickFile> Files, IReadOnlyList<string> Problems)
{
    /// <summary>There is something in its root that says that it is meant for us.</summary>
    public bool IsOurs { get; init; }
}

/// <summary>Reads the known files of a stick and nothing else. Sizes, counts and kinds are bounded before anything is read.</summary>
public static class StickReader
{
    /// <summary>Reads a mounted stick, or a folder that stands for one. Never throws on what is there.</summary>
    public static StickContents Read(string root)
    {
        var problems = new List<string>();
        var files = new List<StickFile>();
        using var folder = StickFolder.Open(root, out var problem);
        if (folder is null) return new StickContents([], [problem]);
        var names = folder.Names(StickNames.RootEntriesMax, out problem);
        if (problem.Length > 0) problems.Add(problem);
        if (names.Count > StickNames.RootEntriesMax)
            problems.Add($"there are more than {StickNames.RootEntriesMax} entries in the root; expected a stick with little else on it");
        var found = Known(names, problems);
        var isOurs = found.ContainsKey(StickNames.Config);
        Configurations(names, problems);
        var left = StickNames.TotalBytesMax;
        foreach (var (name, bytesMax) in StickNames.Root)
            if (found.TryGetValue(name, out var written)) Take(folder, written, name, bytesMax, files, problems, ref left);
        if (found.TryGetValue(StickNames.SshFolder, out var ssh)) SshKeys(folder, ssh, files, problems, ref left);
        if (found.TryGetValue(StickNames.LicenceFolder, out var licence)) Licences(folder, licence, files, problems, ref left);
        return new StickContents(files, problems) { IsOurs = isOurs };
    }

    /// <summary>The names we look for, as the stick writes them: FAT keeps capitals and does not tell them apart.</summary>
    private static Dictionary<string, string> Known(List<string> names, List<string> problems)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            var known = name.ToLowerInvariant();
            if (!IsKnown(known)) continue;
            if (!found.TryAdd(known, name)) problems.Add($"{found[known]} and {name} are both there; expected one {known}");
        }

        return found;
    }

    private static bool IsKnown(string name)
    {
        foreach (var (known, _) in StickNames.Root)
            if (known == name) return true;
        return name is StickNames.SshFolder or StickNames.LicenceFolder;
    }

    /// <summary>Two configurations: nobody can know which one is meant. Files that begin with a dot are an operating system's.</summary>
    private static void Configurations(List<string> names, List<string> problems)
    {
        var others = new List<string>();
        foreach (var name in names)
            if (name.EndsWith(".toml", StringComparison.OrdinalIgnoreCase) && name[0] != '.'
                && !name.Equals(StickNames.Config, StringComparison.OrdinalIgnoreCase)) others.Add(name);
        if (others.Count == 0) return;
        others.Sort(StringComparer.Ordinal);
        problems.Add($"there are other TOML files in the root ({string.Join(", ", others.Take(5))}{(others.Count > 5 ? ", …" : "")}); "
            + $"expected one, named {StickNames.Config}");
    }

    private static void Take(
        StickFolder folder, string written, string name, int bytesMax, List<StickFile> files, List<string> problems, ref int left)
    {
        if (folder.Read(written, Math.Min(bytesMax, left), out var problem) is { } bytes)
        {
            left -= bytes.Length;
            files.Add(new StickFile(name, bytes));
        }
        else
        {
            problems.Add($"{name} {problem}");
        }
    }

    private static void SshKeys(StickFolder root, string name, List<StickFile> files, List<string> problems, ref int left)
    {
        using var folder = root.Inside(name, out var problem);
        if (folder is null)
        {
            problems.Add($"{StickNames.SshFolder} is no folder that can be opened: {problem}");
            return;
        }

        const string keys = "authorized_keys";
        if (folder.Look(keys) is not null)
            Take(folder, keys, StickNames.SshKeys, StickNames.SshKeysBytesMax, files, problems, ref left);
        else problems.Add($"{StickNames.SshFolder} is there, but {StickNames.SshKeys} is not");
    }

    private static void Licences(StickFolder root, string name, List<StickFile> files, List<string> problems, ref int left)
    {
        using var folder = root.Inside(name, out var problem);
        if (folder is null)
        {
            problems.Add($"{StickNames.LicenceFolder} is no folder that can be opened: {problem}");
            return;
        }

        var names = folder.Names(StickNames.LicencesMax * 2, out problem);
        if (problem.Length > 0) problems.Add(problem);
        names.RemoveAll(one => one.StartsWith('.'));
        names.Sort(StringComparer.Ordinal);
        if (names.Count > StickNames.LicencesMax)
        {
            problems.Add($"there are more than {StickNames.LicencesMax} files in {StickNames.LicenceFolder}");
            return;
        }

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var one in names)
        {
            if (!StickNames.IsLicence(one))
                problems.Add($"{StickNames.LicenceFolder}/{one} has no plain name (letters, digits, \"-\", \"_\", \".\", at most 64)");
            else if (!seen.Add(one)) problems.Add($"{StickNames.LicenceFolder}/{one} is there twice, but for capitals");
            else Take(folder, one, $"{StickNames.LicenceFolder}/{one}", StickNames.LicenceBytesMax, files, problems, ref left);
        }
    }
}
