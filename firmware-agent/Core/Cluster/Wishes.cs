namespace Appliance.Core.Cluster;

/// <summary>What this node asks of the peer for a group: an operator's switchover, or failback.</summary>
internal static class Wishes
{
    /// <summary>An operator's switchover that cannot be met by then is dropped.</summary>
    public static readonly TimeSpan OrderedFor = TimeSpan.FromSeconds(30);

    public static void Update(Turn turn, int number)
    {
        var now = turn.Situation(number);
        var group = now.Group;
        if (group.WishUntil is { } until && turn.Now >= until)
        {
            turn.Set(number, group with { Wish = Wish.None, WishUntil = null });
            turn.Tell(ReportKind.Alarm, "the ordered switchover was given up: the other node did not become fit in time", group.Name);
            return;
        }

        if (group.Role is not (Role.Passive or Role.Failed)) return;
        if (group.Wish == Wish.None && Failback.IsDue(now))
        {
            turn.Set(number, group with { Wish = Wish.Takeover, WindowUsed = group.WindowOpen });
            turn.Tell(ReportKind.Command, $"failback: asking {turn.State.PeerName} for the group", group.Name);
        }
        else if (group.Wish == Wish.Takeover && group.WishUntil is null && !now.PeerHolds)
        {
            turn.Set(number, group with { Wish = Wish.None });
        }
    }
}
