using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Appliance.Core.Configuration;
using Appliance.Core.Configuration.Schema;
using Appliance.Core.Wire;

namespace Appliance.Core.Stick;

/// <summary>Decides about a stick whose files were read whole. Pure; tells every problem in one run.</summary>
public static class StickJudge
{
    //  a file is wrong ─▶ Refused (all problems)       contents as last time ─▶ Known
    //  node has nothing yet ─▶ a proof that is there must fit the stick's own key ─▶ Taken
    //  node is configured: other cluster, other node, contents that do not fit the proof ─▶ Refused
    //                      proof of our key, newer than the last ─▶ Taken        no such proof ─▶ Unproven (front button)

    /// <param name="files">What was read, names of <see cref="StickNames"/>.</param>
    public static StickVerdict Decide(IReadOnlyList<StickFile> files, StickStanding standing)
    {
        var problems = new List<string>();
        var notes = new List<string>();
        var config = Config(files, problems, notes);
        var keys = Keys(files, problems);
        SshKeys(files, problems);
        var node = NodeName(files, config, standing, problems);
        if (config is not null && Find(files, StickNames.Key) is not null && config.Cluster.KeyFile != ConfigSchema.KeyFileDefault)
            problems.Add($"{StickNames.Config}: cluster.key-file is {config.Cluster.KeyFile}, but the key of a stick goes to "
                + $"{ConfigSchema.KeyFileDefault}; leave the line out");
        if (!standing.IsConfigured && Find(files, StickNames.Key) is null)
            problems.Add($"{StickNames.Key} is missing: a node without a configuration needs the cluster's key");
        var proof = Proof(files, problems);
        var listing = StickProof.List(files);
        if (proof is not null && proof.Listing != listing)
            problems.Add($"the files are not those that {StickNames.Proof} lists: the stick is damaged, was pulled out, or was changed "
                + $"after it was signed (appliance stick sign DIR signs again); {Difference(proof.Listing, listing)}");
        if (problems.Count > 0 || config is null || node is null) return new StickVerdict.Refused([.. problems]);

        var digest = StickProof.Digest(listing);
        if (standing.IsConfigured && standing.Last?.Digest == digest) return new StickVerdict.Known();
        Strangers(config, node, standing, problems);
        if (problems.Count > 0) return new StickVerdict.Refused([.. problems]);
        var taken = new StickVerdict.Taken(config, node, Kept(files, node), new StickMark(proof?.Serial ?? 0, digest), [.. notes]);
        return standing.IsConfigured ? Proven(proof, standing, taken) : First(proof, keys, config, taken);
    }

    /// <summary>The files for themselves, before anybody signs them. Null when there are problems.</summary>
    public static ApplianceConfig? Contents(IReadOnlyList<StickFile> files, List<string> problems)
    {
        var config = Config(files, problems, []);
        Keys(files, problems);
        SshKeys(files, problems);
        if (config is not null && Find(files, StickNames.Node) is not null)
            NodeName(files, config, new StickStanding(false, ""), problems);
        return problems.Count == 0 ? config : null;
    }

    /// <summary>On a node without a configuration a proof is a checksum that the stick's own key makes.</summary>
    private static StickVerdict First(StickProof? proof, KeySet? keys, ApplianceConfig config, StickVerdict.Taken taken)
    {
        if (proof is null)
            return taken with { Notes = [.. taken.Notes, $"there is no {StickNames.Proof} on the stick: nothing says that it is whole"] };
        if ((keys is null ? "has no key to be tried with" : proof.Fault(keys)) is { } fault)
            return new StickVerdict.Refused([$"{StickNames.Proof} {fault}"]);
        return proof.Cluster == config.Cluster.Name ? taken
            : new StickVerdict.Refused(
                [$"{StickNames.Proof} is for cluster {proof.Cluster}, {StickNames.Config} for {config.Cluster.Name}"]);
    }

    private static StickVerdict Proven(StickProof? proof, StickStanding standing, StickVerdict.Taken taken)
    {
        var last = standing.Last?.Serial ?? 0;
        var because = proof is null ? $"there is no {StickNames.Proof} on it (appliance stick sign DIR makes one)"
            : standing.Keys is not { } keys ? "the key of this node cannot be read"
            : proof.Fault(keys) is { } fault ? $"its {StickNames.Proof} {fault}"
            : proof.Cluster != taken.Config.Cluster.Name ? $"its {StickNames.Proof} is for cluster {proof.Cluster}"
            : proof.Serial <= last
                ? string.Create(CultureInfo.InvariantCulture, $"it was signed with number {proof.Serial}, and this node has already taken "
                    + $"{last}: an old stick does not bring back old settings (appliance stick sign DIR --serial {last + 1} makes it new)")
            : "";
        if (because.Length == 0) return taken;
        // Who is let in by the button puts a mark: sticks that were signed before do not undo it.
        return new StickVerdict.Unproven(because, taken with
        {
            Mark = taken.Mark with { Serial = Math.Max(last, standing.Now) },
            Notes = [.. taken.Notes, $"taken because the front button was held: {because}"],
        });
    }

    private static void Strangers(ApplianceConfig config, string node, StickStanding standing, List<string> problems)
    {
        if (!standing.IsConfigured) return;
        if (standing.Config is { } running && running.Cluster.Name != config.Cluster.Name)
            problems.Add($"the stick is for cluster {config.Cluster.Name}, and this node belongs to {running.Cluster.Name}; a node that "
                + "changes clusters forgets its settings first (appliance factory-reset)");
        else if (node != standing.Name && standing.Config is not null)
            problems.Add($"the stick is for node {node}, and this node is {standing.Name}: the other stick belongs here");
    }

    private static ApplianceConfig? Config(IReadOnlyList<StickFile> files, List<string> problems, List<string> notes)
    {
        if (Find(files, StickNames.Config) is not { } file)
        {
            problems.Add($"{StickNames.Config} is missing in the root of the stick");
            return null;
        }

        var result = ConfigReader.Read(file.Bytes);
        foreach (var problem in result.Problems)
            (problem.Severity == Severity.Warning ? notes : problems).Add($"{StickNames.Config}:{problem}");
        return result.Config;
    }

    private static KeySet? Keys(IReadOnlyList<StickFile> files, List<string> problems)
    {
        if (Find(files, StickNames.Key) is not { } file) return null;
        var result = KeyFile.Read(file.Bytes);
        foreach (var problem in result.Problems) problems.Add($"{StickNames.Key}:{problem}");
        return result.Keys;
    }

    private static string? NodeName(
        IReadOnlyList<StickFile> files, ApplianceConfig? config, StickStanding standing, List<string> problems)
    {
        var name = standing.Name;
        if (Find(files, StickNames.Node) is { } file)
        {
            name = Encoding.UTF8.GetString(file.Bytes).Trim();
            if (!Types.IsName(name))
            {
                problems.Add($"{StickNames.Node}: found {Words.Quoted(name)}; expected the name of this node and nothing else");
                return null;
            }
        }

        if (config is null || config.Nodes.Contains(name)) return name;
        var said = Find(files, StickNames.Node) is not null ? $"{StickNames.Node} says {name}"
            : name.Length == 0 ? $"there is no file {StickNames.Node}" : $"this machine is {name} and there is no file {StickNames.Node}";
        problems.Add($"{said}, but the nodes of {StickNames.Config} are {string.Join(" and ", config.Nodes)}");
        return null;
    }

    private static void SshKeys(IReadOnlyList<StickFile> files, List<string> problems)
    {
        if (Find(files, StickNames.SshKeys) is not { } file) return;
        var number = 0;
        foreach (var line in Encoding.UTF8.GetString(file.Bytes).Split('\n'))
        {
            number++;
            var text = line.Trim();
            if (text.Length == 0 || text[0] == '#') continue;
            if (text.Any(char.IsControl) || !(text.Contains("ssh-", StringComparison.Ordinal)
                || text.Contains("ecdsa-", StringComparison.Ordinal) || text.Contains("sk-", StringComparison.Ordinal)))
                problems.Add(string.Create(
                    CultureInfo.InvariantCulture, $"{StickNames.SshKeys}:{number}: is no public key (a line of a .pub file is expected)"));
        }
    }

    private static StickProof? Proof(IReadOnlyList<StickFile> files, List<string> problems)
    {
        if (Find(files, StickNames.Proof) is not { } file) return null;
        var proof = StickProof.Read(file.Bytes, out var problem);
        if (proof is null) problems.Add($"{StickNames.Proof} {problem}");
        return proof;
    }

    /// <summary>The first line that is in one list only.</summary>
    private static string Difference(string signed, string found)
    {
        var there = found.Split('\n');
        foreach (var line in signed.Split('\n'))
            if (!there.Contains(line)) return $"signed, and not found so: {Last(line)}";
        foreach (var line in there)
            if (!signed.Split('\n').Contains(line)) return $"found, and not signed: {Last(line)}";
        return "their order differs";

        static string Last(string line) => line[(line.LastIndexOf(' ') + 1)..];
    }

    private static ImmutableArray<StickFile> Kept(IReadOnlyList<StickFile> files, string node)
    {
        var kept = ImmutableArray.CreateBuilder<StickFile>();
        foreach (var file in files)
            if (StickNames.IsTaken(file.Name) && file.Name != StickNames.Node) kept.Add(file);
        kept.Add(new StickFile(StickNames.Node, Encoding.UTF8.GetBytes(node + "\n")));
        return kept.ToImmutable();
    }

    private static StickFile? Find(IReadOnlyList<StickFile> files, string name)
    {
        foreach (var file in files)
            if (file.Name == name) return file;
        return null;
    }
}
