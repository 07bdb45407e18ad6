using Appliance.Core;
using Appliance.Core.Cluster;

namespace Appliance.Agent.Decision;

/// <summary>Where each kind of effect goes. Straight-line; everything behind it returns at once.</summary>
public sealed class EffectPerformer
{
    /// <summary>Writes the durable state.</summary>
    public required Action<Effect.Persist> Persist { get; init; }

    /// <summary>Makes the heartbeat thread speak before its keepalive.</summary>
    public required Action SpeakNow { get; init; }

    public required Action<Effect.AskAddress> AskAddress { get; init; }

    /// <summary>Announces a group's addresses again.</summary>
    public required Action<int> Reannounce { get; init; }

    public required Action<Effect.Resource> Resource { get; init; }

    /// <summary>Passes an order to a group's replica.</summary>
    public required Action<Effect.OrderReplica> OrderReplica { get; init; }

    public required Action<Report> Tell { get; init; }

    /// <summary>Resets the machine; does not return on a real one.</summary>
    public required Action<string> FenceSelf { get; init; }

    /// <summary>Switches the peer off.</summary>
    public required Action<Effect.FencePeer> FencePeer { get; init; }

    /// <summary>Switches the peer on again.</summary>
    public required Action<Effect.RestorePeer> RestorePeer { get; init; }

    /// <summary>Says goodbye on all links; the argument tells whether resources stay.</summary>
    public required Action<bool> Leave { get; init; }

    /// <summary>Performs one effect; false ends the decision loop.</summary>
    public bool Perform(NodeState state, Effect effect)
    {
        switch (effect)
        {
            case Effect.Persist persist: Persist(persist); return true;
            case Effect.SpeakNow: SpeakNow(); return true;
            case Effect.AskAddress ask: AskAddress(ask); return true;
            case Effect.Reannounce again: Reannounce(again.Group); return true;
            case Effect.Resource resource: Resource(resource); return true;
            case Effect.OrderReplica order: OrderReplica(order); return true;
            case Effect.Tell tell: Tell(tell.Report); return true;
            case Effect.FenceSelf fence: FenceSelf(fence.Reason); return true;
            case Effect.FencePeer shot: FencePeer(shot); return true;
            case Effect.RestorePeer restore: RestorePeer(restore); return true;
            case Effect.Leave leave: Leave(leave.ResourcesStay); return false;
            default: throw new InvariantException($"effect {effect} of {state.NodeName} is not handled");
        }
    }
}
