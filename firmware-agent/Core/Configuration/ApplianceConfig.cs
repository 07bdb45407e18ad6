using System.Collections.Immutable;

namespace Appliance.Core.Configuration;

/// <summary>A valid <c>appliance.toml</c> seen from one node. Built only by <see cref="ConfigReader"/>; immutable.</summary>
/// <param name="Cluster">Name and key of the cluster.</param>
/// <param name="Nodes">Exactly two, in file order; the index is the node's number on the wire.</param>
/// <param name="Heartbeat">Timing.</param>
/// <param name="Links">At least one heartbeat link, in file order; the index is the link's number on the wire.</param>
/// <param name="Pings">Ping references on the LAN, at most <see cref="Limits.PingsMax"/>.</param>
/// <param name="Witness">The third vote, if there is one.</param>
/// <param name="Policy">What the cluster does when it is cut off or a resource will not stop.</param>
/// <param name="Groups">Units of failover, in file order; the index is the group's number on the wire.</param>
/// <param name="Digest">First four bytes of SHA-256 over the meaning of the file (not its comments or spacing): equal on both nodes or an
/// alarm.</param>
public sealed record ApplianceConfig(
    ClusterConfig Cluster,
    ImmutableArray<string> Nodes,
    HeartbeatConfig Heartbeat,
    ImmutableArray<LinkConfig> Links,
    ImmutableArray<PingConfig> Pings,
    WitnessConfig? Witness,
    PolicyConfig Policy,
    ImmutableArray<GroupConfig> Groups,
    uint Digest)
{
    /// <summary>In file order.</summary>
    public ImmutableArray<ReplicaSection> Replicas { get; init; } = [];

    /// <summary>Relays and bridges, in file order.</summary>
    public ImmutableArray<LineDeviceConfig> Devices { get; init; } = [];

    /// <summary>Hardware that resets a node that hangs; null: none.</summary>
    public WatchdogConfig? Watchdog { get; init; }

    /// <summary>Devices that switch a node off, in the order in which they are tried.</summary>
    public ImmutableArray<FenceConfig> Fences { get; init; } = [];

    /// <summary>Who is told what happens, in file order.</summary>
    public ImmutableArray<AlertConfig> Alerts { get; init; } = [];

    /// <summary>The devices that switch a node off, in the order in which they are tried.</summary>
    public IEnumerable<FenceConfig> FencesOf(int node) => Fences.Where(fence => fence.Node == node);

    /// <summary>The hardware that brings telephone lines to whoever serves the group.</summary>
    public IEnumerable<LineDeviceConfig> LinesOf(GroupConfig group) => group.Resources.Select(resource => resource.What)
        .OfType<ResourceKind.Tdm>().Select(tdm => Devices.First(device => device.Name == tdm.Device));

    /// <summary>Null: there is none.</summary>
    public PanelConfig? Panel { get; init; }

    /// <summary>Null: no status page is served.</summary>
    public WebConfig? Web { get; init; }

    /// <summary>Null: the machine's network is nobody's business here.</summary>
    public NetworkConfig? Network { get; init; }

    /// <summary>Null: there are no rules of ours.</summary>
    public FirewallConfig? Firewall { get; init; }

    /// <summary><c>[health]</c>; null: there is no such section, and its defaults are in force.</summary>
    public HealthConfig? WrittenHealth { get; init; }

    /// <summary>What a node finds wrong with itself.</summary>
    public HealthConfig Health => WrittenHealth ?? HealthConfig.Default;

    /// <summary>In file order.</summary>
    public ImmutableArray<SensorConfig> Sensors { get; init; } = [];

    /// <summary>The replica that a group makes primary; null: it has none.</summary>
    public ReplicaSection? ReplicaOf(GroupConfig group)
    {
        var name = group.Resources.Select(resource => resource.What).OfType<ResourceKind.Replica>().FirstOrDefault()?.Name;
        return name is null ? null : Replicas.First(replica => replica.Name == name);
    }
}

/// <param name="Name">Shows in every alert subject; part of the wire's cluster id.</param>
/// <param name="KeyFile">Path of the shared secret.</param>
public sealed record ClusterConfig(string Name, string KeyFile);

/// <summary>How often we speak and how long silence may last (Heartbeat's words).</summary>
public sealed record HeartbeatConfig(TimeSpan Keepalive, TimeSpan Warntime, TimeSpan Deadtime, TimeSpan Initdead)
{
    /// <summary>The pair speaks the protocol of Heartbeat 3: <c>compat = "linux-ha-3"</c>.</summary>
    public bool LinuxHa { get; init; }

    /// <summary>Path of the keys of that protocol.</summary>
    public string Authkeys { get; init; } = "";
}

/// <summary>One medium between the nodes.</summary>
public abstract record LinkConfig(string Name)
{
    /// <summary>UDP to the peer's address. Addresses by node index, as numeric IPv4 or IPv6.</summary>
    public sealed record Unicast(string Name, string Interface, ImmutableArray<string> Addresses, int Port) : LinkConfig(Name);

    /// <summary>UDP to a multicast group (IPv4 or IPv6), time to live 1.</summary>
    public sealed record Multicast(string Name, string Interface, string Group, int Port) : LinkConfig(Name);

    /// <summary>UDP to the interface's IPv4 broadcast address.</summary>
    public sealed record Broadcast(string Name, string Interface, int Port) : LinkConfig(Name);

    /// <summary>A null-modem cable, 8N1.</summary>
    public sealed record Serial(string Name, string Device, int Baud) : LinkConfig(Name);
}

/// <summary>A host on the LAN that answers ICMP echo; losing all of them means that this node is cut off.</summary>
public sealed record PingConfig(string Address, TimeSpan Interval, TimeSpan Timeout);

/// <summary>A third machine that runs <c>appliance witness</c>.</summary>
/// <param name="Address">Numeric address of the witness.</param>
/// <param name="Port">UDP port it listens on.</param>
public sealed record WitnessConfig(string Address, int Port);

/// <summary>What an active node does when it hears neither peer, nor reference, nor witness.</summary>
public enum IsolationPolicy
{
    Release,
    Stay,
}

/// <param name="OnIsolation">Rule 2 of the architecture; <see cref="IsolationPolicy.Release"/> unless configured.</param>
/// <param name="StopFailureBound">How long the peer waits after a node announced that it resets itself because a resource would not stop
/// (rule 8).</param>
public sealed record PolicyConfig(IsolationPolicy OnIsolation, TimeSpan StopFailureBound)
{
    /// <summary>How much longer the node that does not serve waits before it fences a silent peer.</summary>
    public TimeSpan FenceDelay { get; init; } = TimeSpan.FromSeconds(3);
}

/// <summary>When a group returns to its preferred node.</summary>
public abstract record FailbackConfig
{
    private FailbackConfig()
    {
    }

    /// <summary>Only a person moves it back.</summary>
    public sealed record Never : FailbackConfig;

    /// <summary>After the preferred node has been up and fit for this long: <c>failback = "30m"</c>.</summary>
    public sealed record After(TimeSpan Stable) : FailbackConfig;

    /// <summary>As soon as the preferred node's data is UpToDate and it has been fit for a minute: <c>"when-synced"</c>.</summary>
    public sealed record WhenSynced : FailbackConfig;

    /// <summary>In a daily window of local wall time, at most once a day: <c>"daily 03:00-04:00"</c>.</summary>
    public sealed record Daily(TimeOnly From, TimeOnly To) : FailbackConfig;
}

/// <summary>A unit of failover.</summary>
/// <param name="Name">Unique name.</param>
/// <param name="Preferred">Index of the preferred node, or -1: any node will do.</param>
/// <param name="Failback">When it returns to the preferred node.</param>
/// <param name="Resources">In file order; a name is unique in its group.</param>
public sealed record GroupConfig(string Name, int Preferred, FailbackConfig Failback, ImmutableArray<ResourceConfig> Resources);
