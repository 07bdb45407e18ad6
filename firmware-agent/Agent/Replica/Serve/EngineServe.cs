using Appliance.Agent.Journal;
using Appliance.Agent.Replica.Process;
using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.Wire;
using Appliance.Core.Wire;
using Appliance.Drivers.BlockDisk;
using Appliance.Drivers.PeerLink;

namespace Appliance.Agent.Replica.Serve;

/// <summary>One engine without agent and configuration: nobody answers its questions about fencing, so it does not ask them.</summary>
internal static class EngineServe
{
    private const int Buffers = 256;
    private const long ResyncMin = 4 << 20;
    private const long ResyncMax = 1L << 30;

    /// <summary>Runs until SIGTERM, SIGINT or the order stop.</summary>
    public static ExitCode Run(ServeOptions options, JournalWriter journal)
    {
        var problems = new List<string>();
        var keys = options.HasPeer ? AgentFiles.ReadKeys(options.KeyFile, problems) : null;
        if (options.HasPeer && keys is null)
        {
            var advice = File.Exists(options.KeyFile) ? "" : $". {ServeOptions.KeyAdvice}";
            foreach (var problem in problems) journal.Say(JournalPriority.Error, problem.TrimEnd('.') + advice);
            return ExitCode.Unusable;
        }

        if (Find(options, out var unusable) is not { } disk)
        {
            journal.Say(JournalPriority.Error, unusable);
            return ExitCode.Unusable;
        }

        var pair = disk.Pair;
        var config = new ReplicaConfig(options.Name, disk.Node, ["node 0", "node 1"], options.Protocol, ResyncMin, ResyncMax)
        {
            Fencing = Fencing.DontCare,
        };
        var engine = new EngineOptions(
            config, ThisProcess.Identity(), Buffers,
            (loop, door, tell) => new FrontEnds(null, () => ToolSocket.Open(loop, door, options.Nbd, options.Name), tell),
            keys is null ? null : Link(options, pair, keys));
        journal.Say(JournalPriority.Notice, Greeting(options, disk));
        return ReplicaProcess.Run(
            new ReplicaProcessOptions(engine, options.Loop, options.Control, disk)
            {
                // Without a peer there is nobody who could have newer data.
                Primary = options.Primary ? new ReplicaOrder.Primary(0, PeerIsHarmless: !options.HasPeer, options.Force) : null,
                Stats = options.Stats,
            }, journal);
    }

    /// <summary>The disk, looked at before anything is started: a person who typed it wrong is told at once. Null and why not.</summary>
    private static ReplicaDisk? Find(ServeOptions options, out string problem)
    {
        var metadata = options.Metadata == "internal" ? "" : options.Metadata!;
        using var claimed = LinuxDisk.Open(options.Disk, metadata, options.Direct, out problem);
        if (claimed is null || MetadataBlocks.Read(claimed.MetadataDevice, out problem) is not { } blocks) return null;
        if (SuperblockChoice.Of(blocks.Super0, blocks.Super1, out problem) is not { } choice)
        {
            var isNew = !SuperblockText.IsMarked(blocks.Super0) && !SuperblockText.IsMarked(blocks.Super1);
            problem = $"{claimed.MetadataDevice.Path}: {problem}" + (isNew ? $". {Prepare(options, metadata)}" : "");
            return null;
        }

        // Alone it is whose it is; to a peer it must be what was typed.
        var named = options.Cluster.Length > 0 || options.HasPeer;
        var found = choice.Superblock;
        var pair = named ? PairId.Of(options.Cluster, options.Name) : found.Cluster;
        if (pair == found.Cluster && (!options.HasPeer || options.Node == found.Node))
        {
            var note = options.Control is { Length: > 0 } control ? control + ReplicaDisk.NoteSuffix : "";
            return new ReplicaDisk(options.Disk, metadata, options.Direct, pair, found.Node, note);
        }

        problem = pair == found.Cluster
            ? $"{options.Disk} is node {found.Node}'s disk, and this is node {options.Node}: exchange --listen and --peer, or the disks"
            : $"{options.Disk} is a replica's, but not that of --cluster {options.Cluster} --name {options.Name}: give the names that "
                + "'replica create NAME --cluster NAME' was given, or the right disk";
        return null;
    }

    private static string Prepare(ServeOptions options, string metadata) =>
        $"Prepare it once: appliance replica create {options.Name} --disk {options.Disk} --node {options.Node} "
            + $"--cluster {(options.Cluster.Length > 0 ? options.Cluster : "trial")}"
            + $"{(metadata.Length > 0 ? $" --metadata {metadata}" : "")}";

    private static string Greeting(ServeOptions options, ReplicaDisk disk)
    {
        var control = options.Control is { } path
            ? $"; orders: appliance replica status {(path.Contains('/') ? path : "./" + path)}" : "";
        return $"{options.Disk} is node {disk.Node}'s disk of {options.Name}; "
            + $"NBD clients on {options.Nbd} while it is primary{control}";
    }

    private static PeerLinkConfig Link(ServeOptions options, Guid pair, KeySet keys) => new(
        new GreetingConfig(options.Name, pair, options.Node, keys, options.Encrypt), options.Listen, options.Peer);
}
