using Appliance.Agent.Status;
using Appliance.Core.Cluster;
using Appliance.Core.Resources;

namespace Appliance.Agent.Tests.Status;

public class OneLineTests
{
    [Fact]
    public void A_healthy_pair_is_ok()
    {
        Assert.Equal("APPLIANCE OK: pbx on pbx-a; pbx-b up; 3 links up", OneLine.Of(Snapshots.Healthy));
        Assert.Equal(ExitCode.Ok, OneLine.ExitCodeOf(Snapshots.Healthy));
    }

    [Fact]
    public void Served_by_the_other_node_is_ok_too()
    {
        var view = With(group => group with { Role = Role.Passive, PeerRole = Role.Active });
        Assert.Equal("APPLIANCE OK: pbx on pbx-b; pbx-b up; 3 links up", OneLine.Of(view));
    }

    [Fact]
    public void A_dead_peer_is_a_warning_while_the_service_stands()
    {
        Assert.Equal("APPLIANCE WARNING: pbx-b is dead", OneLine.Of(Snapshots.PeerDead));
        Assert.Equal(ExitCode.Warning, OneLine.ExitCodeOf(Snapshots.PeerDead));
    }

    [Fact]
    public void A_group_served_nowhere_is_critical_and_says_why()
    {
        const string line = "APPLIANCE CRITICAL: pbx is served nowhere: pbx-b is in standby and cannot take it";
        Assert.StartsWith(line, OneLine.Of(Snapshots.ServedNowhere), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Critical, OneLine.ExitCodeOf(Snapshots.ServedNowhere));
    }

    [Fact]
    public void Active_on_both_nodes_is_critical() =>
        AssertLevel(HealthLevel.Critical, "pbx is active on both nodes", With(group => group with { PeerRole = Role.Active }));

    [Fact]
    public void A_node_that_resets_itself_is_critical() =>
        AssertLevel(
            HealthLevel.Critical,
            "pbx-b resets itself: a resource of pbx would not stop",
            With(group => group with { PeerRole = Role.Fencing }));

    [Fact]
    public void Not_served_here_and_the_peer_unheard_is_critical() =>
        AssertLevel(
            HealthLevel.Critical,
            "pbx is not served here, and pbx-b is not heard: the node is cut off",
            Snapshots.PeerDead with { Groups = [Snapshots.PeerDead.Groups[0] with { Role = Role.Passive, Why = "the node is cut off" }] });

    [Fact]
    public void A_takeover_under_way_is_a_warning() =>
        AssertLevel(HealthLevel.Warning, "pbx is starting on pbx-a", With(group => group with { Role = Role.Activating }));

    [Fact]
    public void A_group_that_failed_on_the_other_node_is_a_warning() =>
        AssertLevel(HealthLevel.Warning, "pbx failed on pbx-b", With(group => group with { PeerRole = Role.Failed, PeerFit = false }));

    [Fact]
    public void A_node_that_could_not_take_over_is_a_warning() =>
        AssertLevel(HealthLevel.Warning, "pbx-b could not take over pbx", With(group => group with { PeerFit = false }));

    [Fact]
    public void Standby_is_told_once()
    {
        string[] reasons = ["the node is in standby"];
        var group = Snapshots.Pbx() with { Role = Role.Passive, PeerRole = Role.Active, Fit = false, FitReasons = reasons };
        var view = Snapshots.Healthy with { Node = Snapshots.Healthy.Node with { Standby = true }, Groups = [group] };
        Assert.Equal("APPLIANCE WARNING: pbx-a is in standby", OneLine.Of(view));
    }

    [Fact]
    public void An_agent_restarted_under_maintenance_is_no_outage() =>
        AssertLevel(
            HealthLevel.Warning,
            "pbx-b left during maintenance: whether pbx is served there is not known",
            Snapshots.PeerDead with
            {
                Peer = Snapshots.Healthy.Peer with { State = PeerState.Left, MaintenanceLeft = 299 },
                Groups = [Snapshots.PeerDead.Groups[0] with { Role = Role.Passive }],
            });

    [Fact]
    public void An_alarm_that_makes_the_node_unfit_is_told_once()
    {
        string[] reasons = ["the state cannot be kept: it is torn"];
        var group = Snapshots.Pbx() with { Role = Role.Passive, PeerRole = Role.Active, Fit = false, FitReasons = reasons };
        var view = Snapshots.Healthy with { Groups = [group], Alarms = [new AlarmStatus(true, "it is torn")] };
        Assert.Equal("APPLIANCE CRITICAL: it is torn", OneLine.Of(view));
    }

    [Fact]
    public void A_failed_resource_is_a_warning_with_its_text() =>
        AssertLevel(
            HealthLevel.Warning,
            "pbx/fs failed: not mounted",
            With(group => group with { Resources = [group.Resources[0] with { State = ResourceState.Failed, Text = "not mounted" }] }));

    [Fact]
    public void A_critical_alarm_is_critical() =>
        AssertLevel(
            HealthLevel.Critical,
            "the state file is corrupt",
            Snapshots.Healthy with { Alarms = [new AlarmStatus(true, "the state file is corrupt")] });

    [Theory]
    [InlineData("pbx-b is late")]
    [InlineData("pbx-b is in standby")]
    [InlineData("pbx-a is in maintenance for 25 min")]
    [InlineData("pbx-a sees 0 of 1 ping references")]
    [InlineData("the nodes run with different configuration files")]
    [InlineData("pbx-b does not hear us on link cable")]
    [InlineData("link lan is late")]
    [InlineData("link serial is down: the device does not exist: is the cable plugged in?")]
    [InlineData("the witness 192.0.2.7:7789 does not answer")]
    [InlineData("SCHED_FIFO was refused: the heartbeat may be late under load")]
    public void Every_lost_redundancy_is_named(string reason) => AssertLevel(HealthLevel.Warning, reason, Snapshots.Battered);

    [Fact]
    public void A_dead_peer_does_not_make_every_link_news() =>
        Assert.DoesNotContain(Snapshots.PeerDead.Health.Reasons, reason => reason.Text.StartsWith("link ", StringComparison.Ordinal));

    [Fact]
    public void The_line_is_bounded_and_has_no_bar()
    {
        var view = Snapshots.Healthy with { Alarms = [.. Enumerable.Repeat(new AlarmStatus(false, "a|" + new string('x', 90)), 20)] };
        var line = OneLine.Of(view);
        Assert.InRange(line.Length, 200, 550);
        Assert.DoesNotContain('|', line);
        Assert.EndsWith("more", line, StringComparison.Ordinal);
    }

    private static StatusView With(Func<GroupStatus, GroupStatus> change) => Snapshots.Healthy with { Groups = [change(Snapshots.Pbx())] };

    private static void AssertLevel(HealthLevel level, string reason, StatusView view)
    {
        Assert.Contains(reason, view.Health.Reasons.Select(known => known.Text));
        Assert.Equal(level, view.Health.Level);
    }
}
