using System.Collections.Immutable;
using Appliance.Core.Configuration;
using Appliance.Core.Fences;
using Appliance.Core.Resources;
using Appliance.Core.Time;

namespace Appliance.Core.Cluster;

/// <summary>
/// Decides everything a node does. No clock, socket, file or thread: the same inputs give the same outputs.
/// The shell calls <see cref="Start"/> once, makes its <see cref="NodeState.Asked"/> durable before it speaks, and then <see cref="Step"/>
/// for every event and at the latest every keepalive; it performs the effects in order and feeds completions back as events.
/// </summary>
public static class NodeMachine
{
    //            Heard, WitnessHeard, PingAnswered, LinkUsable            Resource, AddressAnswered, Persisted
    //                               │                                                 │
    //   gap? ──▶ learn (Senses) ──▶ judge the silence ──▶ each group: Election | Tenure ──▶ goals of resources ──▶ persist ──▶ speak

    /// <summary>A group needs few moves in a step; more would be a loop of ours.</summary>
    private const int MovesMax = 8;

    /// <summary>The first state of a run of the agent.</summary>
    /// <param name="config">The valid configuration.</param>
    /// <param name="node">Own number.</param>
    /// <param name="durable">What the state file held; null: there was none.</param>
    /// <param name="bootId">The kernel's boot id.</param>
    /// <param name="now">The boot clock.</param>
    /// <param name="problem">Why the state file could not be read; empty: it could. With a problem the node never promotes.</param>
    /// <param name="incarnationFloor">Lower bound of the incarnation (wall-clock seconds), for a node whose state was lost.</param>
    public static NodeState Start(
        ApplianceConfig config, int node, DurableState? durable, string bootId, Instant now, string problem = "",
            ulong incarnationFloor = 0)
    {
        var known = durable ?? new DurableState("", 0, 0, false, 0, ImmutableSortedDictionary<string, DurableGroup>.Empty);
        var sameBoot = known.BootId == bootId;
        var asked = known with { BootId = bootId, Incarnation = Math.Max(known.Incarnation + 1, incarnationFloor),
            Groups = Kept(known, sameBoot) };
        return new NodeState
        {
            Config = config,
            Node = node,
            StartedAt = now,
            LastStep = now,
            DeafUntil = now,
            Revalidating = true,
            Peer = PeerLiveness.Start(config.Links.Length),
            PingsAt = [.. config.Pings.Select(_ => (Instant?)null)],
            Standby = known.Standby,
            MaintenanceUntil = known.MaintenanceLeft > 0 ? now + TimeSpan.FromSeconds(known.MaintenanceLeft) : null,
            Groups = [.. config.Groups.Select((group, number) => GroupAtStart(
                group, number, asked, IsCleanBoot(durable, bootId), now, ReplicaAtStart(config, group)))],
            Fence = FenceOrders.AtStart(config, node, known.KeptOffBy, now),
            OnDisk = asked,
            Asked = asked,
            LastAsked = asked,
            StorageProblem = problem,
            StorageCorrupt = problem.Length > 0,
        };
    }

    // After a reboot nothing of ours runs any more, whatever the file says.
    private static ImmutableSortedDictionary<string, DurableGroup> Kept(DurableState known, bool sameBoot) =>
        known.Groups.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value with { Held = pair.Value.Held && sameBoot });

    /// <summary>
    /// The machine was booted since the file was written: nothing of ours can run. Else something may although the file does not say so
    /// (it was removed,
    /// or the note was under way when the agent died), and the peer must not start beside it while it is being stopped.
    /// </summary>
    private static bool IsCleanBoot(DurableState? durable, string bootId) => durable is not null && durable.BootId != bootId;

    private static GroupState GroupAtStart(
        GroupConfig group, int number, DurableState durable, bool clean, Instant now, ReplicaState replica)
    {
        var kept = durable.Groups.TryGetValue(group.Name, out var found) ? found : new DurableGroup(Vote.None, false);
        return new GroupState
        {
            Name = group.Name,
            Role = kept.Held ? Role.Activating : clean ? Role.Passive : Role.Deactivating,
            Adopting = kept.Held,
            Why = kept.Held ? "the agent was restarted and takes back what it ran"
                : clean ? "the agent has just started"
                : "the agent has just started and makes sure that nothing of the group runs",
            Since = now,
            Vote = kept.Vote,
            Held = kept.Held,
            Resources = GroupResourcesState.Start(group, number, now),
            Data = replica.Configured ? DataStanding.Unknown : DataStanding.None,
            Replica = replica,
        };
    }

    private static ReplicaState ReplicaAtStart(ApplianceConfig config, GroupConfig group) =>
        config.ReplicaOf(group) is { } replica ? new ReplicaState { Configured = true, WaitForPeer = replica.WaitForPeer }
            : ReplicaState.None;

    /// <summary>One event in, the next state and the effects in duty order out.</summary>
    public static (NodeState Next, ImmutableArray<Effect> Effects) Step(NodeState state, Event input, Instant now)
    {
        if (state.Left) return (state, []);
        Invariant.Check(now >= state.LastStep);
        var turn = new Turn(state, now);
        var spoken = Speech.Facts(state);
        if (Senses.NoticeGap(turn)) Freeze(turn);
        Senses.Learn(turn, input);
        Senses.Judge(turn);
        var wasDue = TickDue(turn, input);
        if (!wasDue && IsCopy(state, turn.State, input))
        {
            turn.State = turn.State with { LastStep = now };
            return (turn.State, turn.Effects);
        }

        for (var number = 0; number < turn.State.Groups.Length; number++)
        {
            PeerFencing.Update(turn, number);
            Settle(turn, number);
        }

        Storage.Persist(turn);
        Finish(turn);
        turn.State = turn.State with { LastStep = now };
        if (!Speech.Same(spoken, Speech.Facts(turn.State))) turn.Do(new Effect.SpeakNow());
        return (turn.State, turn.Effects);
    }

    /// <summary>
    /// Lets the resources see that a deadline of theirs has passed, whatever event brought us here: heartbeats arrive so often that the
    /// shell may never find the time for a tick.
    /// </summary>
    private static bool TickDue(Turn turn, Event input)
    {
        if (input is Event.Tick) return true;
        var any = false;
        for (var number = 0; number < turn.State.Groups.Length; number++)
        {
            if (GroupResources.NextDeadline(turn.Group(number).Resources) is not { } due || turn.Now < due) continue;
            turn.Feed(number, new ResourceEvent.Tick());
            any = true;
        }

        return any;
    }

    /// <summary>
    /// What another link brought already, while nothing that a decision looks at has changed: two of three heartbeats on three links.
    /// They show that their link works; deciding again would give the same.
    /// </summary>
    private static bool IsCopy(NodeState before, NodeState after, Event input) =>
        input is Event.Heard && before.Peer.Known && after.Peer.State == before.Peer.State && after.Revalidating == before.Revalidating
        && after.DeafUntil == before.DeafUntil && after.MaintenanceUntil == before.MaintenanceUntil
        && after.PeerFenced == before.PeerFenced && after.PeerMaintenanceUntil is null == before.PeerMaintenanceUntil is null
        && after.Peer.Last.Incarnation == before.Peer.Last.Incarnation && after.Peer.Last.Sequence == before.Peer.Last.Sequence;

    /// <summary>What this node says now; the transport adds sender, sequence, time, echo and the links it hears.</summary>
    public static Heartbeat Facts(NodeState state) => Speech.Facts(state);

    /// <summary>The latest moment of the next step.</summary>
    public static Instant NextDeadline(NodeState state) => Deadlines.Next(state);

    /// <summary>Why a command would be refused, in words; null: it would be carried out. Asked before the command is fed as an
    /// event.</summary>
    public static string? Refusal(NodeState state, Command command) => Orders.Refusal(state, command);

    /// <summary>Hands off first: a back-off that ended during the gap must not start anything before we have looked around (rule
    /// 6).</summary>
    private static void Freeze(Turn turn)
    {
        for (var number = 0; number < turn.State.Groups.Length; number++) Goals.Apply(turn, number);
    }

    private static void Settle(Turn turn, int number)
    {
        for (var count = 0; ; count++)
        {
            Invariant.Check(count < MovesMax);
            Clocks.Update(turn, number);
            Wishes.Update(turn, number);
            Goals.Apply(turn, number);
            if (!Moves.Apply(turn, number, Choose(turn.Situation(number)))) return;
        }
    }

    private static Move Choose(in Situation now)
    {
        var (condition, reason) = GroupResources.Condition(now.Group.Resources);
        if (now.Node.Timing.LinuxHa) return Ruled.Decide(now, condition, reason);
        return now.Group.Role switch
        {
            Role.Passive or Role.Failed => Election.AskEarly(now) ? new Move.Ask("") : Election.Decide(now),
            Role.Activating or Role.Active => Tenure.Decide(now, condition, reason),
            Role.Deactivating => Tenure.DecideStop(condition, reason),
            _ => new Move.Stay("resetting this machine"),
        };
    }

    /// <summary>An agent that was asked to end goes when nothing of it runs and everything is written.</summary>
    private static void Finish(Turn turn)
    {
        var state = turn.State;
        if (!state.Stopping || state.Left || state.OnDisk != state.Asked && state.StorageProblem.Length == 0) return;
        if (state.Groups.Any(group => group.Role.Holds())) return;
        turn.State = state with { Left = true };
        turn.Do(new Effect.Leave(ResourcesStay: false));
    }
}
