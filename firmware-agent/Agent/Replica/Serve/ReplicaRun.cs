using System.Net;
using Appliance.Agent.Commands;
using Appliance.Agent.Journal;
using Appliance.Agent.Replica.Control;
using Appliance.Agent.Replica.Drbd;
using Appliance.Agent.Replica.Process;
using Appliance.Core.Configuration;
using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.Wire;
using Appliance.Drivers.BlockFront;
using Appliance.Drivers.IoLoop;
using Appliance.Drivers.PeerLink;

namespace Appliance.Agent.Replica.Serve;

/// <summary><c>appliance replica run NAME</c>: what <c>appliance-replica@NAME.service</c> starts. Everything is in the
/// configuration.</summary>
internal static class ReplicaRun
{
    private const int Buffers = 256;

    /// <summary>Runs until it is told to end.</summary>
    /// <param name="options">Where the files are.</param>
    /// <param name="name">Of a section [replica.NAME].</param>
    public static ExitCode Run(AgentOptions options, string name)
    {
        // Before the first thread of our own: it may start the program again.
        var marked = IoFlusher.TryMark(out var unmarked);
        using var journal = new JournalWriter(Console.OpenStandardError());
        if (!marked) journal.Say(JournalPriority.Warning, $"replica {name}: {unmarked}");
        if (AgentFiles.Read(options, options.ConfigPath, out var problems) is not { } files)
        {
            foreach (var problem in problems) journal.Say(JournalPriority.Error, problem);
            return ExitCode.Unusable;
        }

        if (files.Config.Replicas.FirstOrDefault(one => one.Name == name) is not { } section)
            return Refuse(journal, $"{options.ConfigPath} has no section [replica.{name}]");
        if (section.Backend == ReplicaBackend.Drbd)
        {
            using var kernel = DrbdProcess.For(section, files, out var missing);
            return kernel is null ? Refuse(journal, $"replica {name}: {missing}") : kernel.Run(journal);
        }

        return ReplicaProcess.Run(Parts(files, section), journal);
    }

    private static ExitCode Refuse(JournalWriter journal, string words)
    {
        journal.Say(JournalPriority.Error, words);
        return ExitCode.Unusable;
    }

    private static ReplicaProcessOptions Parts(AgentFiles files, ReplicaSection section)
    {
        var (config, node) = (files.Config, files.Node);
        var pair = PairId.Of(config.Cluster.Name, section.Name);
        var greeting = new GreetingConfig(section.Name, pair, node, files.Keys, section.Encryption);
        // Node 1 dials from its own address: the cable that was configured carries the data, not whatever the routes prefer.
        var own = EndPoint(section.Addresses[node], keepPort: node == 0);
        var link = new PeerLinkConfig(greeting, own, node == 0 ? null : EndPoint(section.Addresses[0], keepPort: true))
        {
            Caller = node == 0 ? IPAddress.Parse(section.Addresses[1].Address) : null,
        };
        var engine = new EngineOptions(
            section.For(node, config.Nodes), ThisProcess.Identity(), Buffers,
            (loop, door, tell) => new FrontEnds(
                new DeviceFront(Device(section, node), loop, door, tell),
                section.NbdSocket.Length == 0 ? null : () => ToolSocket.Open(loop, door, section.NbdSocket, section.Name), tell),
            link);
        var note = ReplicaControl.PathOf(section.Name) + ReplicaDisk.NoteSuffix;
        var disk = new ReplicaDisk(section.Disk, section.MetadataPath, Direct: false, pair, node, note);
        return new ReplicaProcessOptions(engine, IoLoopKind.Uring, ReplicaControl.PathOf(section.Name), disk) { Punctual = true };
    }

    private static IPEndPoint EndPoint(ReplicaAddress address, bool keepPort) =>
        new(IPAddress.Parse(address.Address), keepPort ? address.Port : 0);

    private static DeviceFrontOptions Device(ReplicaSection section, int node) => new(section.Name, section.Front switch
    {
        ReplicaFront.Ublk => FrontKind.Ublk,
        ReplicaFront.Nbd => FrontKind.Nbd,
        ReplicaFront.FuseLoop => FrontKind.FuseLoop,
        _ => FrontKind.Auto,
    })
    {
        LoopNumber = section.Loops.IsDefaultOrEmpty ? -1 : section.Loops[node],
    };
}
