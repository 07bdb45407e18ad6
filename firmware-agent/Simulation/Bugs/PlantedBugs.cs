using System.Collections.Immutable;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Fences;
using Appliance.Core.Resources;

namespace Appliance.Simulation.Bugs;

/// <summary>All planted bugs. Which rule catches which is in docs/SIMULATION.md, and a test keeps it true.</summary>
public static class PlantedBugs
{
    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new("speaks-before-disk", "acts and speaks before its vote is on disk", _ => new Rewriting { Answer = Written }),
        new(
            "forgets-to-write", "never writes the state file", _ =>
                new Rewriting { Answer = Written, Output = (_, effect) => effect is Effect.Persist ? null : effect }),
        new("forgets-terms", "begins with term 0 after every restart", _ => new Rewriting { Read = WithoutVotes }),
        new(
            "one-link-is-all", "takes silence on the first link for death", _ =>
                new Rewriting { Input = (_, input) => input is Event.Heard { Link: > 0 } ? null : input }),
        new(
            "skips-evidence", "does not ask the LAN who has the address", _ =>
                new Rewriting { Answer = effect => effect is Effect.AskAddress ask ? Nobody(ask) : null }),
        new("ignores-isolation", "does not care whether a reference answers", _ => new Rewriting { State = PingsAnswer }),
        new("believes-recordings", "has no replay window and no freshness", _ => new Rewriting { Gullible = true }),
        new(
            "promotes-without-grant", "takes a silent peer's vote for granted", _ =>
                new Rewriting
                {
                    State = (state, _) => Hearsay.Granted(state),
                    Input = (state, input) => Hearsay.Change(state, input, Hearsay.IsUnable),
                }),
        new(
            "no-look-around", "does not notice that it did not run", _ =>
                new Rewriting { State = (state, now) => state with { LastStep = now } }),
        new("always-fails-back", "moves groups to the first node whenever it can", _ => new Rewriting { Config = FailsBack }),
        new(
            "undoes-orders", "takes back what it was ordered to give away, when it is preferred", _ =>
                new Rewriting
                {
                    State = (state, _) => state with { Groups = [.. state.Groups.Select(group => group with { HandedAt = null })] },
                }),
        new(
            "no-fencing-bound", "does not wait for a peer that resets itself", _ =>
                new Rewriting { Input = (state, input) => Hearsay.Change(state, input, Hearsay.IsReset) }),
        new(
            "promotes-stale-data", "takes every replica for good", _ =>
                new Rewriting { Input = (_, input) =>
                    input is Event.DataChanged change ? change with { Standing = DataStanding.UpToDate } : input }),
        new(
            "writes-on-alone", "lets a primary go on without its peer before the peer has noted that it is old", _ =>
                new Rewriting { State = (state, _) =>
                    state.Groups.Any(group => group.Replica.AskingSince is not null) ? state with { PeerFenced = true } : state }),
        new(
            "any-copy-is-old", "takes a copy that is only not in sync for one that was noted to be old", _ =>
                new Rewriting { Input = (state, input) => Hearsay.Change(state, input, Hearsay.IsOld) }),
        new(
            "winner-stops", "of two servers the one with the later term stops", _ =>
                new Rewriting { Input = (state, input) => Hearsay.Change(state, input, Hearsay.WrongWay) }),
        new(
            "never-yields", "of two servers none stops", _ =>
                new Rewriting { Input = (state, input) => Hearsay.Change(state, input, Hearsay.NeverYields) }),
        new(
            "no-initdead", "takes a peer that has not booted yet for dead", _ =>
                new Rewriting { Config = config =>
                    config with { Heartbeat = config.Heartbeat with { Initdead = config.Heartbeat.Deadtime } } }),
        new("short-deadtime", "takes one late heartbeat for death", _ => new Rewriting { Config = ShortDeadtime }),
        new(
            "stop-lies", "reports resources stopped that run", _ =>
                new Rewriting { Answer = Stopped, Output = (_, effect) => IsStop(effect) ? null : effect }),
        new("no-restart-budget", "restarts for ever", _ => new Rewriting { Config = RestartsForever }),
        new(
            "no-fence", "does not reset a machine whose resource will not stop", _ =>
                new Rewriting { Output = (_, effect) => effect is Effect.FenceSelf ? null : effect }),
        new(
            "skips-witness", "takes the witness' agreement for granted", _ =>
                new Rewriting { Input = Hearsay.WitnessAgrees }),
        new(
            "leaves-early", "says goodbye before its resources are stopped", _ =>
                new Rewriting { State = (state, _) => state.Stopping ? LetGo(state) : state }),
        new(
            "fence-order-is-off", "takes the order to a fence device for its deed", _ =>
                new Rewriting
                {
                    Answer = effect => effect is Effect.FencePeer shot ? Confirmed(state: null, shot) : null,
                    Output = (_, effect) => effect is Effect.FencePeer ? null : effect,
                }) { NeedsFences = true },
        new(
            "failed-fence-is-off", "takes a fence device that failed for one that confirmed", _ =>
                new Rewriting
                {
                    Input = (state, input) => input is Event.FenceAnswered { Outcome: FenceOutcome.Failed } answer
                        ? Confirmed(state, new Effect.FencePeer(answer.Token, "")) : input,
                }) { NeedsFences = true },
        new(
            "fences-late-peers", "takes one late heartbeat for death, and fences", _ =>
                new Rewriting { Config = ShortDeadtime }) { NeedsFences = true },
        new(
            "fences-when-cut-off", "fences without a reference that answers", _ =>
                new Rewriting { State = PingsAnswer }) { NeedsFences = true },
        new(
            "no-fence-delay", "does not leave the first shot to the node that serves", _ =>
                new Rewriting
                {
                    Config = config => config with { Policy = config.Policy with { FenceDelay = TimeSpan.Zero } },
                }) { NeedsFences = true },
    ];

    public static PlantedBug? Find(string name) => All.FirstOrDefault(bug => bug.Name == name);

    private static Event.Persisted? Written(Effect effect) =>
        effect is Effect.Persist persist ? new Event.Persisted(persist.Serial, null) : null;

    private static Event.FenceAnswered Confirmed(NodeState? state, Effect.FencePeer shot) =>
        new(shot.Token, Site.FenceName(state?.PeerNode ?? 0), FenceOutcome.Confirmed, "");

    private static Event.AddressAnswered Nobody(Effect.AskAddress ask) => new(ask.Group, ask.Token, AddressAnswer.Nobody, "");

    private static DurableState WithoutVotes(DurableState durable) =>
        durable with { Groups = durable.Groups.ToImmutableSortedDictionary(
            pair => pair.Key, pair => pair.Value with { Vote = Vote.None }) };

    private static NodeState PingsAnswer(NodeState state, Core.Time.Instant now) =>
        state with { PingsAt = [.. state.PingsAt.Select(_ => (Core.Time.Instant?)now)] };

    private static ApplianceConfig FailsBack(ApplianceConfig config) => config with
    {
        Groups = [.. config.Groups.Select(
            group => group with { Preferred = 0, Failback = new FailbackConfig.After(TimeSpan.FromSeconds(1)) })],
    };

    private static ApplianceConfig ShortDeadtime(ApplianceConfig config)
    {
        var deadtime = config.Heartbeat.Keepalive * 1.5;
        return config with { Heartbeat = config.Heartbeat with { Deadtime = deadtime, Warntime = deadtime * 0.9 } };
    }

    private static ApplianceConfig RestartsForever(ApplianceConfig config) =>
        config with { Groups = [.. config.Groups.Select(RestartsForever)] };

    private static GroupConfig RestartsForever(GroupConfig group) => group with
    {
        Resources = [.. group.Resources.Select(
            resource => resource with { Restarts = resource.Restarts with { Max = 100_000, Delay = TimeSpan.Zero } })],
    };

    private static bool IsStop(Effect effect) =>
        effect is Effect.Resource { What: ResourceEffect.Run { Operation: Operation.Stop or Operation.Kill } };

    private static Event.Resource? Stopped(Effect effect) =>
        effect is Effect.Resource { What: ResourceEffect.Run run } resource && IsStop(effect)
            ? new Event.Resource(resource.Group, new ResourceEvent.Done(run.Id, run.Resource, run.Operation, Outcome.Success, ""))
            : null;

    private static NodeState LetGo(NodeState state) =>
        state with { Groups = [.. state.Groups.Select(group => group with { Role = Role.Passive })] };
}
