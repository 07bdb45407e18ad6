using System.Collections.Immutable;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.LinuxHa;
using Appliance.Core.Resources;
using Appliance.Core.Tests.Cluster;
using Appliance.Core.Time;

namespace Appliance.Core.Tests.LinuxHa;

/// <summary>The groups of a node follow what the pair has come to in Heartbeat's protocol, and keep what is durable before they
/// act.</summary>
public class RuledGroupTests
{
    private static readonly ApplianceConfig Config = Example.Config(pings: false, address: false, preferred: 1) with
    {
        Heartbeat = Example.Config().Heartbeat with { LinuxHa = true, Authkeys = "/a" },
    };

    private readonly List<Effect> _effects = [];
    private NodeState _state = null!;
    private Instant _now = Instant.FromMilliseconds(60_000);
    private ulong _serial;
    private bool _isRunning;

    public RuledGroupTests() =>
        Start(new DurableState("old", 5, 0, false, 0, ImmutableSortedDictionary<string, DurableGroup>.Empty));

    [Fact]
    public void Nothing_starts_before_it_is_granted_and_noted_on_the_disk()
    {
        Pass(10_000);
        Assert.Equal(Role.Passive, Group.Role);
        Decide(granted: true);
        Assert.Equal(Role.Passive, Group.Role);
        Assert.True(Persisted.Groups["pbx"].Held);
        Assert.Empty(Runs(Operation.Start));
        Write();
        Assert.Equal(Role.Activating, Group.Role);
        Answer(Operation.Start);
        Assert.Equal(Role.Active, Group.Role);
    }

    [Fact]
    public void What_is_taken_away_is_stopped_and_the_standing_says_so_only_then()
    {
        Serve();
        Decide(granted: false);
        Assert.Equal(Role.Deactivating, Group.Role);
        var standing = HaTranslation.Standing(_state);
        Assert.Equal((_serial, false), (standing.Serial, standing.Local.IsStopped));
        Answer(Operation.Stop);
        Assert.False(HaTranslation.Standing(_state).Local.IsStopped);
        Write();
        Assert.True(HaTranslation.Standing(_state).Local.IsStopped);
        Assert.Equal(Role.Passive, Group.Role);
    }

    [Fact]
    public void A_grant_that_is_withdrawn_while_its_note_is_written_starts_nothing()
    {
        Decide(granted: true);
        Assert.False(HaTranslation.Standing(_state).Local.IsStopped);
        Decide(granted: false);
        Write();
        Write();
        Assert.Empty(Runs(Operation.Start));
        Assert.True(HaTranslation.Standing(_state).Local.IsStopped);
        Assert.False(Persisted.Groups["pbx"].Held);
    }

    [Fact]
    public void What_ran_before_the_agents_restart_is_left_alone_until_it_is_decided()
    {
        var groups = ImmutableSortedDictionary<string, DurableGroup>.Empty.Add("pbx", new DurableGroup(new Vote(3, 1), true));
        _isRunning = true;
        Start(new DurableState("boot", 5, 0, false, 0, groups));
        Assert.Equal(Holding.Local, HaTranslation.Running(_state));
        Pass(60_000);
        Assert.Empty(_effects.OfType<Effect.Resource>());
        Decide(granted: true);
        Assert.Equal(Role.Active, Group.Role);
        Assert.Empty(Runs(Operation.Start));
        Assert.Empty(Runs(Operation.Stop));
    }

    [Fact]
    public void A_group_that_failed_here_stops_and_is_offered_to_a_ready_node()
    {
        Serve();
        for (var round = 0; round < 4 && Group.FailedUntil is null; round++)
        {
            Feed(new Event.Resource(0, new ResourceEvent.Failed("asterisk", "it died")));
            Answer(Operation.Stop);
            Pass(2000);
            Answer(Operation.Start);
        }

        Assert.True(HaTranslation.Standing(_state).Local.IsFailed);
        Assert.False(HaTranslation.Standing(_state).Local.IsFit);
        Assert.Equal(Role.Failed, Group.Role);
    }

    [Fact]
    public void Orders_of_an_operator_reach_the_negotiation()
    {
        Serve();
        Feed(new Event.Commanded(new Command.Standby()));
        Assert.True(HaTranslation.Standing(_state).Standby);
        Assert.Equal(Role.Active, Group.Role);
        Feed(new Event.Commanded(new Command.Online()));
        Feed(new Event.Commanded(new Command.Switchover("pbx")));
        Assert.True(HaTranslation.Standing(_state).Local.IsWished);
        Feed(new Event.Commanded(new Command.Stop(KeepResources: false)));
        Assert.True(HaTranslation.Standing(_state).Stopping);
        Assert.Equal(Role.Deactivating, Group.Role);
    }

    [Fact]
    public void What_the_other_node_took_is_voted_for_it_so_that_our_own_protocol_goes_on_there()
    {
        Serve();
        var ours = Group.Vote;
        Decide(granted: false, peerHolds: true);
        Answer(Operation.Stop);
        Write();
        Write();
        Assert.Equal((byte)0, Group.Vote.Node);
        Assert.True(Group.Vote > ours && !Persisted.Groups["pbx"].Held);
        Decide(granted: true);
        Write();
        Assert.Equal((Role.Activating, (byte)1), (Group.Role, Group.Vote.Node));
    }

    [Fact]
    public void The_other_node_is_shown_as_it_was_heard()
    {
        Decide(granted: false, peerHolds: true, peer: PeerState.Late);
        Pass(30_000);
        Assert.Equal(PeerState.Late, _state.Peer.State);
        Assert.Equal(Role.Active, new Situation(_state, 0, _now).PeerFacts.Role);
        Assert.Equal("pbx-a serves", Group.Why);
    }

    [Fact]
    public void The_explanation_promises_only_what_heartbeats_rules_do()
    {
        Decide(granted: false, peerHolds: true);
        var explained = Explanation.Of(new Situation(_state, 0, _now));
        Assert.Equal("pbx-a", explained.ServedBy);
        Assert.Contains(explained.Next, line => line.Contains("pbx-b takes over", StringComparison.Ordinal));
        Assert.DoesNotContain(explained.Next, line => line.Contains("answers for the service address", StringComparison.Ordinal));
        Decide(granted: false);
        Assert.Contains("nobody serves it: the test says so", Explanation.Of(new Situation(_state, 0, _now)).Next);
    }

    private GroupState Group => _state.Groups[0];

    private DurableState Persisted => _effects.OfType<Effect.Persist>().Last().State;

    /// <summary>A node that has made sure that nothing runs, if it had to.</summary>
    private void Start(DurableState durable)
    {
        _effects.Clear();
        _state = NodeMachine.Start(Config, 1, durable, "boot", _now);
        Feed(new Event.Tick());
        if (Runs(Operation.Stop).Any()) Answer(Operation.Stop);
        _effects.RemoveAll(effect => effect is Effect.Resource);
    }

    private void Decide(bool granted, bool peerHolds = false, PeerState peer = PeerState.Up) => Feed(new Event.PairDecided(new RuledPair(
        ++_serial, true, [granted], [peerHolds], peer, PeerReady: true,
        PeerIsAppliance: false, _now, [_now], 9, "the test says so")));

    private void Serve()
    {
        Decide(granted: true);
        Write();
        Answer(Operation.Start);
        Write();
        Assert.Equal(Role.Active, Group.Role);
    }

    private void Pass(int milliseconds)
    {
        for (var at = 0; at < milliseconds; at += 100)
        {
            _now += TimeSpan.FromMilliseconds(100);
            Feed(new Event.Tick());
        }
    }

    /// <summary>The newest write is on the disk.</summary>
    private void Write() => Feed(new Event.Persisted(_effects.OfType<Effect.Persist>().Last().Serial, null));

    private IEnumerable<ResourceEffect.Run> Runs(Operation operation) => _effects.OfType<Effect.Resource>()
        .Select(effect => effect.What).OfType<ResourceEffect.Run>().Where(run => run.Operation == operation);

    private void Answer(Operation operation)
    {
        var run = Runs(operation).Last();
        Feed(new Event.Resource(0, new ResourceEvent.Done(run.Id, run.Resource, operation, Outcome.Success, "done")));
    }

    private void Feed(Event happened)
    {
        var (next, effects) = NodeMachine.Step(_state, happened, _now);
        _state = next;
        _effects.AddRange(effects);
        // What the agent finds when it asks at its start whether something runs.
        foreach (var run in effects.OfType<Effect.Resource>().Select(effect => effect.What).OfType<ResourceEffect.Run>())
            if (run.Operation == Operation.Monitor)
                Feed(new Event.Resource(0, new ResourceEvent.Done(
                    run.Id, run.Resource, run.Operation, _isRunning ? Outcome.Success : Outcome.NotRunning, "found so")));
    }
}
