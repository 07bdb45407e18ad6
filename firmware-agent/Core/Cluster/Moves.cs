using Appliance.Core.Resources;

namespace Appliance.Core.Cluster;

/// <summary>Carries out what Election and Tenure chose. Straight-line work; no decisions.</summary>
internal static class Moves
{
    /// <summary>Applies a move; false when nothing changed and the group is settled.</summary>
    public static bool Apply(Turn turn, int number, Move move)
    {
        var group = turn.Group(number);
        switch (move)
        {
            case Move.Stay stay:
                Unhold(turn, number);
                if (stay.Why.Length > 0 && stay.Why != group.Why) turn.Set(number, turn.Group(number) with { Why = stay.Why });
                return false;
            case Move.Cast cast:
                return Cast(turn, number, cast);
            case Move.Ask ask:
                return Ask(turn, number, ask);
            case Move.Promote promote:
                turn.Set(number, group with { VoteSpent = true, Adopting = false, Wish = Wish.None, WishUntil = null });
                Storage.Ask(turn, number, group.Vote, held: true);
                turn.Become(number, Role.Activating, promote.Why);
                return true;
            case Move.Serve:
                turn.Set(number, group with { Adopting = false, FailedUntil = null });
                turn.Become(number, Role.Active, group.Adopting ? "took back what was running" : "all resources are started");
                return true;
            case Move.Release release:
                turn.Set(number, group with { HandOver = release.HandOver, Wish = Wish.None, WishUntil = null, Adopting = false });
                turn.Become(number, Role.Deactivating, release.Why);
                return true;
            case Move.Fail fail:
                return Fail(turn, number, fail);
            case Move.Retry retry:
                return Retry(turn, number, retry);
            case Move.Rest:
                return Rest(turn, number);
            case Move.FencePeer shot:
                Fences.FenceOrders.Ask(turn, shot.Why);
                return true;
            case Move.Fence fence:
                turn.Become(number, Role.Fencing, fence.Why);
                turn.Do(new Effect.SpeakNow());
                turn.Do(new Effect.FenceSelf($"group {group.Name}: {fence.Why}"));
                return false;
            default:
                throw new InvariantException($"{move} is not handled");
        }
    }

    /// <summary>
    /// A vote may be written together with the note that resources may run, to save a write in a failover. When the promotion does not
    /// follow, the note must go: an agent restarted with it would take itself for the server and the real one would yield.
    /// </summary>
    private static void Unhold(Turn turn, int number)
    {
        var group = turn.Group(number);
        if (!group.Held || group.Role.Holds()) return;
        if (turn.State.StorageProblem.Length > 0 || turn.Situation(number).Writing) return;
        Storage.Ask(turn, number, group.Vote, held: false);
    }

    private static bool Cast(Turn turn, int number, Move.Cast cast)
    {
        var group = turn.Group(number);
        if (turn.State.StorageProblem.Length > 0 || turn.Situation(number).Writing) return false;
        Invariant.Check(cast.Vote > group.Vote);
        turn.Set(number, group with { Why = cast.Why });
        Storage.Ask(turn, number, cast.Vote, cast.Held || group.Held && group.Role.Holds());
        return false;
    }

    private static bool Ask(Turn turn, int number, Move.Ask ask)
    {
        var group = turn.Group(number);
        var token = turn.State.Token + 1;
        turn.State = turn.State with { Token = token };
        turn.Set(number, group with { Evidence = new Evidence(token, turn.Now, null, ""), Why = ask.Why.Length > 0 ? ask.Why : group.Why });
        turn.Do(new Effect.AskAddress(number, token));
        return false;
    }

    private static bool Fail(Turn turn, int number, Move.Fail fail)
    {
        var window = turn.State.Config.Groups[number].Resources.Max(resource => resource.Restarts.Within);
        turn.Set(
            number, turn.Group(number) with { FailedUntil = turn.Now + window, FailedAt = turn.Now, FailedWhy = fail.Why, Why = fail.Why });
        var what = fail.HandOver ? $"moving to {turn.State.PeerName}" : "no other node can take it; trying again here";
        turn.Tell(ReportKind.Alarm, $"group failed on this node: {fail.Why}; {what}", turn.Group(number).Name);
        if (!fail.HandOver) return false;
        turn.Set(number, turn.Group(number) with { HandOver = true, Adopting = false });
        turn.Become(number, Role.Deactivating, fail.Why);
        return true;
    }

    private static bool Retry(Turn turn, int number, Move.Retry retry)
    {
        turn.Set(number, turn.Group(number) with { FailedUntil = null, FailedAt = turn.Now });
        turn.Feed(number, new ResourceEvent.Cleanup(null));
        if (turn.Group(number).Role == Role.Failed) turn.Become(number, Role.Passive, retry.Why);
        return true;
    }

    private static bool Rest(Turn turn, int number)
    {
        var now = turn.Situation(number);
        var group = now.Group;
        var handOver = group.HandOver && now.Peer.Alive;
        Storage.Ask(turn, number, handOver ? group.Vote.Above(now.Them) : group.Vote, held: false);
        turn.Set(number, group with { HandOver = false, HandedAt = handOver ? turn.Now : null });
        var failed = group.FailedUntil is not null;
        turn.Become(number, failed ? Role.Failed : Role.Passive, handOver ? $"handed to {turn.State.PeerName}: {group.Why}" : group.Why);
        return true;
    }
}
