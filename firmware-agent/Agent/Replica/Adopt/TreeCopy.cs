using Appliance.Drivers.Script;

namespace Appliance.Agent.Replica.Adopt;

/// <summary>Copies and compares directories with the programs that know every attribute: cp, find, diff, sync.</summary>
internal sealed class TreeCopy
{
    /// <summary>Of everything about an entry but its content: path, kind, mode, owner, time, size (not of directories), link target.
    /// Sorted, so that the order in the directory does not count.</summary>
    private const string EntriesScript = """
        entries() {
            cd "$1" || return 1
            find . -printf '%P\t%y\t%m\t%U:%G\t%T@\t' \( -type d -printf '\n' -o -printf '%s\t%l\n' \) | LC_ALL=C sort
        }
        """;

    /// <summary>The same, which names are one file, and every content.</summary>
    private const string WholeScript = EntriesScript + "\n" + """
        whole() {
            entries "$1" || return 1
            find . ! -type d -printf '%P\t%i\n' | LC_ALL=C sort |
                awk -F '\t' '{ if ($2 in first) print $1, "is", first[$2]; else first[$2] = $1 }' || return 1
            find . -type f -print0 | LC_ALL=C sort --zero-terminated | xargs --null --no-run-if-empty sha256sum || return 1
        }
        set -o pipefail
        trap 'kill -KILL 0' TERM
        diff <(whole "$1" || echo "$1 cannot be read") <(whole "$2" || echo "$2 cannot be read") &
        wait $!
        """;

    private const string QuickScript = EntriesScript + "\n" + """
        set -o pipefail
        diff <(entries "$1" || echo "$1 cannot be read") <(entries "$2" || echo "$2 cannot be read")
        """;

    /// <summary>Longest copy or comparison.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Owner, mode, times, xattrs, ACLs, hard links inside, holes: everything. Null: done, else why not. The copying ends with
    /// us: were it to go on, it would write into the copy of the next run.</summary>
    public string? Copy(string from, string to) =>
        Run("copy", ["/usr/bin/setpriv", "--pdeathsig", "KILL",
            "/bin/cp", "--archive", "--sparse=auto", "--no-target-directory", "--", from, to]);

    /// <summary>Null: the same, file by file, hash by hash and attribute by attribute; else the first difference.</summary>
    public string? Compare(string one, string two) =>
        Differ(WholeScript, one, two) ?? (ExtendedAttributes.Compare(one, two) is { } attribute ? $"the copy differs: {attribute}" : null);

    /// <summary>The same without reading the files: sizes, times and owners tell whether somebody wrote.</summary>
    public string? CompareQuickly(string one, string two) => Differ(QuickScript, one, two);

    /// <summary>Everything of that file system is stable. Null: done, else why not.</summary>
    public string? Sync(string directory) => Run("sync", ["/bin/sync", "--file-system", directory]);

    /// <summary>Bytes that the directories take on disk; null and why not.</summary>
    public long? Size(IEnumerable<string> directories, out string problem)
    {
        var sum = 0L;
        foreach (var directory in directories)
        {
            var end = Do(["/usr/bin/du", "--summarize", "--block-size=1", "--one-file-system", "--", directory]);
            if (end.ExitCode != 0 || !long.TryParse(end.Output.Split('\t')[0], out var bytes))
            {
                problem = $"du {directory}: {end.Words}";
                return null;
            }

            sum += bytes;
        }

        problem = "";
        return sum;
    }

    private string? Differ(string script, string one, string two)
    {
        var end = Do(["/usr/bin/setpriv", "--pdeathsig", "TERM", "/bin/bash", "-c", script, "compare", one, two]);
        if (end.ExitCode == 0) return null;
        var first = end.Output.Split('\n').FirstOrDefault(line => line.Length > 1 && line[0] is '<' or '>') ?? end.Words;
        return $"the copy differs: {first}";
    }

    private string? Run(string what, string[] command) => Do(command) is { ExitCode: not 0 } end ? $"{what}: {end.Words}" : null;

    private ProcessEnd Do(string[] command)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        return ProcessRunner.Run(command, null, deadline.Token);
    }
}
