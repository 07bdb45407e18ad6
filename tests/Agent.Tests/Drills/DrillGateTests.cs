using Appliance.Agent.Drills;
using Appliance.Agent.Journal;
using Appliance.Agent.Status;
using Appliance.Agent.Tests.Status;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Configuration.Schema;
using Appliance.Core.Resources;
using Appliance.Drivers.Probes.Asterisk;

namespace Appliance.Agent.Tests.Drills;

/// <summary>What may be rehearsed, and when.</summary>
public sealed class DrillGateTests
{
    private static readonly ApplianceConfig Config =
        ConfigReader.Read(File.ReadAllBytes(RepositoryFiles.PathOf("docs/appliance.example.toml"))).Config!;

    private static readonly DrillFault Switchover = new DrillFault.Switchover("pbx");
    private static readonly DrillFault Hang = new DrillFault.Signal("pbx", "asterisk", "asterisk.service", hangs: true) { NoticeMs = 3500 };
    private static readonly DrillFault Kill =
        new DrillFault.Signal("pbx", "asterisk", "asterisk.service", hangs: false) { NoticeMs = 1000 };

    private static readonly DrillFault Link = new DrillFault.Link("cable", "eth1", 694) { NoticeMs = 1200 };

    /// <summary>Healthy, serving here, and it is known that no call is up.</summary>
    internal static StatusView Quiet { get; } = Calls(Snapshots.Healthy, 0);

    internal static StatusView Calls(StatusView view, int? calls) => view with
    {
        Groups = [.. view.Groups.Select(group => group with
        {
            Resources = [.. group.Resources.Select(resource => resource.Name != "asterisk" ? resource : resource with
            {
                Probe = new ProbeStatus("asterisk", true, 0, 1, "") { Facts = new AsteriskFacts(calls, calls, null, null, null) },
            })],
        })],
    };

    private static string Refused(StatusView view, DrillFault fault, string? window = null, bool withCalls = false) =>
        string.Join(" | ", DrillGate.Refusals(
            view, fault, new TimeOnly(3, 30), window is null ? null : FailbackType.Window(window, out _), withCalls));

    [Theory]
    [InlineData("switchover", "switchover pbx")]
    [InlineData("switchover pbx", "switchover pbx")]
    [InlineData("asterisk-hang", "asterisk-hang")]
    [InlineData("mysql-kill", "mysql-kill")]
    [InlineData("link cable", "link cable")]
    [InlineData("link lan", "link lan")]
    public void What_the_configuration_has_can_be_rehearsed(string words, string word) =>
        Assert.Equal(word, DrillFault.Read(words, Config, out _)?.Word);

    [Theory]
    [InlineData("")]
    [InlineData("switchover web")]
    [InlineData("link serial")]
    [InlineData("link backbone")]
    [InlineData("vip-hang")]
    [InlineData("asterisk-dance")]
    [InlineData("reboot")]
    public void What_it_has_not_is_refused_with_what_it_has(string words)
    {
        Assert.Null(DrillFault.Read(words, Config, out var problem));
        Assert.EndsWith(
            "there are switchover pbx, mysql-hang, mysql-kill, asterisk-hang, asterisk-kill, link cable, link lan", problem,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_well_and_quiet_pair_may_be_rehearsed_on()
    {
        foreach (var fault in new[] { Switchover, Hang, Link }) Assert.Equal("", Refused(Quiet, fault));
    }

    [Fact]
    public void A_pair_without_redundancy_is_left_alone() =>
        Assert.StartsWith("redundancy is not complete: ", Refused(Calls(Snapshots.PeerDead, 0), Switchover), StringComparison.Ordinal);

    [Fact]
    public void Calls_are_not_ended_without_leave()
    {
        Assert.StartsWith("3 calls are up", Refused(Calls(Quiet, 3), Hang), StringComparison.Ordinal);
        Assert.StartsWith("nobody here knows whether calls are up", Refused(Calls(Quiet, null), Switchover), StringComparison.Ordinal);
        Assert.Equal("", Refused(Calls(Quiet, 3), Hang, withCalls: true));
        // A link ends no call.
        Assert.Equal("", Refused(Calls(Quiet, 3), Link));
    }

    [Theory]
    [InlineData("03:00-04:00", true)]
    [InlineData("03:30-03:31", true)]
    [InlineData("23:00-05:00", true)]
    [InlineData("04:00-05:00", false)]
    [InlineData("04:00-03:00", false)]
    public void A_window_is_kept(string window, bool open)
    {
        var refused = Refused(Quiet, Switchover, window);
        Assert.Equal(open ? "" : $"it is 03:30, outside the window {window}", refused);
    }

    [Fact]
    public void A_service_is_rehearsed_where_it_runs()
    {
        var there = Quiet with { Groups = [Quiet.Groups[0] with { Role = Role.Passive, PeerRole = Role.Active }] };
        Assert.Equal("pbx/asterisk runs on pbx-b: run the drill there", Refused(there, Hang, withCalls: true));
    }

    [Fact]
    public void The_last_way_to_the_other_node_is_not_taken()
    {
        var alone = Quiet with { Links = [.. Quiet.Links.Where(link => link.Name == "cable")] };
        Assert.StartsWith("cable is the only way to pbx-b that is up", Refused(alone, Link), StringComparison.Ordinal);
        // Another link over the same interface and port is dropped with it.
        var twice = alone with { Links = [.. alone.Links, Snapshots.Link("second", "multicast", "eth1")] };
        Assert.StartsWith("cable is the only way to pbx-b that is up", Refused(twice, Link), StringComparison.Ordinal);
        var deaf = Quiet with { Links = [Quiet.Links[0], Quiet.Links[1] with { PeerHears = false }] };
        Assert.Contains("cable is the only way", Refused(deaf, Link), StringComparison.Ordinal);
    }

    public static TheoryData<string, StatusView> Incomplete { get; } = new()
    {
        { "pbx-b is in standby", Quiet with { Peer = Quiet.Peer with { Standby = true } } },
        { "pbx-a is in maintenance", Quiet with { Node = Quiet.Node with { MaintenanceLeft = 60 } } },
        { "link lan is down", Quiet with { Links = [Quiet.Links[0], Quiet.Links[1] with { State = LinkState.Down }] } },
        { "could not take over pbx", Quiet with { Groups = [Quiet.Groups[0] with { PeerFit = false }] } },
        { "nobody could take over pbx", Quiet with { Groups = [Quiet.Groups[0] with { PeerFit = null }] } },
        {
            "the process of replica data does not answer",
            Quiet with { Groups = [Quiet.Groups[0] with { Replica = new GroupReplica("data", null) }] }
        },
        { "the nodes run with different", Quiet with { Config = Quiet.Config with { PeerDigest = "00000000" } } },
        { "a second group", Quiet with { Alarms = [new AlarmStatus(false, "a second group")] } },
    };

    [Theory]
    [MemberData(nameof(Incomplete))]
    public void Whatever_takes_redundancy_away_stands_against_every_fault(string why, StatusView view)
    {
        foreach (var fault in new[] { Switchover, Hang, Link })
        {
            Assert.StartsWith("redundancy is not complete: ", Refused(view, fault, withCalls: true), StringComparison.Ordinal);
            Assert.Contains(why, Refused(view, fault, withCalls: true), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_service_that_nobody_would_mend_is_not_stopped()
    {
        Assert.StartsWith(
            "nobody asks pbx/asterisk for its health", Refused(Asterisk(one => one with { Probe = null }), Hang, withCalls: true),
            StringComparison.Ordinal);
        Assert.Equal("", Refused(Asterisk(one => one with { Probe = null }), Kill, withCalls: true));
        Assert.StartsWith("pbx/asterisk may not be restarted here any more (3 of 3)",
            Refused(Asterisk(one => one with { RestartsUsed = 3 }), Kill, withCalls: true), StringComparison.Ordinal);
        Assert.Equal(
            "pbx/asterisk is not started", Refused(Asterisk(one => one with { State = ResourceState.Starting }), Kill, withCalls: true));
        Assert.StartsWith("the agent knows no pbx/web",
            Refused(Quiet, new DrillFault.Signal("pbx", "web", "web.service", hangs: false)), StringComparison.Ordinal);
    }

    private static StatusView Asterisk(Func<ResourceStatus, ResourceStatus> change) => Quiet with
    {
        Groups =
        [
            Quiet.Groups[0] with
            {
                Resources = [.. Quiet.Groups[0].Resources.Select(one => one.Name == "asterisk" ? change(one) : one)],
            },
        ],
    };

    [Fact]
    public void Goals_come_from_the_configuration()
    {
        // appliance.example.toml: deadtime and keepalive of the links, the probe's interval, timeout and misses.
        var probe = Config.Groups[0].Resources.First(one => one.Name == "asterisk").Probe!;
        var hang = DrillFault.Read("asterisk-hang", Config, out _)!;
        var pace = TimeSpan.FromTicks(Math.Max(probe.Interval.Ticks, probe.Timeout.Ticks));
        var longest = probe.Interval + probe.Timeout + ((probe.Misses - 1) * pace);
        Assert.Equal(longest.TotalMilliseconds + 500, hang.NoticeMs);
        var link = DrillFault.Read("link cable", Config, out _)!;
        Assert.Equal((Config.Heartbeat.Deadtime + Config.Heartbeat.Keepalive).TotalMilliseconds + 500, link.NoticeMs);
        foreach (var fault in new[] { hang, link }) Assert.InRange(fault.BoundMs, fault.NoticeMs + 1, 30_000);
    }
}
