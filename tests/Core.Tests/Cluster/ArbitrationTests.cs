using Appliance.Core.Cluster;
using Appliance.Core.Configuration;

namespace Appliance.Core.Tests.Cluster;

public class ArbitrationTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static Pair Healthy(ApplianceConfig? config = null)
    {
        var pair = new Pair(config);
        pair.Boot(0);
        pair.Boot(1);
        Assert.True(
            pair.RunUntil(() => pair.RoleOf(0) == Role.Active || pair.RoleOf(1) == Role.Active, Second * 3), string.Join('\n', pair.Story));
        pair.Run(Second);
        return pair;
    }

    private static int Active(Pair pair)
    {
        Assert.True(pair.RoleOf(0) == Role.Active ^ pair.RoleOf(1) == Role.Active, string.Join('\n', pair.Story));
        return pair.RoleOf(0) == Role.Active ? 0 : 1;
    }

    [Fact]
    public void Two_booting_nodes_agree_on_one_without_waiting_for_initdead()
    {
        var pair = Healthy();
        Assert.Equal(0, Active(pair));
        Assert.True(pair.Now < Core.Time.Instant.FromMilliseconds(60_000 + 2_500), pair.Now.ToString());
    }

    [Fact]
    public void The_preferred_node_takes_a_vacant_group() => Assert.Equal(1, Active(Healthy(Example.Config(preferred: 1))));

    [Fact]
    public void A_node_alone_waits_for_initdead_and_then_serves()
    {
        var pair = new Pair();
        pair.Boot(0);
        pair.Run(TimeSpan.FromMilliseconds(4900));
        Assert.Equal(Role.Passive, pair.RoleOf(0));
        Assert.True(pair.RunUntil(() => pair.RoleOf(0) == Role.Active, Second), string.Join('\n', pair.Story));
    }

    [Fact]
    public void Power_loss_of_the_active_is_answered_within_deadtime_and_a_bit()
    {
        var pair = Healthy();
        var lost = pair.Now;
        pair.PowerOff(0);
        Assert.True(pair.RunUntil(() => pair.RoleOf(1) == Role.Activating, Second), string.Join('\n', pair.Story));
        Assert.InRange((pair.Now - lost).TotalMilliseconds, 500, 720);
        Assert.True(pair.Nodes[1]!.Groups[0].Vote.Term > 1);
    }

    [Fact]
    public void An_address_that_still_answers_stops_the_promotion()
    {
        var pair = Healthy();
        pair.KillAgent(0);
        pair.Run(Second * 10);
        Assert.Equal(Role.Passive, pair.RoleOf(1));
        Assert.Contains("still answers", pair.Nodes[1]!.Groups[0].Why, StringComparison.Ordinal);
    }

    [Fact]
    public void An_agent_that_comes_back_takes_over_what_runs_without_touching_it()
    {
        var pair = Healthy();
        pair.KillAgent(0);
        pair.Run(Second * 2);
        var touched = pair.Touched[0];
        pair.Boot(0);
        pair.Run(Second * 2);
        Assert.Equal(0, Active(pair));
        Assert.Equal(touched, pair.Touched[0]);
    }

    [Fact]
    public void A_full_partition_leaves_the_side_that_sees_the_reference()
    {
        var pair = Healthy();
        (pair.Speaks[0], pair.Speaks[1]) = (false, false);
        (pair.SeesReferences[0], pair.OnLan[0]) = (false, false);
        pair.Run(Second * 5);
        Assert.Equal(1, Active(pair));
        Assert.False(pair.Runs(0));
    }

    [Fact]
    public void A_cut_off_passive_node_never_promotes()
    {
        var pair = Healthy();
        (pair.Speaks[0], pair.Speaks[1]) = (false, false);
        (pair.SeesReferences[1], pair.OnLan[1]) = (false, false);
        pair.Run(Second * 20);
        Assert.Equal(0, Active(pair));
    }

    [Fact]
    public void When_two_servers_meet_again_only_the_loser_stops()
    {
        var pair = Healthy(Example.Config(pings: false, address: false));
        (pair.Speaks[0], pair.Speaks[1]) = (false, false);
        pair.Run(Second * 3);
        Assert.Equal((Role.Active, Role.Active), (pair.RoleOf(0), pair.RoleOf(1)));
        pair.Story.Clear();
        (pair.Speaks[0], pair.Speaks[1]) = (true, true);
        pair.Run(Second * 3);
        Assert.Equal(1, Active(pair));
        Assert.DoesNotContain(pair.Story, line => line.Contains("pbx-b Role", StringComparison.Ordinal));
    }

    [Fact]
    public void A_switchover_moves_by_agreement_and_takes_a_new_term()
    {
        var pair = Healthy();
        var term = pair.Nodes[0]!.Groups[0].Vote.Term;
        var ordered = pair.Now;
        pair.Order(0, new Command.Switchover("pbx"));
        Assert.True(pair.RunUntil(() => pair.RoleOf(1) == Role.Active, Second), string.Join('\n', pair.Story));
        Assert.True(pair.Nodes[1]!.Groups[0].Vote.Term > term);
        Assert.True(pair.Now - ordered < TimeSpan.FromMilliseconds(200), (pair.Now - ordered).ToString());
        pair.Run(Second);
        Assert.Equal(1, Active(pair));
    }

    [Fact]
    public void A_switchover_may_be_ordered_on_the_passive_node()
    {
        var pair = Healthy();
        pair.Order(1, new Command.Switchover("pbx"));
        pair.Run(Second);
        Assert.Equal(1, Active(pair));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    public void A_switchover_is_obeyed_whoever_is_preferred(int preferred, int ordered)
    {
        var pair = Healthy(Example.Config(preferred: preferred));
        var target = 1 - Active(pair);
        pair.Order(ordered, new Command.Switchover("pbx"));
        Assert.True(pair.RunUntil(() => pair.RoleOf(target) == Role.Active, Second), string.Join('\n', pair.Story));
        pair.Run(Second * 20);
        Assert.Equal(target, Active(pair));
    }

    [Fact]
    public void A_switchover_to_the_node_with_the_lower_score_is_obeyed()
    {
        var pair = Healthy(Example.Config(preferred: -1));
        pair.Send(1, new Event.LineChanged(0, LineStanding.There, "the relay does not answer", Broken: true));
        pair.Run(Second);
        Assert.True(Fitness.Score(new Situation(pair.Nodes[1]!, 0, pair.Now)) < 1000);
        pair.Order(0, new Command.Switchover("pbx"));
        pair.Run(Second * 20);
        Assert.Equal(1, Active(pair));
    }

    [Fact]
    public void What_was_handed_over_and_is_not_taken_comes_back()
    {
        var pair = Healthy(Example.Config(preferred: 0));
        pair.Order(0, new Command.Switchover("pbx"));
        // Its word that it could serve is old when it is handed the group.
        Assert.True(pair.RunUntil(() => pair.RoleOf(0) == Role.Passive, Second));
        pair.PowerOff(1);
        Assert.True(pair.RunUntil(() => pair.RoleOf(0) == Role.Active, Second * 3), string.Join('\n', pair.Story));
    }

    [Fact]
    public void Standby_gives_the_group_away_and_online_does_not_take_it_back()
    {
        var pair = Healthy();
        pair.Order(0, new Command.Standby());
        pair.Run(Second);
        Assert.Equal(1, Active(pair));
        pair.Order(0, new Command.Online());
        pair.Run(Second * 10);
        Assert.Equal(1, Active(pair));
    }

    [Fact]
    public void A_clean_stop_hands_over_at_once_and_the_goodbye_needs_no_deadtime()
    {
        var pair = Healthy();
        pair.Order(0, new Command.Stop(false));
        pair.Run(TimeSpan.FromMilliseconds(500));
        Assert.Null(pair.Nodes[0]);
        Assert.Equal(Role.Active, pair.RoleOf(1));
        Assert.Equal(PeerState.Left, pair.Nodes[1]!.Peer.State);
    }

    [Fact]
    public void A_group_that_cannot_start_here_goes_to_the_peer_once_and_stays()
    {
        var pair = Healthy();
        pair.CannotStart[1] = true;
        pair.PowerOff(0);
        pair.Run(Second * 2);
        pair.Boot(0, "boot-a2");
        pair.Run(Second * 20);
        Assert.Equal(0, Active(pair));
        pair.Run(Second * 120);
        Assert.Equal(0, Active(pair));
    }

    [Fact]
    public void A_resource_that_will_not_stop_resets_the_node_and_the_peer_waits_for_the_bound()
    {
        var pair = Healthy();
        pair.CannotStop[0] = true;
        pair.Order(0, new Command.Switchover("pbx"));
        Assert.True(pair.RunUntil(() => pair.Nodes[0] is null, Second * 20), string.Join('\n', pair.Story));
        var reset = pair.Now;
        Assert.True(pair.RunUntil(() => pair.RoleOf(1) == Role.Activating, Second * 10), string.Join('\n', pair.Story));
        Assert.True(pair.Now - reset >= TimeSpan.FromMilliseconds(1900), (pair.Now - reset).ToString());
    }

    [Fact]
    public void A_paused_server_yields_when_it_wakes_and_touches_nothing_before()
    {
        var pair = Healthy(Example.Config(address: false));
        pair.Paused[0] = true;
        pair.Run(Second * 5);
        Assert.Equal(Role.Active, pair.RoleOf(1));
        pair.Story.Clear();
        pair.Paused[0] = false;
        pair.Run(Second * 3);
        Assert.Equal(1, Active(pair));
        Assert.False(pair.Runs(0));
        Assert.DoesNotContain(pair.Story, line => line.Contains("pbx-b Role", StringComparison.Ordinal));
    }

    [Fact]
    public void Maintenance_moves_nothing_until_it_expires()
    {
        var pair = Healthy();
        pair.Order(1, new Command.Maintenance(TimeSpan.FromSeconds(30)));
        pair.Run(Second);
        pair.PowerOff(0);
        pair.Run(Second * 20);
        Assert.Equal(Role.Passive, pair.RoleOf(1));
        pair.Run(Second * 12);
        Assert.Equal(Role.Active, pair.RoleOf(1));
    }

    [Fact]
    public void A_preferred_node_with_delayed_failback_gets_its_group_back()
    {
        var pair = Healthy(Example.Config(preferred: 0, failback: new FailbackConfig.After(Second * 10)));
        pair.PowerOff(0);
        pair.Run(Second * 3);
        pair.Boot(0, "boot-a2");
        pair.Run(Second * 9);
        Assert.Equal(1, Active(pair));
        pair.Run(Second * 4);
        Assert.Equal(0, Active(pair));
    }

    [Fact]
    public void A_corrupt_state_file_refuses_to_promote()
    {
        var state = NodeMachine.Start(Example.Config(), 0, null, "boot", Core.Time.Instant.FromMilliseconds(1000), "state file is torn");
        var facts = NodeMachine.Facts(state);
        Assert.False(facts.Groups[0].Fit);
    }

    [Fact]
    public void Losing_the_LAN_on_the_active_moves_the_group_over_the_cable()
    {
        var pair = Healthy();
        pair.Run(Second * 5);
        (pair.SeesReferences[0], pair.OnLan[0]) = (false, false);
        pair.Run(Second * 5);
        Assert.Equal(1, Active(pair));
    }

    [Fact]
    public void A_resource_is_restarted_also_when_heartbeats_leave_no_time_for_a_tick()
    {
        var pair = Healthy();
        pair.Ticks = false;
        pair.Send(0, new Event.Resource(0, new Core.Resources.ResourceEvent.Failed("asterisk", "it was killed")));
        pair.Run(Second * 3);
        var view = Core.Resources.GroupResources.View(pair.Nodes[0]!.Groups[0].Resources);
        Assert.All(view, resource => Assert.Equal(Core.Resources.ResourceState.Started, resource.State));
    }
}
