using System.CommandLine;
using System.Net;
using Appliance.Agent.Journal;
using Appliance.Agent.Replica.Serve;
using Appliance.Drivers.IoLoop;

namespace Appliance.Agent.Commands.Replica;

/// <summary><c>appliance replica serve</c>: one volume without agent and configuration, for tools, trials and measurements.</summary>
internal static class ReplicaServeCommand
{
    private static readonly Option<string> Disk = Text("--disk", "FILE", "File or block device with the data.", required: true);
    private static readonly Option<string> Nbd = Text("--nbd", "SOCKET", "Unix socket on which NBD clients are served.", required: true);

    private static readonly Option<string> Metadata = Text(
        "--metadata", "FILE|internal|none",
        "Where the replica keeps its metadata. Default: none, the plain disk is served; a replica's disk must be named as one.");

    private static readonly Option<string> Loop = Text(
        "--loop", "uring|pool", "How the process does its input and output. Default: uring.");
    private static readonly Option<bool> Direct = new("--direct") { Description = "Past the page cache also for a regular file." };

    private static readonly Option<long?> Size = new("--size")
    {
        Description = "Make the file, or let it grow, to this size, for example 20GiB.", HelpName = "SIZE",
        CustomParser = ReplicaOrderCommands.Size,
    };

    private static readonly Option<string> Name = Text("--name", "NAME", "Name of the replica, the same on both sides. Default: serve.");
    private static readonly Option<string> Cluster = Text("--cluster", "NAME", "Name of the cluster, the same on both sides.");
    private static readonly Option<string> KeyFile = Text("--key-file", "FILE", "The cluster's key file, the same on both sides.");
    private static readonly Option<int?> Node = new("--node")
    {
        Description = "Own number: 0 listens, 1 dials. Default: follows from --listen or --peer.", HelpName = "0|1",
    };
    private static readonly Option<IPEndPoint?> Listen = Address("--listen", "Node 0: where the peer dials.");
    private static readonly Option<IPEndPoint?> Peer = Address("--peer", "Node 1: where the peer listens.");
    private static readonly Option<bool> Encrypt = new("--encrypt") { Description = "Encrypt what travels; both sides must." };
    private static readonly Option<string> Protocol = Text("--protocol", "A|B|C", "When a write is done. Default: C.");
    private static readonly Option<string> Control = Text("--control", "SOCKET", "Control socket for orders and status.");
    private static readonly Option<bool> Primary = new("--primary") { Description = "Become primary at once." };
    private static readonly Option<bool> Force = new("--force")
    {
        Description = "With --primary: what this disk holds is the truth. Needed once, for the first of two new disks.",
    };

    private static readonly Option<bool> Stats = new("--stats") { Description = "Print figures at the end." };

    public static Command Create()
    {
        Loop.AcceptOnlyFromAmong("uring", "pool");
        Protocol.AcceptOnlyFromAmong("A", "B", "C");
        Node.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && result.Tokens[0].Value is not ("0" or "1")) result.AddError("The nodes are 0 and 1.");
        });
        var command = new Command("serve", "Serves one volume in the foreground without agent and configuration, for tools and trials.")
        {
            Disk, Nbd, Metadata, Loop, Direct, Size, Name, Cluster, KeyFile, Node, Listen, Peer, Encrypt, Protocol, Control, Primary, Force,
            Stats,
        };
        command.SetAction(line => (int)Run(line));
        return command;
    }

    private static ExitCode Run(ParseResult line)
    {
        var options = Read(line);
        if (options.Problem() is { Length: > 0 } problem)
        {
            line.InvocationConfiguration.Error.WriteLine($"appliance: {problem}");
            return ExitCode.Critical;
        }

        // A unit of somebody's own makes the journal our stderr; it wants its priorities.
        var toJournal = Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 };
        using var journal = new JournalWriter(Console.OpenStandardError(), plain: !toJournal);
        return options.IsPlain ? PlainServe.Run(options, journal) : EngineServe.Run(options, journal);
    }

    private static ServeOptions Read(ParseResult line) => new(line.GetRequiredValue(Disk), line.GetRequiredValue(Nbd))
    {
        Metadata = line.GetValue(Metadata) is "none" or null ? null : line.GetValue(Metadata),
        PlainByWord = line.GetValue(Metadata) is "none",
        Loop = line.GetValue(Loop) == "pool" ? IoLoopKind.Pool : IoLoopKind.Uring,
        Direct = line.GetValue(Direct),
        Size = line.GetValue(Size) ?? 0,
        Name = line.GetValue(Name) ?? "serve",
        Cluster = line.GetValue(Cluster) ?? "",
        KeyFile = line.GetValue(KeyFile) ?? "",
        Node = line.GetValue(Node) ?? (line.GetValue(Peer) is null ? 0 : 1),
        Listen = line.GetValue(Listen),
        Peer = line.GetValue(Peer),
        Encrypt = line.GetValue(Encrypt),
        Protocol = Enum.Parse<Core.Replica.Protocol>(line.GetValue(Protocol) ?? "C"),
        Control = line.GetValue(Control),
        Primary = line.GetValue(Primary),
        Force = line.GetValue(Force),
        Stats = line.GetValue(Stats),
    };

    private static Option<string> Text(string name, string helpName, string words, bool required = false) =>
        new(name) { Description = words, HelpName = helpName, Required = required };

    private static Option<IPEndPoint?> Address(string name, string words) => new(name)
    {
        Description = words, HelpName = "ADDRESS:PORT", CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (IPEndPoint.TryParse(text, out var found) && found.Port != 0) return found;
            result.AddError($"'{text}' is not a numeric address and a port, for example 10.1.1.1:7788.");
            return null;
        },
    };
}
