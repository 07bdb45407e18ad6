using Appliance.Agent.Journal;
using Appliance.Agent.Replica.Process;
using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.Wire;
using Appliance.Core.Wire;
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
        foreach (var problem in problems) journal.Say(JournalPriority.Error, problem);
        if (options.HasPeer && keys is null) return ExitCode.Unusable;
        var pair = PairId.Of(options.Cluster, options.Name);
        var disk = new ReplicaDisk(
            options.Disk, options.Metadata == "internal" ? "" : options.Metadata!, options.Direct, pair, options.Node);
        var config = new ReplicaConfig(options.Name, options.Node, ["node 0", "node 1"], options.Protocol, ResyncMin, ResyncMax)
        {
            Fencing = Fencing.DontCare,
        };
        var engine = new EngineOptions(
            config, ThisProcess.Identity(), Buffers,
            (loop, door, tell) => new FrontEnds(null, () => ToolSocket.Open(loop, door, options.Nbd, options.Name), tell),
            keys is null ? null : Link(options, pair, keys));
        return ReplicaProcess.Run(
            new ReplicaProcessOptions(engine, options.Loop, options.Control, disk)
            {
                // Without a peer there is nobody who could have newer data.
                Primary = options.Primary ? new ReplicaOrder.Primary(0, PeerIsHarmless: !options.HasPeer, Force: false) : null,
                Stats = options.Stats,
            }, journal);
    }

    private static PeerLinkConfig Link(ServeOptions options, Guid pair, KeySet keys) => new(
        new GreetingConfig(options.Name, pair, options.Node, keys, options.Encrypt), options.Listen, options.Peer);
}
