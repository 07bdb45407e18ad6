using Appliance.Lab.Host;

namespace Appliance.Lab.Setup;

/// <summary>
/// Where one run of the lab lives: every object it makes on the host carries its prefix, every file lies under its directory.
/// </summary>
public sealed record LabPlace(string Prefix)
{
    private static readonly string StateRoot = "/run/appliance-lab";

    private static readonly string DiskRoot =
        Environment.GetEnvironmentVariable("APPLIANCE_LAB_DIR") is { Length: > 0 } path ? path : "/var/tmp/appliance-lab";

    /// <summary>State of the run: what was started, which faults are set.</summary>
    public string StateDirectory => $"{StateRoot}/{Prefix}";

    /// <summary>The nodes' disks and logs.</summary>
    public string DiskDirectory => $"{DiskRoot}/{Prefix}";

    /// <summary>The note of everything that was started.</summary>
    public string StateFile => $"{StateDirectory}/state.json";

    /// <summary>The namespace that holds the LAN's and the cable's bridges, so that the host's own network is never touched.</summary>
    public string SwitchNamespace => $"{Prefix}-sw";

    /// <summary>The client's namespace.</summary>
    public string ClientNamespace => $"{Prefix}-client";

    /// <summary>A node's namespace.</summary>
    public string NodeNamespace(NodePlan node) => $"{Prefix}-{node.Letter}";

    /// <summary>A node's machine name and cgroup.</summary>
    public string MachineName(NodePlan node) => $"{Prefix}-{node.Letter}";

    /// <summary>A node's disk: overlay upper, work and merged directories.</summary>
    public string NodeDisk(NodePlan node) => $"{DiskDirectory}/{node.Name}";

    /// <summary>What the node sees as /.</summary>
    public string NodeRoot(NodePlan node) => $"{NodeDisk(node)}/merged";

    /// <summary>A log of the run.</summary>
    public string Log(string name) => $"{DiskDirectory}/{name}.log";

    /// <summary>A place no other run uses.</summary>
    public static LabPlace Fresh()
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var place = new LabPlace($"al{Random.Shared.Next(0x1000):x3}");
            if (!Directory.Exists(place.StateDirectory) && !Directory.Exists(place.DiskDirectory)) return place;
        }
        throw new LabException($"no free name for a lab under {StateRoot}; stop old ones with \"appliance-lab down --all\"");
    }

    /// <summary>All runs there are notes of.</summary>
    public static IReadOnlyList<LabPlace> Known() =>
        Directory.Exists(StateRoot)
            ? [.. Directory.GetDirectories(StateRoot).Select(path => new LabPlace(Path.GetFileName(path))).OrderBy(place => place.Prefix)]
            : [];
}
