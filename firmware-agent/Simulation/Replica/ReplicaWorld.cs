using System.Globalization;
using Appliance.Core.Replica;
using Appliance.Core.Replica.Engine;
using Appliance.Core.Time;
using Appliance.Simulation.Replica.Agents;
using Appliance.Simulation.Replica.Bugs;
using Appliance.Simulation.Replica.Front;
using Appliance.Simulation.Replica.Hosts;
using Appliance.Simulation.Replica.Net;
using Appliance.Simulation.Replica.Rules;

namespace Appliance.Simulation.Replica;

/// <summary>Two machines with a disk each, a cable between them, users, agents and an operator: everything around two real engines, on
/// virtual time, from one seed.</summary>
public sealed class ReplicaWorld
{
    private readonly bool[] _stranger = [true, true];
    private readonly SortedSet<long> _rotten = [];
    private bool _wasWhole;

    public ReplicaWorld(ReplicaSite site, ulong seed, bool keepStory, ReplicaBug? bug = null)
    {
        (Site, Dice, Bug, Story) = (site, new Dice(seed).Fork(1), bug, new Story(keepStory));
        Link = new SimLink();
        Front = new SimFront(this);
        Arbiter = new Arbiter(this);
        Hosts = [new SimHost(this, 0), new SimHost(this, 1)];
        Oracle = new ReplicaOracle(this) { LossAccepted = true };
        Oracle.Differences.Replaced();
        Greeter = new Greeter(this);
        Operator = new Operator(this);
    }

    public static IReadOnlyList<string> Names { get; } = ["a", "b"];

    public ReplicaSite Site { get; }

    public Dice Dice { get; }

    public ReplicaBug? Bug { get; }

    public Story Story { get; }

    public Timeline Timeline { get; } = new();

    public SimLink Link { get; }

    public SimFront Front { get; }

    public Arbiter Arbiter { get; }

    public Operator Operator { get; }

    public Greeter Greeter { get; }

    public SimHost[] Hosts { get; }

    public ReplicaOracle Oracle { get; }

    /// <summary>Nodes that an operator told to go, or that were asked to be copied onto: from that moment on theirs is no copy that anybody
    /// may count on.</summary>
    public bool[] IsLeaving { get; } = new bool[2];

    /// <summary>Steps of the engines.</summary>
    public long Steps { get; set; }

    /// <summary>The users will not begin again.</summary>
    public bool IsQuietForGood { get; set; }

    /// <summary>When all faults ended.</summary>
    public Instant? MendedAt { get; set; }

    /// <summary>Both copies count, are connected and known to be one.</summary>
    public bool IsWhole => Array.TrueForAll(Hosts, host => host.Process is { IsAlive: true, Seen: var seen }
        && (seen.Disk, seen.PeerDisk, seen.Connection) == (DiskState.UpToDate, DiskState.UpToDate, ConnectionState.Connected));

    /// <summary>Every process there was, for its memory.</summary>
    public List<ReplicaProcess> Processes { get; } = [];

    public ReplicaEngine MakeEngine(int node, EngineIdentity identity, BlockBuffers buffers, Instant now) =>
        new(Site.Config[node], identity, buffers, now) { Fault = Bug?.Fault ?? ReplicaFault.None };

    public void Run(TimeSpan time) => RunUntil(time, () => false);

    /// <summary>Lets time pass until something holds. False: it never did.</summary>
    public bool RunUntil(TimeSpan time, Func<bool> holds)
    {
        var end = Timeline.Now + time;
        while (Oracle.Violation is null && !holds())
        {
            if (!Timeline.Step(end)) return holds();
            var whole = IsWhole;
            if (whole) BecameWhole();
            _wasWhole = whole;
        }

        return Oracle.Violation is null;
    }

    public void Tell(int node, string text) => Story.Tell(Timeline.Now, node < 0 ? "world" : Names[node], text);

    public void Tell(int node, FormattableString text)
    {
        if (Story.Kept) Tell(node, text.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The node's disk has nothing to do with the other one yet.</summary>
    public bool IsStranger(int node) => _stranger[node];

    public void BecameStranger(int node) => _stranger[node] = true;

    /// <summary>The medium changed this block by itself, and nobody has found out.</summary>
    public bool IsRotten(long block) => _rotten.Contains(block);

    public void Rot(int node, long sector)
    {
        var disk = Hosts[node].Disk;
        Oracle.MediumLies = true;
        _rotten.Add(sector / 8);
        disk.Rot(sector);
        Front.Ledger.Rotten(sector, Disks.Sector.Read(disk.Data.Visible.Sector(sector), sector));
    }

    /// <summary>A disk lost a sector while it said that it could not flush: whoever read it just then got what it was before. If there is
    /// no other good copy, no software brings it back.</summary>
    public void Lost(Disks.SimDisk disk, long sector)
    {
        Oracle.LossAccepted |= !IsWhole;
        Front.Ledger.Rotten(sector, Disks.Sector.Read(disk.Data.Visible.Sector(sector), sector));
    }

    private void BecameWhole()
    {
        Array.Clear(_stranger);
        if (!_wasWhole) Array.Clear(IsLeaving);
        Oracle.LossAccepted = false;
        Arbiter.BecameWhole();
    }
}
