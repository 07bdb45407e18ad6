using System.Collections.Immutable;
using Appliance.Core.Configuration;
using Appliance.Core.Replica;

namespace Appliance.Simulation;

/// <summary>What a link is made of: that decides which faults it can have.</summary>
public enum Medium
{
    /// <summary>An Ethernet cable between the two nodes.</summary>
    Cable,

    /// <summary>Through the switch, which also carries the service address, the references and the witness.</summary>
    Lan,

    /// <summary>A null-modem cable: an unframed stream of bytes.</summary>
    Serial,
}

/// <summary>An installation: the configuration both nodes have, and what the world around them is like.</summary>
/// <param name="Config">As the nodes read it.</param>
/// <param name="Media">By link number.</param>
/// <param name="BootTime">From power on to the start of the agent.</param>
/// <param name="Chance">True: latencies vary; false: all are fixed, for stories.</param>
public sealed record Site(ApplianceConfig Config, ImmutableArray<Medium> Media, TimeSpan BootTime, bool Chance)
{
    public static readonly TimeSpan PingInterval = TimeSpan.FromMilliseconds(200);

    private static readonly TimingConfig Bounds =
        new(TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10));

    private static readonly RestartConfig Budget =
        new(2, TimeSpan.FromSeconds(40), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(4));

    /// <summary>
    /// The installation of the stories and of <c>appliance simulate</c>: cable, LAN, serial, one ping reference, no witness.
    /// </summary>
    public static Site Usual => new(
        Configure(
            100, [Medium.Cable, Medium.Lan, Medium.Serial], pings: 1, witness: false, groups: [Telephony(-1, new FailbackConfig.Never())]),
        [Medium.Cable, Medium.Lan, Medium.Serial],
        TimeSpan.FromSeconds(3),
        Chance: false);

    /// <summary>An installation by chance.</summary>
    public static Site Any(Dice dice)
    {
        var media = dice.Below(5) switch
        {
            0 => new[] { Medium.Lan },
            1 => [Medium.Cable, Medium.Lan],
            2 => [Medium.Lan, Medium.Serial],
            3 => [Medium.Cable],
            _ => [Medium.Cable, Medium.Lan, Medium.Serial],
        };
        var witness = dice.Chance(0.3);
        var pings = witness ? dice.Below(2) : dice.Below(3);
        var failback = dice.Chance(0.8) ? (FailbackConfig)new FailbackConfig.Never() : new FailbackConfig.After(TimeSpan.FromSeconds(15));
        ImmutableArray<GroupConfig> groups = [Telephony(dice.Between(-1, 1), failback)];
        if (dice.Chance(0.4)) groups = groups.Add(dice.Chance(0.5) ? Web(dice.Between(-1, 1)) : Batch(dice.Between(-1, 1)));
        return new Site(
            Configure(dice.Pick([100, 100, 200]), media, pings, witness, groups), [.. media], TimeSpan.FromSeconds(dice.Between(1, 4)),
                Chance: true);
    }

    /// <summary>The same installation with a witness.</summary>
    public Site WithWitness() => this with { Config = Config with { Witness = new WitnessConfig("192.168.1.9", 5405) } };

    /// <summary>The same installation with a replica below its first group.</summary>
    public Site WithReplica()
    {
        var group = Config.Groups[0];
        ResourceConfig data = new("data", [], new ResourceKind.Replica("data"), Bounds, Budget, null);
        var resources = group.Resources.Select(one => one.Name == "mysql" ? one with { After = ["data"] } : one);
        return this with
        {
            Config = Config with
            {
                Groups = Config.Groups.SetItem(0, group with { Resources = [data, .. resources] }),
                Replicas =
                [
                    new ReplicaSection(
                        "data", "/dev/sdb1", [new ReplicaAddress("10.1.1.1", 7788), new ReplicaAddress("10.1.1.2", 7788)], Protocol.C,
                        4 << 20, 110 << 20) { WaitForPeer = TimeSpan.FromSeconds(25) },
                ],
            },
        };
    }

    /// <summary>How long a node waits for a fence device.</summary>
    public static readonly TimeSpan FenceTimeout = TimeSpan.FromSeconds(8);

    /// <summary>How long a fenced node stays off.</summary>
    public static readonly TimeSpan FenceHold = TimeSpan.FromSeconds(4);

    /// <summary>Name of the device that switches a node off.</summary>
    public static string FenceName(int node) => $"power-{(node == 0 ? "a" : "b")}";

    /// <summary>The same installation with a fence device for each node.</summary>
    public Site WithFences() => this with
    {
        Config = Config with
        {
            Policy = Config.Policy with { FenceDelay = TimeSpan.FromSeconds(2) },
            Fences =
            [
                .. Selection.Range(0, Core.Limits.Nodes).Select(node => new FenceConfig.Exec(
                    FenceName(node), node, 1, FenceTimeout, FenceHold, ["/bin/off"], ["/bin/status"], ["/bin/on"])),
            ],
        },
    };

    /// <summary>The same installation without references on the LAN.</summary>
    public Site WithoutReferences() => this with { Config = Config with { Pings = [], Witness = null } };

    private static ApplianceConfig Configure(
        int keepalive, Medium[] media, int pings, bool witness, ImmutableArray<GroupConfig> groups) => new(
        new ClusterConfig("simulated", "/etc/appliance/cluster.key"),
        ["pbx-a", "pbx-b"],
        new HeartbeatConfig(Span(keepalive), Span(keepalive * 3), Span(keepalive * 6), TimeSpan.FromSeconds(8)),
        [.. media.Select(Link)],
        [.. Selection.Range(1, pings).Select(number => new PingConfig($"192.168.1.{number}", PingInterval, PingInterval))],
        witness ? new WitnessConfig("192.168.1.9", 5405) : null,
        new PolicyConfig(IsolationPolicy.Release, TimeSpan.FromSeconds(8)),
        groups,
        0x51A1u);

    private static LinkConfig Link(Medium medium) => medium switch
    {
        Medium.Cable => new LinkConfig.Unicast("cable", "eth1", ["10.1.1.1", "10.1.1.2"], 694),
        Medium.Lan => new LinkConfig.Multicast("lan", "eth0", "239.192.0.42", 694),
        _ => new LinkConfig.Serial("serial", "/dev/ttyS0", 115200),
    };

    private static GroupConfig Telephony(int preferred, FailbackConfig failback) => new(
        "pbx", preferred, failback,
        [Address("vip", "192.168.1.245"), Service("mysql"), Service("asterisk", "mysql", "vip")]);

    private static GroupConfig Web(int preferred) => new(
        "web", preferred, new FailbackConfig.Never(), [Address("web-vip", "192.168.1.246"), Service("nginx", "web-vip")]);

    /// <summary>A group without a service address: nobody on the LAN can be asked whether it runs.</summary>
    private static GroupConfig Batch(int preferred) => new(
        "batch", preferred, new FailbackConfig.Never(), [Service("spool"), Service("billing", "spool")]);

    private static ResourceConfig Address(string name, string address) =>
        new(name, [], new ResourceKind.Ip(address, 24, "eth0", true, TimeSpan.FromSeconds(30)), Bounds, Budget, null);

    private static ResourceConfig Service(string name, params string[] after) =>
        new(name, [.. after], new ResourceKind.Service(name + ".service"), Bounds, Budget, null);

    private static TimeSpan Span(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
