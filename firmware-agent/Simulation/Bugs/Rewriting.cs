using System.Collections.Immutable;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Time;
using Appliance.Simulation.Machines;

namespace Appliance.Simulation.Bugs;

/// <summary>A bug made by changing what goes into Core and what comes out. Core itself stays as it is.</summary>
internal sealed class Rewriting : Decisions
{
    /// <summary>The configuration as the buggy code would use it.</summary>
    public Func<ApplianceConfig, ApplianceConfig>? Config { get; init; }

    /// <summary>The state file as it would be read.</summary>
    public Func<DurableState, DurableState>? Read { get; init; }

    /// <summary>The state as the step would see it.</summary>
    public Func<NodeState, Instant, NodeState>? State { get; init; }

    /// <summary>The event as it would be understood; null: it would be missed.</summary>
    public Func<NodeState, Event, Event?>? Input { get; init; }

    /// <summary>The effect as it would be performed; null: it would be forgotten.</summary>
    public Func<NodeState, Effect, Effect?>? Output { get; init; }

    /// <summary>What the code would believe to be the answer to an effect, at once.</summary>
    public Func<Effect, Event?>? Answer { get; init; }

    /// <summary>Recordings would be taken for news.</summary>
    public bool Gullible { get; init; }

    public override bool BelievesRecordings => Gullible;

    public override NodeState Start(
        ApplianceConfig config, int node, DurableState? durable, string bootId, Instant now, string problem, ulong incarnationFloor) =>
        base.Start(
            Config is null ? config : Config(config),
            node,
            durable is null || Read is null ? durable : Read(durable),
            bootId,
            now,
            problem,
            incarnationFloor);

    public override (NodeState Next, ImmutableArray<Effect> Effects) Step(NodeState state, Event input, Instant now)
    {
        var seen = State is null ? state : State(state, now);
        if ((Input is null ? input : Input(seen, input)) is not { } understood) return (state, []);
        var (next, effects) = base.Step(seen, understood, now);
        var all = ImmutableArray.CreateBuilder<Effect>();
        var believed = new Queue<Event>();
        Take(next, effects, all, believed);
        while (believed.TryDequeue(out var answer))
        {
            (next, effects) = base.Step(next, answer, now);
            Take(next, effects, all, believed);
        }

        return (next, all.ToImmutable());
    }

    private void Take(NodeState state, ImmutableArray<Effect> effects, ImmutableArray<Effect>.Builder all, Queue<Event> believed)
    {
        foreach (var effect in effects)
        {
            if ((Output is null ? effect : Output(state, effect)) is { } performed) all.Add(performed);
            if (Answer?.Invoke(effect) is { } answer) believed.Enqueue(answer);
        }
    }
}
