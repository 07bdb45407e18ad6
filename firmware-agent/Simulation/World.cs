using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Resources;
using Appliance.Core.Time;
using Appliance.Core.Wire;
using Appliance.Simulation.Bugs;
using Appliance.Simulation.Machines;
using Appliance.Simulation.Network;
using Appliance.Simulation.Rules;

namespace Appliance.Simulation;

/// <summary>
/// Two machines, the wires between them, and everything that can go wrong, on virtual time. All chance comes from one seed: the same
/// site, seed and
/// commands give the same story, byte for byte.
/// </summary>
public sealed class World
{
    private static readonly TimeSpan AskBound = TimeSpan.FromMilliseconds(300);
    private const int Questions = 3;
    private readonly PlantedBug? _bug;

    public World(Site site, ulong seed, bool keepStory, PlantedBug? bug = null)
    {
        (Site, _bug) = (site, bug);
        Dice = new Dice(seed).Fork(1);
        Story = new Story(keepStory);
        Links = [.. site.Config.Links.Select((config, number) => new Link(config.Name, site.Media[number]))];
        Net = new Net(this);
        Machines = [new Machine(this, 0), new Machine(this, 1)];
        Fences = [new FenceDevice(this, 0), new FenceDevice(this, 1)];
        Oracle = new Oracle(this);
        Witness = new WitnessHost(this);
        Cluster = ClusterId.Of(site.Config.Cluster.Name);
        Authenticator = new Authenticator(
            Cluster, new KeySet([new Key(1, [.. Selection.Range(0, Key.SecretBytesMin).Select(index => (byte)index)])]));
        Witness.PowerOn();
        for (var group = 0; group < site.Config.Groups.Length; group++)
            if (site.Config.ReplicaOf(site.Config.Groups[group]) is not null)
                Replica = new ReplicaPair(this, group, new Dice(seed).Fork(2));
    }

    public Site Site { get; }

    public Dice Dice { get; }

    public Timeline Timeline { get; } = new();

    public Story Story { get; }

    public IReadOnlyList<Link> Links { get; }

    public Lan Lan { get; } = new();

    public Net Net { get; }

    public IReadOnlyList<Machine> Machines { get; }

    /// <summary>What switches a machine off, by its number; used only where the configuration has it.</summary>
    public IReadOnlyList<FenceDevice> Fences { get; }

    public Oracle Oracle { get; }

    /// <summary>Null: no group has one.</summary>
    public ReplicaPair? Replica { get; }

    /// <summary>The third vote; down for good where none is configured.</summary>
    public WitnessHost Witness { get; }

    /// <summary>On the wire.</summary>
    public uint Cluster { get; }

    /// <summary>Both nodes have the same key.</summary>
    public Authenticator Authenticator { get; }

    /// <summary>Steps of the machines under test so far.</summary>
    public long Steps { get; set; }

    public Decisions CodeOf(int node) => _bug is null ? new Decisions() : _bug.Plant(node);

    /// <summary>Lets time pass. Ends early when a rule is broken.</summary>
    public void Run(TimeSpan span)
    {
        var end = Timeline.Now + span;
        while (Oracle.Violation is null && Timeline.Step(end)) Oracle.Look();
        if (Oracle.Violation is null) Oracle.Look();
    }

    /// <summary>A latency: around the usual one by chance, or exactly it in stories.</summary>
    public TimeSpan Vary(TimeSpan usual, double by) => Site.Chance ? Dice.Between(usual * (1 - by), usual * (1 + by)) : usual;

    public void Tell(Machine machine, string text) => Story.Tell(Timeline.Now, machine.Name, text);

    /// <summary>What the LAN answers a node that asks for the group's service address, and after which time.</summary>
    public (AddressAnswer Answer, string Detail, TimeSpan Time) WhoHas(int node, int group)
    {
        if (!Lan.Carrier[node]) return (AddressAnswer.CannotAsk, "eth0 has no carrier", TimeSpan.FromMilliseconds(1));
        var other = 1 - node;
        var passes = Lan.Connects(node) && Lan.Connects(other) && Machines[other].Services.HoldAddress(group);
        for (var question = 0; passes && question < Questions; question++)
        {
            if (!Dice.Chance(LanLoss))
                return (
                    AddressAnswer.Somebody, $"MAC of {Machines[other].Name}",
                        Vary(TimeSpan.FromMilliseconds(4), 0.9) + (question * TimeSpan.FromMilliseconds(80)));
        }

        return (AddressAnswer.Nobody, "", AskBound);
    }

    /// <summary>Duplicate address detection: somebody answers for the address that a node is about to take.</summary>
    public bool IsTaken(int node, Service service)
    {
        var other = Machines[1 - node];
        return Lan.Connects(node) && Lan.Connects(other.Number) && other.Lives && other.Services.Find(service.Group, service.Name).Runs;
    }

    /// <summary>The node's operating system tells the agent about the carrier of a link's interface.</summary>
    public void TellCarrier(Machine machine, int link)
    {
        var up = Carrier(machine.Number, link);
        machine.Agent?.Post(new Event.LinkUsable(link, up, up ? "" : "no carrier"));
    }

    public bool Carrier(int node, int link) => Links[link].Medium switch
    {
        Medium.Lan => Lan.Carrier[node],
        Medium.Cable => !(Links[link].IsCut(0) && Links[link].IsCut(1)),
        _ => true,
    };

    private double LanLoss => Links.FirstOrDefault(link => link.Medium == Medium.Lan)?.Quality.Loss ?? 0;

    /// <summary>Does what a command line says; null when it was understood, else what is wrong with it.</summary>
    public string? Do(string command)
    {
        Story.Tell(Timeline.Now, "world", command);
        return Commands.CommandLine.Do(this, command);
    }

    /// <summary>Everything that is broken is mended and everything that is off is switched on.</summary>
    public void Heal()
    {
        foreach (var link in Links)
        {
            (link.Quality, _) = (Quality.Good, 0);
            link.Cut(0, false);
            link.Cut(1, false);
        }

        if (Replica is { } replica) replica.IsCut = false;
        for (var reference = 0; reference < Limits; reference++) Lan.Reference[reference] = true;
        Witness.PowerOn();
        foreach (var fence in Fences) fence.Defect = FenceDefect.None;
        foreach (var machine in Machines) Heal(machine);
        foreach (var machine in Machines)
        {
            for (var link = 0; link < Links.Count; link++) TellCarrier(machine, link);
        }
    }

    private const int Limits = Appliance.Core.Limits.PingsMax;

    private void Heal(Machine machine)
    {
        Lan.Set(machine.Number, true, true);
        Lan.Carrier[machine.Number] = true;
        (machine.Disk.WriteError, machine.Disk.Slow) = ("", TimeSpan.Zero);
        foreach (var group in Site.Config.Groups.Select((_, number) => number))
        {
            foreach (var service in machine.Services.Of(group)) service.Defect = Defect.None;
        }

        machine.Resume();
        machine.Agent?.Continue();
        if (machine.Disk.Problem.Length > 0)
        {
            machine.Disk.Remove();
            Oracle.Forgot(machine);
            machine.CrashAgent(restarts: true);
        }

        machine.Restore();
        machine.PowerOn();
        machine.StartAgent();
    }

    /// <summary>The node and the witness reach each other.</summary>
    public bool WitnessReaches(int node) => Witness.Up && Lan.Connects(node);

    /// <summary>An operator's command at one node.</summary>
    public void Order(int node, Command command)
    {
        Oracle.Ordered(node, command);
        Machines[node].Agent?.Post(new Event.Commanded(command));
    }

    /// <summary>The replica of a group stands thus on a node from now on.</summary>
    public void SetData(int node, int group, DataStanding standing)
    {
        if (Replica?.Group == group) return; // It knows itself.
        Oracle.DataStands(node, group, standing);
        Machines[node].Agent?.Post(new Event.DataChanged(group, standing));
    }
}
