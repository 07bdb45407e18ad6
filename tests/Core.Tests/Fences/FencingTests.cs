using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Fences;
using Appliance.Core.Tests.Cluster;
using Appliance.Core.Time;

namespace Appliance.Core.Tests.Fences;

/// <summary>A silent peer is off only when a device says so.</summary>
public sealed class FencingTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_dead_active_is_fenced_before_the_other_node_serves()
    {
        var pair = Healthy();
        pair.KillAgent(0); // Its kernel and its resources live on.
        Assert.True(pair.RunUntil(() => pair.RoleOf(1) == Role.Active, Second * 4), Told(pair));
        Assert.Equal(1, pair.Shots[0]);
        Assert.False(pair.Runs(0));
        Assert.Contains(pair.Story, line => line.Contains("pbx-a is fenced", StringComparison.Ordinal));
    }

    [Fact]
    public void Nobody_serves_in_its_place_while_it_cannot_be_confirmed_off()
    {
        var pair = Healthy();
        pair.FenceWorks[0] = false;
        pair.PowerOff(0);
        pair.Run(Second * 20);
        Assert.Equal(Role.Passive, pair.RoleOf(1));
        Assert.InRange(pair.Shots[0], 3, 6); // 2, 4, 8 s between them.
        Assert.Single(pair.Story, line => line.Contains("cannot be confirmed off", StringComparison.Ordinal));
        Assert.Contains("appliance fence confirm pbx-a", pair.Nodes[1]!.Groups[0].Why, StringComparison.Ordinal);
        pair.FenceWorks[0] = true;
        Assert.True(pair.RunUntil(() => pair.RoleOf(1) == Role.Active, Second * 20), Told(pair));
    }

    [Fact]
    public void A_device_that_never_answers_has_failed_after_its_bound()
    {
        var pair = Healthy();
        pair.FenceAnswers[0] = false;
        pair.PowerOff(0);
        pair.Run(Second * 11);
        Assert.Equal(1, pair.Shots[0]);
        pair.Run(Second * 8);
        Assert.Equal(2, pair.Shots[0]);
        Assert.Equal(Role.Passive, pair.RoleOf(1));
    }

    [Fact]
    public void An_operator_confirms_by_hand()
    {
        var pair = Healthy();
        pair.FenceWorks[0] = false;
        pair.PowerOff(0);
        pair.Run(Second * 4);
        Assert.NotNull(NodeMachine.Refusal(pair.Nodes[1]!, new Command.ConfirmFenced("pbx-b")));
        Assert.Null(NodeMachine.Refusal(pair.Nodes[1]!, new Command.ConfirmFenced("pbx-a")));
        pair.Order(1, new Command.ConfirmFenced("pbx-a"));
        Assert.True(pair.RunUntil(() => pair.RoleOf(1) == Role.Active, Second), Told(pair));
    }

    [Fact]
    public void A_living_node_cannot_be_confirmed_off() =>
        Assert.Contains("is heard", NodeMachine.Refusal(Healthy().Nodes[1]!, new Command.ConfirmFenced("pbx-a")), StringComparison.Ordinal);

    [Fact]
    public void The_node_that_serves_has_the_first_shot()
    {
        var pair = Healthy();
        (pair.Speaks[0], pair.Speaks[1]) = (false, false);
        pair.Run(Second * 2);
        Assert.Equal([0, 1], pair.Shots);
        Assert.Equal(Role.Active, pair.RoleOf(0));
    }

    [Fact]
    public void When_its_shot_fails_the_other_one_shoots()
    {
        var pair = Healthy();
        pair.FenceWorks[1] = false;
        (pair.Speaks[0], pair.Speaks[1]) = (false, false);
        Assert.True(pair.RunUntil(() => pair.RoleOf(1) == Role.Active, Second * 4), Told(pair));
        Assert.False(pair.Runs(0));
    }

    [Fact]
    public void A_node_that_is_cut_off_shoots_nobody()
    {
        var pair = Healthy();
        (pair.Speaks[0], pair.Speaks[1]) = (false, false);
        (pair.SeesReferences[0], pair.SeesReferences[1]) = (false, false);
        pair.Run(Second * 20);
        Assert.Equal([0, 0], pair.Shots);
    }

    [Fact]
    public void Nobody_is_fenced_who_said_goodbye()
    {
        var pair = Healthy();
        pair.Order(0, new Command.Stop(false));
        Assert.True(pair.RunUntil(() => pair.RoleOf(1) == Role.Active, Second * 3), Told(pair));
        pair.Run(Second * 10);
        Assert.Equal([0, 0], pair.Shots);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nobody_is_fenced_in_maintenance_or_by_a_node_in_standby(bool maintenance)
    {
        var pair = Healthy();
        pair.Order(1, maintenance ? new Command.Maintenance(Second * 30) : new Command.Standby());
        pair.Run(Second);
        pair.PowerOff(0);
        pair.Run(Second * 10);
        Assert.Equal([0, 0], pair.Shots);
    }

    [Fact]
    public void A_node_that_was_never_heard_is_judged_by_evidence_not_shot()
    {
        var pair = new Pair(Example.Fenced(Example.Config()));
        pair.Boot(0);
        Assert.True(pair.RunUntil(() => pair.RoleOf(0) == Role.Active, Second * 8), Told(pair));
        Assert.Equal([0, 0], pair.Shots);
    }

    [Fact]
    public void It_is_switched_on_again_after_its_hold_and_does_not_count_as_off_any_more()
    {
        var pair = Healthy();
        pair.PowerOff(0);
        Assert.True(pair.RunUntil(() => pair.Nodes[1]!.PeerFenced, Second * 4), Told(pair));
        pair.Run(Second * 4);
        Assert.Equal(1, pair.Restored[0]);
        Assert.False(pair.Nodes[1]!.PeerFenced);
        pair.Run(Second * 30); // It does not come back: it is not shot again for that.
        Assert.Equal(1, pair.Shots[0]);
        pair.Boot(0, "boot-again");
        pair.Run(Second * 2);
        pair.PowerOff(0);
        pair.Run(Second * 3);
        Assert.Equal(2, pair.Shots[0]); // Heard since: suspected anew.
    }

    [Theory]
    [InlineData(null)]
    [InlineData("boot-b-again")]
    public void An_agent_that_dies_meanwhile_leaves_it_to_the_next_one(string? boot)
    {
        var pair = Healthy();
        pair.PowerOff(0);
        Assert.True(pair.RunUntil(() => pair.Nodes[1]!.OnDisk.KeptOffBy.Length > 0, Second * 4), Told(pair));
        if (boot is null) pair.KillAgent(1);
        else pair.PowerOff(1);
        pair.Run(Second);
        Assert.Equal(0, pair.Restored[0]);
        pair.Boot(1, boot);
        Assert.False(pair.Nodes[1]!.PeerFenced);
        pair.Run(Second);
        Assert.Equal(0, pair.Restored[0]); // The whole hold, counted anew.
        Assert.True(pair.RunUntil(() => pair.Restored[0] == 1, Second * 4), Told(pair));
        Assert.True(pair.RunUntil(() => pair.Nodes[1]!.OnDisk.KeptOffBy.Length == 0, Second), Told(pair));
        pair.Boot(1);
        pair.Run(Second * 10);
        Assert.Equal(1, pair.Restored[0]);
    }

    [Fact]
    public void A_new_order_ends_the_hold_of_the_one_before()
    {
        var pair = Healthy();
        pair.PowerOff(0);
        Assert.True(pair.RunUntil(() => pair.Nodes[1]!.PeerFenced, Second * 4), Told(pair));
        pair.Boot(0, "by-hand"); // Somebody switched it on before the hold was over; it dies again, and its device with it.
        pair.Run(Second / 2);
        pair.FenceWorks[0] = false;
        pair.PowerOff(0);
        Assert.True(pair.RunUntil(() => pair.Shots[0] == 2, Second * 2), Told(pair));
        pair.Run(Second * 10);
        Assert.Equal(0, pair.Restored[0]);
    }

    [Fact]
    public void Without_a_hold_it_stays_off()
    {
        var pair = Healthy(Example.Fenced(Example.Config(), hold: TimeSpan.Zero));
        pair.PowerOff(0);
        pair.Run(Second * 30);
        Assert.Equal((0, true), (pair.Restored[0], pair.Nodes[1]!.PeerFenced));
    }

    [Fact]
    public void A_node_that_announced_its_reset_and_stays_is_fenced_when_its_bound_has_passed()
    {
        var pair = Healthy();
        pair.CannotStop[0] = true;
        pair.ResetsItself = false; // The kernel refuses, and no watchdog bites.
        pair.Order(0, new Command.Switchover("pbx"));
        Assert.True(pair.RunUntil(() => pair.RoleOf(0) == Role.Fencing, Second * 20), Told(pair));
        pair.Run(Second);
        Assert.Equal(0, pair.Shots[0]);
        Assert.True(pair.RunUntil(() => pair.RoleOf(1) == Role.Active, Second * 20), Told(pair));
        Assert.True(pair.Shots[0] > 0);
        Assert.False(pair.Runs(0));
    }

    [Fact]
    public void Data_that_may_be_older_is_served_when_the_peer_is_fenced()
    {
        var pair = Healthy();
        pair.Send(1, new Event.DataChanged(0, DataStanding.Consistent));
        pair.Run(Second);
        pair.PowerOff(0);
        Assert.True(pair.RunUntil(() => pair.RoleOf(1) == Role.Active, Second * 4), Told(pair));
        var stale = Healthy();
        stale.Send(1, new Event.DataChanged(0, DataStanding.Outdated));
        stale.Run(Second);
        stale.PowerOff(0);
        stale.Run(Second * 4);
        Assert.Equal((Role.Passive, 0), (stale.RoleOf(1), stale.Shots[0])); // It could not serve: then nobody is shot for it.
    }

    [Fact]
    public void An_answer_to_an_earlier_order_counts_for_nothing()
    {
        var pair = Healthy();
        pair.FenceAnswers[0] = false;
        pair.KillAgent(0);
        pair.Run(Second * 3);
        pair.Send(1, new Event.FenceAnswered(pair.Nodes[1]!.Fence.Token + 1, "power-0", FenceOutcome.Confirmed, ""));
        pair.Run(Second);
        Assert.Equal(Role.Passive, pair.RoleOf(1));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(3, 8)]
    [InlineData(4, 15)]
    [InlineData(40, 15)]
    public void Pauses_grow_to_a_bound(int failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), FenceDecision.Pause(failures));

    private static string Told(Pair pair) => string.Join('\n', pair.Story);

    private static Pair Healthy(ApplianceConfig? config = null)
    {
        var pair = new Pair(config ?? Example.Fenced(Example.Config()));
        pair.Boot(0);
        pair.Boot(1);
        Assert.True(pair.RunUntil(() => pair.RoleOf(0) == Role.Active, Second * 4), Told(pair));
        pair.Run(Second);
        return pair;
    }
}
