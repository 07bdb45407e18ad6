using Appliance.Core.Cluster;
using Appliance.Core.Incidents;
using Appliance.Core.Resources;
using Appliance.Core.Tests.Cluster;

namespace Appliance.Core.Tests.Incidents;

/// <summary>Real node machines tell what they do; the record must find cause, phases and silence in their words.</summary>
public sealed class IncidentAnalysisTests
{
    [Fact]
    public void Power_cut_of_the_server_seen_from_the_survivor()
    {
        var pair = IncidentScene.Serving();
        var cut = pair.Ms();
        pair.PowerOff(0);
        Assert.True(pair.RunUntil(() => pair.RoleOf(1) == Role.Active, TimeSpan.FromSeconds(10)));
        var served = pair.Ms();
        var record = IncidentScene.Read(pair, 1, cut, withPeer: false);
        Assert.StartsWith(
            "pbx-a fell silent on all links; why is unknown: it has not been heard since", record.Cause,
            StringComparison.Ordinal);
        Assert.False(record.Planned);
        var group = Assert.Single(record.Groups);
        Assert.Equal(("pbx-a", "pbx-b"), (group.From, group.To));
        // The last heartbeat left at most a keepalive before the cut; the error says so.
        Assert.InRange(group.SilenceFromMs!.Value, -group.SilenceErrorMs!.Value, 3);
        Assert.InRange(group.SilenceToMs!.Value, served - cut - 2, served - cut);
        Assert.Equal(100, group.SilenceErrorMs);
        Assert.Equal(
            ["last sign of life", "noticed", "decided", "address moved", "services started", "serving"],
            record.Phases.Select(phase => phase.Name));
        Assert.InRange(record.Phase(IncidentMarks.Noticed).DurationMs, 300, 302);
        Assert.Equal(record.Phases.Skip(1).Sum(phase => phase.DurationMs), record.Phases[^1].AtMs - record.Phases[0].AtMs);
    }

    [Fact]
    public void Peers_half_says_that_its_machine_started_anew()
    {
        var pair = IncidentScene.Serving();
        var cut = pair.Ms();
        pair.PowerOff(0);
        pair.RunUntil(() => pair.RoleOf(1) == Role.Active, TimeSpan.FromSeconds(10));
        pair.Boot(0, "boot-2");
        pair.Run(TimeSpan.FromSeconds(4));
        var starts = new[] { IncidentScene.Start("boot", "pbx-a", 3000), IncidentScene.Start("agent", "pbx-a", 3500) };
        var record = IncidentScene.Read(pair, 1, cut, more: starts);
        Assert.StartsWith(
            "pbx-a fell silent on all links: its machine lost power, crashed or was rebooted", record.Cause,
            StringComparison.Ordinal);
        Assert.Equal(("pbx-a", "pbx-b"), (record.Groups[0].From, record.Groups[0].To));
    }

    [Fact]
    public void Both_nodes_records_agree_on_a_switchover_and_say_who_ordered_it()
    {
        var pair = IncidentScene.Serving(Example.Config());
        pair.Run(TimeSpan.FromSeconds(6));
        var order = pair.Ms();
        pair.Told.Add((0, order, new Report(ReportKind.Command, "root ordered switchover pbx: pbx moves to the other node")));
        pair.Order(0, new Command.Switchover("pbx"));
        Assert.True(pair.RunUntil(() => pair.RoleOf(1) == Role.Active, TimeSpan.FromSeconds(10)), string.Join('\n', pair.Story));
        pair.Run(TimeSpan.FromSeconds(4));
        var (one, two) = (IncidentScene.Read(pair, 0, order), IncidentScene.Read(pair, 1, order));
        foreach (var record in new[] { one, two })
        {
            Assert.Equal("switchover of pbx ordered on pbx-a by root", record.Cause);
            Assert.True(record.Planned);
            Assert.Empty(record.Also);
            var group = Assert.Single(record.Groups);
            Assert.Equal(("pbx-a", "pbx-b"), (group.From, group.To));
            Assert.True(group.SilenceMs > 0);
            Assert.Equal(IncidentScene.ClockErrorMs, group.SilenceErrorMs);
            Assert.Equal(IncidentScene.ClockErrorMs, record.Phases.Single(phase => phase.Name == IncidentMarks.AddressMoved).ErrorMs);
        }

        Assert.Equal(one.Groups[0].SilenceMs, two.Groups[0].SilenceMs);
        Assert.Equal(one.Phases.Select(phase => (phase.Name, phase.AtMs)), two.Phases.Select(phase => (phase.Name, phase.AtMs)));
    }

    [Fact]
    public void Failed_service_that_is_restarted_on_the_spot()
    {
        var pair = IncidentScene.Serving();
        pair.Run(TimeSpan.FromSeconds(2));
        var broke = pair.Ms();
        pair.Send(0, new Event.Resource(0, new ResourceEvent.Failed("asterisk", "asterisk.service is failed (failed, signal)")));
        pair.Run(TimeSpan.FromSeconds(3));
        var record = IncidentScene.Read(pair, 0, broke);
        Assert.Equal("resource asterisk of pbx failed on pbx-a: asterisk.service is failed (failed, signal)", record.Cause);
        var group = Assert.Single(record.Groups);
        Assert.Equal(("pbx-a", "pbx-a"), (group.From, group.To));
        Assert.InRange(group.SilenceMs!.Value, 20, 500);
        Assert.Equal(0, group.SilenceErrorMs);
        Assert.StartsWith("asterisk: silence of ", group.Noticed, StringComparison.Ordinal);
        Assert.Equal(["noticed", "decided", "services started", "serving"], record.Phases.Select(phase => phase.Name));
    }

    [Fact]
    public void Failed_service_that_moves_has_its_failure_as_cause_and_the_rest_as_its_course()
    {
        var pair = IncidentScene.Serving();
        pair.Run(TimeSpan.FromSeconds(2));
        var broke = pair.Ms();
        pair.CannotStart[0] = true;
        pair.Send(0, new Event.Resource(0, new ResourceEvent.Failed("asterisk", "no SIP answer within 1 s (2 times in a row)")));
        Assert.True(pair.RunUntil(() => pair.RoleOf(1) == Role.Active, TimeSpan.FromSeconds(20)));
        var record = IncidentScene.Read(pair, 1, broke);
        Assert.StartsWith("resource asterisk of pbx failed on pbx-a: no SIP answer", record.Cause, StringComparison.Ordinal);
        Assert.Equal(("pbx-a", "pbx-b"), (record.Groups[0].From, record.Groups[0].To));
        Assert.Equal(pair.Ms() - broke - 1, record.Groups[0].SilenceMs!.Value, 5.0);
    }

    [Fact]
    public void Killed_agent_that_comes_back_is_not_noticed()
    {
        var pair = IncidentScene.Serving();
        pair.Run(TimeSpan.FromSeconds(2));
        var killed = pair.Ms();
        pair.KillAgent(0);
        pair.Run(TimeSpan.FromMilliseconds(200));
        pair.Boot(0);
        Assert.True(pair.RunUntil(() => pair.RoleOf(0) == Role.Active, TimeSpan.FromSeconds(10)));
        var starts = new[] { IncidentScene.Start("agent", "pbx-a", 200) };
        foreach (var keeper in new[] { 0, 1 })
        {
            var record = IncidentScene.Read(pair, keeper, killed, more: starts);
            Assert.Equal("the agent of pbx-a ended and was started again; what it ran was kept", record.Cause);
            Assert.Equal(("pbx-a", "pbx-a", "nothing"), (record.Groups[0].From, record.Groups[0].To, record.Groups[0].Noticed));
            Assert.Equal(0, record.Groups[0].SilenceMs);
        }
    }

    [Fact]
    public void Reload_is_planned_and_the_agents_new_start_is_its_course()
    {
        var pair = IncidentScene.Serving();
        var order = pair.Ms();
        pair.Told.Add((0, order, new Report(ReportKind.Command, "anna ordered reload: the new configuration is valid")));
        pair.KillAgent(0);
        pair.Run(TimeSpan.FromMilliseconds(100));
        pair.Boot(0);
        Assert.True(pair.RunUntil(() => pair.RoleOf(0) == Role.Active, TimeSpan.FromSeconds(10)));
        var record = IncidentScene.Read(pair, 1, order);
        Assert.Equal(("the configuration of pbx-a was reloaded by anna", true), (record.Cause, record.Planned));
        Assert.Equal("nothing", record.Groups[0].Noticed);
    }

    [Fact]
    public void Wish_of_the_peer_is_the_cause_until_its_half_says_more()
    {
        var pair = IncidentScene.Serving();
        pair.Run(TimeSpan.FromSeconds(6));
        var order = pair.Ms();
        pair.Order(1, new Command.Switchover("pbx"));
        Assert.True(pair.RunUntil(() => pair.RoleOf(1) == Role.Active, TimeSpan.FromSeconds(10)), string.Join('\n', pair.Story));
        Assert.StartsWith("pbx-b asked for the group", IncidentScene.Read(pair, 0, order, withPeer: false).Cause, StringComparison.Ordinal);
        Assert.Equal("switchover of pbx ordered on pbx-b", IncidentScene.Read(pair, 0, order).Cause);
    }

    [Fact]
    public void Fenced_peer_has_the_phase()
    {
        var pair = IncidentScene.Serving(Example.Fenced(Example.Config(preferred: 0)));
        var cut = pair.Ms();
        pair.PowerOff(0);
        Assert.True(pair.RunUntil(() => pair.RoleOf(1) == Role.Active, TimeSpan.FromSeconds(20)));
        var record = IncidentScene.Read(pair, 1, cut, withPeer: false);
        Assert.True(record.Phase(IncidentMarks.Fenced).AtMs > record.Phase(IncidentMarks.Noticed).AtMs);
        Assert.True(record.Phase(IncidentMarks.Fenced).AtMs <= record.Phase(IncidentMarks.AddressMoved).AtMs);
    }

    [Fact]
    public void Cold_start_is_not_a_silence_that_anybody_measured()
    {
        var pair = new Pair(Example.Config());
        pair.Boot(0);
        pair.Boot(1);
        Assert.True(pair.RunUntil(() => pair.RoleOf(0) == Role.Active || pair.RoleOf(1) == Role.Active, TimeSpan.FromSeconds(20)));
        var record = IncidentScene.Read(pair, 0, 60_000);
        Assert.StartsWith("nobody served: ", record.Cause, StringComparison.Ordinal);
        Assert.Null(record.Groups[0].From);
        Assert.Null(record.Groups[0].SilenceMs);
    }

    [Fact]
    public void Second_fault_is_part_of_the_first()
    {
        var pair = IncidentScene.Serving();
        var cut = pair.Ms();
        pair.PowerOff(0);
        pair.RunUntil(() => pair.RoleOf(1) == Role.Active, TimeSpan.FromSeconds(10));
        pair.Run(TimeSpan.FromSeconds(1));
        pair.Send(1, new Event.Resource(0, new ResourceEvent.Failed("asterisk", "asterisk.service is failed")));
        pair.Run(TimeSpan.FromSeconds(3));
        var record = IncidentScene.Read(pair, 1, cut, withPeer: false);
        Assert.StartsWith(
            "pbx-a fell silent", record.Cause,
            StringComparison.Ordinal);
        Assert.Contains("resource asterisk of pbx failed on pbx-b: asterisk.service is failed", record.Also);
        Assert.StartsWith("2 silences, together ", record.Groups[0].Noticed, StringComparison.Ordinal);
    }

    [Fact]
    public void Cut_between_the_nodes_is_no_crash()
    {
        var pair = IncidentScene.Serving();
        var cut = pair.Ms();
        (pair.Speaks[0], pair.Speaks[1]) = (false, false);
        pair.SeesReferences[0] = false;
        pair.OnLan[0] = false;
        pair.Run(TimeSpan.FromSeconds(8));
        var record = IncidentScene.Read(pair, 1, cut);
        Assert.True(
            record.Cause.StartsWith("pbx-a was cut off", StringComparison.Ordinal)
                || record.Cause == "the nodes lost each other on all links; both lived", record.Cause);
    }

    [Fact]
    public void What_happened_before_belongs_to_the_incident_before_and_tells_who_served()
    {
        var record = IncidentAnalysis.Of(
            IncidentScene.Empty(new Pair(), 0) with
            {
                Events =
                [
                    new IncidentEntry(-9000, 0, "pbx-a", "resource", "pbx", "asterisk", "Started", "Failed", "asterisk: old", 1),
                    new IncidentEntry(-8000, 0, "pbx-a", "role", "pbx", null, "Activating", "Active", "all resources are started", 2),
                    new IncidentEntry(0, 0, "pbx-a", "command", "pbx", null, null, null, "switchover ordered", 3),
                    new IncidentEntry(1, 0, "pbx-a", "role", "pbx", null, "Active", "Deactivating", "switchover was ordered", 4),
                    new IncidentEntry(500, 1, "pbx-b", "role", "pbx", null, "Passive", "Activating", "both nodes agreed", 5),
                    new IncidentEntry(900, 1, "pbx-b", "role", "pbx", null, "Activating", "Active", "all resources are started", 6),
                ],
            }, IncidentRules.Of(Example.Config()));
        Assert.Equal("switchover of pbx ordered on pbx-a", record.Cause);
        Assert.Empty(record.Also);
        Assert.Equal(("pbx-a", "pbx-b", 899L), (record.Groups[0].From, record.Groups[0].To, record.Groups[0].SilenceMs));
    }

    [Fact]
    public void What_no_event_explains_is_unknown()
    {
        var record = IncidentAnalysis.Of(
            IncidentScene.Empty(new Pair(), 0) with
            {
                Events =
                [
                    new IncidentEntry(0, 0, "pbx-a", "role", "pbx", null, "Active", "Deactivating", "the moon is full", 1),
                    new IncidentEntry(50, 0, "pbx-a", "role", "pbx", null, "Deactivating", "Passive", "the moon is full", 2),
                ],
            }, IncidentRules.Of(Example.Config()));
        Assert.Equal("unknown: no event tells why", record.Cause);
        Assert.Null(record.Groups[0].To);
        Assert.Contains("does not serve yet", record.Groups[0].Noticed, StringComparison.Ordinal);
        Assert.Null(record.Groups[0].SilenceMs);
    }

    [Fact]
    public void Unchecked_wall_clocks_make_the_figure_unchecked()
    {
        var record = IncidentAnalysis.Of(
            IncidentScene.Empty(new Pair(), 0) with
            {
                Events =
                [
                    new IncidentEntry(0, null, "pbx-b", "role", "pbx", null, "Active", "Deactivating", "standby was ordered", 1),
                    new IncidentEntry(900, 0, "pbx-a", "role", "pbx", null, "Passive", "Activating", "both nodes agreed", 2),
                    new IncidentEntry(1900, 0, "pbx-a", "role", "pbx", null, "Activating", "Active", "all resources are started", 3),
                ],
            }, IncidentRules.Of(Example.Config()));
        Assert.Equal((1900L, (long?)null), (record.Groups[0].SilenceMs!.Value, record.Groups[0].SilenceErrorMs));
        Assert.Contains("wall clocks that nobody checked", record.Groups[0].Noticed, StringComparison.Ordinal);
        Assert.Contains(record.Phases, phase => phase.ErrorMs is null);
    }
}
