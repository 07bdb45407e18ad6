using Appliance.Core;
using Appliance.Core.Cluster;
using Appliance.Core.Time;
using Appliance.Simulation.Machines;
using Appliance.Simulation.Network;

namespace Appliance.Simulation.Rules;

/// <summary>Since when things are really so. Everything is measured in the world's time.</summary>
public sealed class Truth
{
    private const int References = Limits.PingsMax;
    private readonly World _world;
    private readonly Instant?[] _linkSince;

    public Truth(World world)
    {
        _world = world;
        _linkSince = new Instant?[world.Links.Count];
        Groups = [.. world.Site.Config.Groups.Select(_ => new GroupTruth())];
    }

    public IReadOnlyList<GroupTruth> Groups { get; }

    /// <summary>The agent decides, hears and speaks without a break since then.</summary>
    public Instant?[] AgentSince { get; } = new Instant?[Limits.Nodes];

    /// <summary>The machine was switched on last.</summary>
    public Instant[] BootedAt { get; } = new Instant[Limits.Nodes];

    /// <summary>The agent began to speak in this run.</summary>
    public Instant[] SpokeFirst { get; } = new Instant[Limits.Nodes];

    /// <summary>
    /// No word of the peer, no reference and no witness can reach the node since then; null: something can, or nothing is configured.
    /// </summary>
    public Instant?[] CutOffSince { get; } = new Instant?[Limits.Nodes];

    /// <summary>Both nodes ask and answer on the LAN since then.</summary>
    public Instant? LanSince { get; private set; }

    /// <summary>Both nodes and the witness reach each other since then.</summary>
    public Instant? WitnessSince { get; private set; }

    /// <summary>What was delivered to a node last in this run of its agent, and when.</summary>
    public (Instant At, Heartbeat Facts)?[] Delivered { get; } = new (Instant, Heartbeat)?[Limits.Nodes];

    /// <summary>Highest term of a tenure of the peer that a node was told of in this run, by node and group.</summary>
    public uint[,] TermSeen { get; } = new uint[Limits.Nodes, Limits.GroupsMax];

    /// <summary>How the data of a group stands, as the node was told.</summary>
    public DataStanding[,] Data { get; } = new DataStanding[Limits.Nodes, Limits.GroupsMax];

    /// <summary>The operator's last word.</summary>
    public bool[] Standby { get; } = new bool[Limits.Nodes];

    /// <summary>Maintenance ends then at the latest.</summary>
    public Instant[] MaintenanceUntil { get; } = new Instant[Limits.Nodes];

    public TimeSpan[] MaintenanceLength { get; } = new TimeSpan[Limits.Nodes];

    /// <summary>Somebody disturbed the world last.</summary>
    public Instant DisturbedAt { get; set; }

    /// <summary>An operator's order moved or stopped something last.</summary>
    public Instant OrderedAt { get; set; }

    public int Disturbances { get; set; }

    /// <summary>Somebody has played recordings back.</summary>
    public bool Attacked { get; set; }

    /// <summary>When a silent peer is certainly known to be silent, or a speaking one to speak.</summary>
    public TimeSpan Window
    {
        get
        {
            var timing = _world.Site.Config.Heartbeat;
            return (timing.Deadtime * 1.01) + (timing.Keepalive * 4) + TimeSpan.FromMilliseconds(60);
        }
    }

    /// <summary>The longest time a node may need to stop a group: along the graph, by force if need be, by a reset at worst.</summary>
    public TimeSpan StopBound
    {
        get
        {
            var stop = _world.Site.Config.Groups.Max(group => group.Resources.Max(resource => resource.Timing.Stop));
            return (stop * 4) + _world.Site.Config.Policy.StopFailureBound;
        }
    }

    public Instant Now => _world.Timeline.Now;

    /// <summary>Since then a link works in both directions and both agents run; null: not now.</summary>
    public Instant? ConnectedSince
    {
        get
        {
            if (AgentSince[0] is not { } a || AgentSince[1] is not { } b) return null;
            Instant? earliest = null;
            foreach (var since in _linkSince)
            {
                if (since is { } link && (earliest is null || link < earliest)) earliest = link;
            }

            return earliest is { } up ? Instant.Later(up, Instant.Later(a, b)) : null;
        }
    }

    /// <summary>It is so for at least that long.</summary>
    public bool For(Instant? since, TimeSpan span) => since is { } at && Now - at >= span;

    public bool InMaintenance(int node) => Now < MaintenanceUntil[node];

    /// <summary>References that a node can reach.</summary>
    public int Reachable(int node)
    {
        if (!_world.Lan.Connects(node)) return 0;
        var count = 0;
        for (var reference = 0; reference < _world.Site.Config.Pings.Length && reference < References; reference++)
        {
            if (_world.Lan.Reference[reference]) count++;
        }

        return count;
    }

    public void Look()
    {
        for (var link = 0; link < _linkSince.Length; link++) _linkSince[link] = Since(_linkSince[link], Works(_world.Links[link]));
        LanSince = Since(LanSince, _world.Lan.Connects(0) && _world.Lan.Connects(1) && LanWorks);
        WitnessSince = Since(WitnessSince, _world.WitnessReaches(0) && _world.WitnessReaches(1) && LanWorks && BothRun);
        for (var node = 0; node < Limits.Nodes; node++)
        {
            AgentSince[node] = Since(AgentSince[node], _world.Machines[node].AgentRuns);
            CutOffSince[node] = Since(CutOffSince[node], IsCutOff(node));
        }

        for (var group = 0; group < Groups.Count; group++) Groups[group].Look(_world, group, Now);
    }

    private Instant? Since(Instant? since, bool holds) => holds ? since ?? Now : null;

    private bool Works(Link link) => link.Quality.Works && _world.Net.Passes(link, 0) && _world.Net.Passes(link, 1);

    private bool BothRun => _world.Machines[0].AgentRuns && _world.Machines[1].AgentRuns;

    private bool LanWorks => _world.Links.All(link => link.Medium != Medium.Lan || link.Quality.Works);

    private bool IsCutOff(int node)
    {
        var config = _world.Site.Config;
        if (config.Pings.IsEmpty && config.Witness is null) return false;
        if (Reachable(node) > 0 || _world.WitnessReaches(node)) return false;
        return !_world.Machines[1 - node].AgentRuns || _world.Links.All(link => !_world.Net.Passes(link, 1 - node));
    }
}
