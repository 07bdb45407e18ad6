using Appliance.Agent.Commands;
using Appliance.Core.Configuration;
using Appliance.Core.Replica.Disk;

namespace Appliance.Agent.Replica.Create;

/// <summary>Which disk a command about metadata means.</summary>
/// <param name="Name">Of the replica.</param>
/// <param name="Cluster">Name of the cluster; with the replica's it names the pair.</param>
/// <param name="Node">0 or 1.</param>
/// <param name="Disk">Path.</param>
/// <param name="MetadataPath">Path; empty: internal.</param>
/// <param name="Config">Null: everything came by options.</param>
internal sealed record ReplicaPlace(string Name, string Cluster, int Node, string Disk, string MetadataPath, ApplianceConfig? Config)
{
    private const string WithoutConfig = " (without a configuration: give --disk, --node and --cluster)";

    public Guid Pair => PairId.Of(Cluster, Name);

    /// <summary>The configured replica; null when everything came by options.</summary>
    public ReplicaSection? Section => Config?.Replicas.FirstOrDefault(replica => replica.Name == Name);

    /// <summary>From the configuration, where options do not say otherwise; null and a sentence when something is missing.</summary>
    public static ReplicaPlace? Of(ReplicaPlaceWish wish, out string problem)
    {
        problem = "";
        if (wish is { Disk: { } path, Cluster: { } cluster, Node: { } number })
            return int.TryParse(number, out var node) && node is 0 or 1
                ? new ReplicaPlace(wish.Name, cluster, node, path, wish.Metadata ?? "", null)
                : Refuse($"--node is 0 or 1, not '{number}'", out problem);
        if (Read(wish.ConfigPath, out problem) is not { } config)
            return Refuse(problem + (File.Exists(wish.ConfigPath) ? "" : WithoutConfig), out problem);
        var section = config.Replicas.FirstOrDefault(replica => replica.Name == wish.Name);
        if (section is null && wish.Disk is null)
            return Refuse($"{wish.ConfigPath} has no [replica.{wish.Name}]: name the disk with --disk, or correct the name", out problem);
        if (Own(wish, config, out problem) is not { } own) return null;
        return new ReplicaPlace(
            wish.Name, wish.Cluster ?? config.Cluster.Name, own, wish.Disk ?? section!.Disk, wish.Metadata ?? section?.MetadataPath ?? "",
            config);
    }

    private static int? Own(ReplicaPlaceWish wish, ApplianceConfig config, out string problem)
    {
        problem = "";
        if (wish.Node is "0" or "1") return wish.Node[0] - '0';
        var problems = new List<string>();
        var own = AgentFiles.OwnNumber(new AgentOptions(wish.ConfigPath, wish.Node, "", ""), config, problems);
        if (own >= 0) return own;
        problem = string.Join("; ", problems);
        return null;
    }

    private static ApplianceConfig? Read(string path, out string problem)
    {
        if (ConfigFile.Read(path, out problem) is not { } bytes) return null;
        var result = ConfigReader.Read(bytes);
        if (result.Config is null) problem = $"{path} is not usable: appliance config check {path} says why";
        return result.Config;
    }

    private static ReplicaPlace? Refuse(string why, out string problem)
    {
        problem = why;
        return null;
    }
}

/// <summary>What the command line says; null: not given.</summary>
internal sealed record ReplicaPlaceWish(string Name, string ConfigPath, string? Disk, string? Metadata, string? Node, string? Cluster);
