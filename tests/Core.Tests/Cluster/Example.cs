using System.Collections.Immutable;
using Appliance.Core.Configuration;
using Appliance.Core.Replica;

namespace Appliance.Core.Tests.Cluster;

/// <summary>Configurations for tests of arbitration.</summary>
internal static class Example
{
    public static ApplianceConfig Config(
        bool pings = true, bool address = true, int preferred = -1, FailbackConfig? failback = null, WitnessConfig? witness = null) =>
        new(
            new ClusterConfig("test", "/etc/appliance/cluster.key"),
            ["pbx-a", "pbx-b"],
            new HeartbeatConfig(Ms(100), Ms(300), Ms(600), Ms(5000)),
            [new LinkConfig.Unicast("cable", "eth1", ["10.1.1.1", "10.1.1.2"], 694)],
            pings ? [new PingConfig("192.168.1.1", Ms(200), Ms(200))] : [],
            witness,
            new PolicyConfig(IsolationPolicy.Release, Ms(2000)),
            [new GroupConfig("pbx", preferred, failback ?? new FailbackConfig.Never(), Resources(address))],
            0x1234);

    /// <summary>The same with a replica below the group.</summary>
    public static ApplianceConfig Replicated(TimeSpan? wait = null, bool address = true, bool pings = true)
    {
        var config = Config(pings, address);
        var group = config.Groups[0];
        return config with
        {
            Groups = [group with { Resources = group.Resources.Insert(0, Resource("data", new ResourceKind.Replica("data"))) }],
            Replicas =
            [
                new ReplicaSection(
                    "data", "/dev/sdb1", [new ReplicaAddress("10.1.1.1", 7788), new ReplicaAddress("10.1.1.2", 7788)], Protocol.C,
                    4 << 20, 110 << 20) { WaitForPeer = wait ?? TimeSpan.FromMinutes(2) },
            ],
        };
    }

    /// <summary>The same with a fence device for each node.</summary>
    public static ApplianceConfig Fenced(ApplianceConfig config, TimeSpan? hold = null, TimeSpan? delay = null) => config with
    {
        Policy = config.Policy with { FenceDelay = delay ?? Ms(1000) },
        Fences = [.. Enumerable.Range(0, 2).Select(node => new FenceConfig.Exec(
            $"power-{node}", node, 1, Ms(2000), hold ?? Ms(3000), ["/bin/off"], ["/bin/status"], ["/bin/on"]))],
    };

    private static ImmutableArray<ResourceConfig> Resources(bool address) =>
        address
            ? [Resource("vip", new ResourceKind.Ip("192.168.1.245", 24, "eth0", true, Ms(30000))),
                Resource("asterisk", new ResourceKind.Service("asterisk.service"), "vip")]
            : [Resource("asterisk", new ResourceKind.Service("asterisk.service"))];

    private static ResourceConfig Resource(string name, ResourceKind kind, params string[] after) =>
        new(name, [.. after], kind, new TimingConfig(Ms(5000), Ms(2000), Ms(2000), Ms(10000)),
            new RestartConfig(2, Ms(60000), Ms(100), Ms(1000)), null);

    private static TimeSpan Ms(int value) => TimeSpan.FromMilliseconds(value);
}
