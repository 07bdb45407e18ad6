using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Time;

namespace Appliance.Core.Fences;

/// <summary>Carries out what <see cref="FenceDecision"/> chose, and what follows from a device's answer and from time.</summary>
internal static class FenceOrders
{
    /// <summary>What the shell may need beyond the devices' own timeouts.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>A device keeps the peer off since an earlier run of the agent: it lets go after its whole <c>hold</c>, counted anew, for
    /// how
    /// much of it has passed nobody knows. Until then the peer counts as any that was not heard yet.</summary>
    /// <param name="device">From the durable state; empty: none does.</param>
    public static FenceState AtStart(ApplianceConfig config, int node, string device, Instant now) => device.Length == 0 ? FenceState.None
        : new FenceState { Device = device, PowerBackAt = now + HoldOf(config, 1 - node, device) };

    /// <summary>Gives the order.</summary>
    public static void Ask(Turn turn, string why)
    {
        var token = turn.State.Token + 1;
        var fence = turn.State.Fence with { Token = token, AskedAt = turn.Now, PowerBackAt = null };
        turn.State = turn.State with { Token = token, Fence = fence };
        if (fence.Failures == 0) turn.Tell(ReportKind.Fence, $"fencing {turn.State.PeerName}: {why}");
        turn.Do(new Effect.FencePeer(token, why));
    }

    /// <summary>The devices were tried.</summary>
    public static void Answer(Turn turn, Event.FenceAnswered answer)
    {
        if (answer.Token == 0 || answer.Token != turn.State.Fence.Token) return;
        if (answer.Outcome == FenceOutcome.Failed) Fail(turn, answer.Words);
        else Confirm(turn, answer.Device);
    }

    /// <summary>A device, or a person, says that the peer is off.</summary>
    public static void Confirm(Turn turn, string device)
    {
        var hold = HoldOf(turn.State.Config, turn.State.PeerNode, device);
        turn.State = turn.State with
        {
            // Words that arrived in the last moments were said before it was off; its silence will show.
            PeerFenced = !turn.State.Peer.Alive,
            Fence = new FenceState { Device = device, PowerBackAt = hold > TimeSpan.Zero ? turn.Now + hold : null },
        };
        turn.Tell(ReportKind.Fence, $"{turn.State.PeerName} is off, says {device}");
    }

    /// <summary>Lets time pass: an order that nobody answers has failed; a peer that was off long enough is switched on again.</summary>
    public static void Pass(Turn turn)
    {
        var fence = turn.State.Fence;
        if (fence.Token != 0 && turn.Now - fence.AskedAt >= Bound(turn.State)) Fail(turn, "the fence devices do not answer");
        if (fence.PowerBackAt is not { } at || turn.Now < at) return;
        // From the moment the order goes out it must not count as off any more.
        turn.State = turn.State with
        {
            PeerFenced = false,
            Fence = fence with { PowerBackAt = null, PoweredAt = turn.State.Peer.Alive ? null : turn.Now },
        };
        turn.Tell(ReportKind.Fence, $"{turn.State.PeerName} was off long enough: switching it on again");
        turn.Do(new Effect.RestorePeer(fence.Device));
    }

    private static void Fail(Turn turn, string words)
    {
        var fence = turn.State.Fence;
        var failures = fence.Failures + 1;
        if (words != fence.Words)
            turn.Tell(ReportKind.Alarm,
                $"{turn.State.PeerName} cannot be confirmed off: {words}; nothing is taken over from it meanwhile. Mend the fence device, "
                    + $"or switch the node off by hand and say so: appliance fence confirm {turn.State.PeerName}");
        turn.State = turn.State with
        {
            Fence = fence with { Token = 0, Failures = failures, Words = words, NotBefore = turn.Now + FenceDecision.Pause(failures) },
        };
    }

    /// <summary>Zero: none, or a device that the file does not name any more.</summary>
    private static TimeSpan HoldOf(ApplianceConfig config, int node, string device) =>
        config.FencesOf(node).FirstOrDefault(fence => fence.Name == device)?.Hold ?? TimeSpan.Zero;

    private static TimeSpan Bound(NodeState state) =>
        state.Config.FencesOf(state.PeerNode).Aggregate(Grace, (sum, fence) => sum + fence.Timeout);
}
