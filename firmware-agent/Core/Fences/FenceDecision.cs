using Appliance.Core.Cluster;
using Appliance.Core.Time;

namespace Appliance.Core.Fences;

/// <summary>
/// Whether the peer is switched off before this node serves in its place. Only a suspicion is fenced: a node that was heard since this
/// agent started, and is silent on all links for deadtime.
/// </summary>
public static class FenceDecision
{
    //   peer silent for deadtime, a device is configured for it, it was heard since we started
    //     │
    //     ├─ we would not serve (standby, stopping, failed, data, maintenance) ──▶ nobody is fenced
    //     ├─ neither reference nor witness answers ──▶ nobody is fenced: we may be the one that is cut off
    //     ├─ it said that it resets itself ──▶ wait for its bound
    //     ├─ a witness answers ──▶ only with its vote
    //     ├─ the peer may be aiming at us too ──▶ the node that serves has the first shot; the other one waits fence-delay
    //     ▼
    //   FencePeer ──failed──▶ alarm, pause (2 s … 15 s), again; no promotion
    //     │ a device says off
    //     ▼
    //   PeerFenced ──▶ promotion without the question for the address ──hold is over──▶ the peer is switched on again; it is
    //                                                                    given initdead, and is not fenced again before it was heard

    /// <summary>Pause after the first failure; it doubles.</summary>
    private static readonly TimeSpan PauseMin = TimeSpan.FromSeconds(2);

    /// <summary>Longest pause: a device that works again is used soon.</summary>
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(15);

    /// <summary>The peer is suspected and can be fenced: it is dead only when a device says so.</summary>
    public static bool Applies(in Situation now) =>
        HasDevice(now) && now.Peer.State == PeerState.Dead && !now.Node.PeerFenced
        // A node that was never heard may be booting; shooting at it would be a circle of two nodes that never get up. One that was heard
        // and never answered us may hear nothing, and serve: it counts as heard.
        && now.Peer.Known && now.Node.Fence.PoweredAt is null;

    /// <summary>Why this node would not serve even if the peer were off; empty: it would.</summary>
    public static string Obstacle(in Situation now) =>
        Fitness.Obstacle(new Situation(now.Node with { PeerFenced = true }, now.Number, now.Now));

    /// <summary>The peer must be off before we promote: shoot, or what is waited for.</summary>
    public static Move Shoot(in Situation now)
    {
        var silence = now.Now - Instant.Later(now.Peer.HeardAt ?? now.Node.StartedAt, now.Node.DeafUntil);
        var left = now.Node.Timing.Deadtime + Delay(now) - silence;
        if (left > TimeSpan.Zero)
            return new Move.Stay($"{now.Node.PeerName} is silent and will be fenced in {left.TotalSeconds:0.0} s: if it serves, it has the "
                + "first shot");
        return Aim(now, $"silent on all links for {now.Node.Timing.Deadtime.TotalMilliseconds:0} ms");
    }

    /// <summary>A serving node keeps its silent peer from taking over beside it; null: not now.</summary>
    public static Move.FencePeer? Defend(in Situation now)
    {
        // With a witness the peer cannot win: the witness hears that we serve.
        if (!Applies(now) || now.ReferencesSilent || now.WitnessHeard || Election.FencingBound(now) is not null) return null;
        // Recordings played back make nobody a suspect while nothing is to be taken over.
        if (!now.Peer.Proven || now.Node.Standby || now.Node.Stopping) return null;
        return Shoot(now) as Move.FencePeer;
    }

    /// <summary>Rule 8: the peer announced its reset, its bound has passed, and it still speaks; null: not yet, or no device.</summary>
    public static Move? Overdue(in Situation now)
    {
        if (!HasDevice(now) || now.Group.PeerFencingSince is not { } since || now.ReferencesSilent) return null;
        if (now.Now - since < now.Node.Config.Policy.StopFailureBound || Obstacle(now).Length > 0) return null;
        return Aim(now, "it announced its reset and is still there");
    }

    /// <summary>How long to wait after this many failures.</summary>
    public static TimeSpan Pause(int failures)
    {
        var pause = PauseMin * Math.Pow(2, Math.Min(failures - 1, 8));
        return pause < PauseMax ? pause : PauseMax;
    }

    private static bool HasDevice(in Situation now)
    {
        foreach (var fence in now.Node.Config.Fences)
            if (fence.Node == now.Them) return true;
        return false;
    }

    /// <summary>
    /// Two nodes that lose each other may both aim. The one that serves while the other does not shoots at once; else node 0 does. The
    /// other one waits. A witness has already chosen.
    /// </summary>
    private static TimeSpan Delay(in Situation now)
    {
        if (now.WitnessHeard) return TimeSpan.Zero;
        var (holds, theyHeld) = (false, false);
        foreach (var group in now.Node.Groups) holds |= group.Role.Holds();
        for (var number = 0; number < now.Peer.Last.GroupCount; number++) theyHeld |= now.Peer.Last.Groups[number].Role.Holds();
        var isFirst = holds == theyHeld ? now.Me == 0 : holds;
        return isFirst ? TimeSpan.Zero : now.Node.Config.Policy.FenceDelay;
    }

    private static Move Aim(in Situation now, string why)
    {
        var fence = now.Node.Fence;
        if (fence.Token != 0) return new Move.Stay($"switching {now.Node.PeerName} off");
        return now.Now >= fence.NotBefore ? new Move.FencePeer(why)
            : new Move.Stay($"{now.Node.PeerName} cannot be confirmed off ({fence.Words}); trying again. If you have switched it off "
                + $"by hand: appliance fence confirm {now.Node.PeerName}");
    }
}
