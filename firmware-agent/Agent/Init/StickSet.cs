using System.CommandLine;
using System.Text;
using Appliance.Agent.Commands;
using Appliance.Agent.Stick;
using Appliance.Core.Configuration;
using Appliance.Core.Stick;
using Appliance.Core.Wire;

namespace Appliance.Agent.Init;

/// <summary>The part of <c>appliance init</c> that writes the sticks of both nodes.</summary>
public sealed class StickSet
{
    private readonly Option<string?> _folder = new("--stick")
    {
        Description = "Write what goes onto the USB sticks of both nodes into folders of their names here, and nothing else.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _first = new("--stick-a") { Description = "The first node's mounted stick.", HelpName = "DIR" };

    private readonly Option<string?> _second = new("--stick-b") { Description = "The second node's mounted stick.", HelpName = "DIR" };

    private readonly Option<string?> _ssh = new("--ssh-keys")
    {
        Description = "Public keys of those who may log in, as in authorized_keys; for sticks.",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _licences = new("--licence")
    {
        Description = "Licence file to put onto both sticks; may be given several times.",
        HelpName = "FILE",
    };

    public IEnumerable<Option> Options => [_folder, _first, _second, _ssh, _licences];

    /// <summary>Sticks are wanted.</summary>
    public bool IsWanted(ParseResult line) =>
        line.GetValue(_folder) is not null || line.GetValue(_first) is not null || line.GetValue(_second) is not null;

    /// <summary>Options that contradict each other; null: none do.</summary>
    public string? Contradiction(ParseResult line)
    {
        var (folder, first, second) = (line.GetValue(_folder), line.GetValue(_first), line.GetValue(_second));
        if (!IsWanted(line))
            return line.GetValue(_ssh) is not null ? "--ssh-keys has no effect without --stick"
                : line.GetValue(_licences) is { Length: > 0 } ? "--licence has no effect without --stick" : null;
        if (folder is "" || first is "" || second is "") return "the name of a stick's folder is empty";
        if (folder is null && (first is null || second is null))
            return "both nodes need a stick: --stick DIR, or --stick-a DIR and --stick-b DIR";
        return first is not null && first == second ? "--stick-a and --stick-b are the same; each node has a stick of its own" : null;
    }

    /// <summary>Writes both; sentences for a person, or a problem.</summary>
    public string? Write(ParseResult line, ApplianceConfig made, string text, string secret, bool overwrite, List<string> said)
    {
        var common = new List<StickFile>
        {
            new(StickNames.Config, Encoding.UTF8.GetBytes(text)), new(StickNames.Key, Encoding.UTF8.GetBytes(secret)),
        };
        if (Extras(line, common) is { } unread) return unread;
        var keys = KeyFile.Read(common[1].Bytes).Keys!;
        var serial = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        for (var node = 0; node < made.Nodes.Length; node++)
        {
            var name = made.Nodes[node];
            var place = line.GetValue(node == 0 ? _first : _second) ?? Path.Combine(line.GetValue(_folder)!, name);
            StickFile[] files = [.. common, new(StickNames.Node, Encoding.UTF8.GetBytes(name + "\n"))];
            if (Refusal(files, name) is { } wrong) return wrong;
            if (MakeFolder(place) is { } refused) return refused;
            if ((StickMaker.Write(place, files, overwrite) ?? StickMaker.Sign(place, files, made.Cluster.Name, keys.Sending, serial))
                is { } problem) return problem;
            said.Add($"Stick of {name}: {place} ({files.Length} files, signed)");
        }

        return null;
    }

    /// <summary>What a fresh node would say.</summary>
    private static string? Refusal(StickFile[] files, string name) =>
        StickJudge.Decide(files, new StickStanding(false, name)) is StickVerdict.Refused refused
            ? string.Join("; ", refused.Problems) : null;

    private string? Extras(ParseResult line, List<StickFile> files)
    {
        if (line.GetValue(_ssh) is { } ssh)
        {
            if (Read(ssh, StickNames.SshKeysBytesMax, out var problem) is not { } bytes) return problem;
            files.Add(new StickFile(StickNames.SshKeys, bytes));
        }

        foreach (var path in line.GetValue(_licences) ?? [])
        {
            var name = Path.GetFileName(path);
            if (!StickNames.IsLicence(name)) return $"{path}: a licence's name has letters, digits, \"-\", \"_\" and \".\", at most 64";
            if (Read(path, StickNames.LicenceBytesMax, out var problem) is not { } bytes) return problem;
            files.Add(new StickFile($"{StickNames.LicenceFolder}/{name}", bytes));
        }

        return null;
    }

    private static byte[]? Read(string path, int bytesMax, out string problem)
    {
        if (ConfigFile.Read(path, out problem) is not { } bytes) return null;
        problem = bytes.Length > bytesMax ? $"{path} has more than {bytesMax} bytes" : "";
        return problem.Length > 0 ? null : bytes;
    }

    private static string? MakeFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"{path}: {fault.Message}";
        }
    }
}
