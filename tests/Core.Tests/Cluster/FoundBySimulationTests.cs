using Appliance.Core.Cluster;
using Appliance.Core.Resources;
using Appliance.Core.Time;

namespace Appliance.Core.Tests.Cluster;

/// <summary>What the simulator found, as small as it gets.</summary>
public sealed class FoundBySimulationTests
{
    private static readonly Configuration.ApplianceConfig Config = Example.Config();

    private static Instant At(long milliseconds) => Instant.FromMilliseconds(100_000 + milliseconds);

    private static Event.Heard Heard(long at, bool fresh) =>
        new(0, new Heartbeat { Sender = 1, Incarnation = 3, Sequence = (ulong)at + 1 }, At(at), fresh);

    [Theory]
    [InlineData(4999, PeerState.Unknown)]
    [InlineData(5000, PeerState.Dead)]
    public void Recordings_played_to_a_node_that_has_just_started_do_not_shorten_initdead(long now, PeerState expected)
    {
        var peer = PeerLiveness.Start(1).Hear(Heard(10, fresh: false));
        Assert.Equal(expected, peer.Judge(Config.Heartbeat, At(0), At(0), At(now)).State);
    }

    [Theory]
    [InlineData(8999, PeerState.Unknown)]
    [InlineData(9000, PeerState.Dead)]
    public void Initdead_begins_when_the_node_can_hear(long now, PeerState expected) =>
        Assert.Equal(expected, PeerLiveness.Start(1).Judge(Config.Heartbeat, At(0), At(4000), At(now)).State);

    [Fact]
    public void No_resource_starts_before_the_disk_says_that_resources_may_run()
    {
        var state = NodeMachine.Start(Config, 0, null, "boot", At(0));
        var (onDisk, started) = (false, false);
        for (var now = 0; now < 8000 && !started; now += 50)
        {
            var inbox = new Queue<Event>([new Event.Tick(), new Event.PingAnswered(0, At(now))]);
            while (inbox.TryDequeue(out var input))
            {
                if (input is Event.Persisted) onDisk = state.LastAsked.Groups.TryGetValue("pbx", out var group) && group.Held;
                (state, var effects) = NodeMachine.Step(state, input, At(now));
                started |= effects.Any(effect => effect is Effect.Resource { What: ResourceEffect.Run { Operation: Operation.Start } });
                Assert.True(!started || onDisk);
                foreach (var effect in effects) Answer(effect, inbox);
            }
        }

        Assert.True(started);
    }

    private static void Answer(Effect effect, Queue<Event> inbox)
    {
        if (effect is Effect.Persist persist) inbox.Enqueue(new Event.Persisted(persist.Serial, null));
        if (effect is Effect.AskAddress ask) inbox.Enqueue(new Event.AddressAnswered(ask.Group, ask.Token, AddressAnswer.Nobody, ""));
        if (effect is Effect.Resource { What: ResourceEffect.Run { Operation: Operation.Stop } run })
            inbox.Enqueue(new Event.Resource(0, new ResourceEvent.Done(run.Id, run.Resource, run.Operation, Outcome.Success, "")));
    }

    [Fact]
    public void A_restart_that_became_due_during_a_gap_waits_until_the_node_has_looked_around()
    {
        var pair = new Pair();
        pair.Boot(0);
        pair.Boot(1);
        Assert.True(pair.RunUntil(() => pair.RoleOf(0) == Role.Active, TimeSpan.FromSeconds(3)));
        pair.Send(0, new Event.Resource(0, new ResourceEvent.Failed("asterisk", "died")));
        pair.Run(TimeSpan.FromMilliseconds(50));
        var late = pair.Now + TimeSpan.FromSeconds(5);
        var (state, effects) = NodeMachine.Step(pair.Nodes[0]!, new Event.Tick(), late);
        Assert.True(state.Revalidating);
        Assert.DoesNotContain(effects, effect => effect is Effect.Resource { What: ResourceEffect.Run });
    }

    [Fact]
    public void A_node_that_wakes_beside_a_later_term_does_not_announce_its_addresses()
    {
        var pair = new Pair();
        pair.Boot(0);
        pair.Boot(1);
        Assert.True(pair.RunUntil(() => pair.RoleOf(0) == Role.Active, TimeSpan.FromSeconds(3)));
        var late = pair.Now + TimeSpan.FromSeconds(5);
        var facts = NodeMachine.Facts(pair.Nodes[1]!);
        (facts.Incarnation, facts.Sequence) = (9, 9);
        facts.Groups[0] = facts.Groups[0] with { Role = Role.Active, Vote = new Vote(7, 1) };
        var asleep = NodeMachine.Step(pair.Nodes[0]!, new Event.Tick(), late).Next;
        var (_, effects) = NodeMachine.Step(asleep, new Event.Heard(0, facts, late, true), late);
        Assert.DoesNotContain(effects, effect => effect is Effect.Reannounce);
    }

    [Fact]
    public void A_vote_for_a_term_that_the_peer_stood_for_too_does_not_carry_a_promotion()
    {
        var pair = new Pair();
        pair.Boot(0);
        pair.Boot(1);
        Assert.True(pair.RunUntil(() => pair.RoleOf(0) == Role.Active, TimeSpan.FromSeconds(3)));
        pair.Run(TimeSpan.FromSeconds(1));
        var node = pair.Nodes[1]!;
        var group = node.Groups[0] with { Vote = new Vote(5, 1), VoteSpent = false };
        var last = node.Peer.Last;
        last.Groups[0] = last.Groups[0] with { Vote = new Vote(5, 0), Role = Role.Active };
        var disk = node.OnDisk with { Groups = node.OnDisk.Groups.SetItem("pbx", new DurableGroup(group.Vote, false)) };
        pair.Nodes[1] = node with { Groups = [group], Peer = node.Peer with { Last = last }, OnDisk = disk, Asked = disk,
            LastAsked = disk };
        pair.PowerOff(0);
        Assert.True(pair.RunUntil(() => pair.RoleOf(1) == Role.Activating, TimeSpan.FromSeconds(2)),
            string.Join('\n', pair.Story));
        Assert.Equal(6u, pair.Nodes[1]!.Groups[0].Vote.Term);
    }

    [Theory]
    [InlineData("the same boot", Role.Deactivating)]
    [InlineData("another boot", Role.Passive)]
    public void A_restarted_agent_says_that_it_holds_the_group_until_it_has_made_sure_that_nothing_runs(string boot, Role expected)
    {
        var before = NodeMachine.Start(Config, 0, null, "the same boot", At(0)).Asked;
        Assert.Equal(expected, NodeMachine.Start(Config, 0, before, boot, At(0)).Groups[0].Role);
        Assert.Equal(Role.Deactivating, NodeMachine.Start(Config, 0, null, boot, At(0)).Groups[0].Role);
    }

    [Fact]
    public void A_resource_that_will_not_stop_for_a_restart_resets_the_machine_too()
    {
        var pair = new Pair();
        pair.Boot(0);
        pair.Boot(1);
        Assert.True(pair.RunUntil(() => pair.RoleOf(0) == Role.Active, TimeSpan.FromSeconds(3)));
        pair.CannotStop[0] = true;
        pair.Order(0, new Command.RestartResource("pbx", "asterisk"));
        Assert.True(pair.RunUntil(() => pair.Story.Exists(line => line.Contains("resets itself")), TimeSpan.FromSeconds(6)));
    }

    [Fact]
    public void A_note_that_resources_may_run_is_taken_back_when_the_promotion_does_not_follow()
    {
        var pair = new Pair();
        pair.Boot(0);
        pair.Boot(1);
        Assert.True(pair.RunUntil(() => pair.RoleOf(0) == Role.Active, TimeSpan.FromSeconds(3)));
        pair.Run(TimeSpan.FromSeconds(1));
        var node = pair.Nodes[1]!;
        var disk = node.OnDisk with { Groups = node.OnDisk.Groups.SetItem("pbx", new DurableGroup(node.Groups[0].Vote, true)) };
        pair.Nodes[1] = node with { Groups = [node.Groups[0] with { Held = true }], OnDisk = disk, Asked = disk, LastAsked = disk };
        pair.Run(TimeSpan.FromSeconds(1));
        Assert.False(pair.Nodes[1]!.OnDisk.Groups["pbx"].Held);
        Assert.Equal(Role.Active, pair.RoleOf(0));
    }

    [Fact]
    public void A_promotion_that_has_started_nothing_is_given_up_when_the_peer_is_heard_holding()
    {
        var pair = new Pair();
        pair.Boot(0);
        pair.Boot(1);
        Assert.True(pair.RunUntil(() => pair.RoleOf(0) == Role.Active, TimeSpan.FromSeconds(3)));
        pair.Run(TimeSpan.FromSeconds(1));
        var node = pair.Nodes[1]!;
        pair.Nodes[1] = node with { Groups = [node.Groups[0] with { Role = Role.Activating, Vote = new Vote(9, 1), VoteSpent = true }] };
        pair.Run(TimeSpan.FromMilliseconds(300));
        Assert.Equal(Role.Passive, pair.RoleOf(1));
        Assert.Equal(Role.Active, pair.RoleOf(0));
        Assert.False(pair.Runs(1));
    }
}
