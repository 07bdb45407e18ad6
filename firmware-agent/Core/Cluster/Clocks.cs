namespace Appliance.Core.Cluster;

/// <summary>Keeps the "since when" fields of a group.</summary>
internal static class Clocks
{
    public static void Update(Turn turn, int number)
    {
        var now = turn.Situation(number);
        var group = now.Group;
        var fit = Fitness.Obstacle(now).Length == 0 && !now.Node.Revalidating;
        var vacant = !group.Role.Holds() && now.Peer.Alive && !now.PeerHolds;
        turn.Set(number, group with
        {
            FitSince = fit ? group.FitSince ?? turn.Now : null,
            VacantSince = vacant ? group.VacantSince ?? turn.Now : null,
            PeerBetterSince = group.Role == Role.Active && Tenure.PeerSeesMore(now) ? group.PeerBetterSince ?? turn.Now : null,
            PeerHealthierSince = group.Role == Role.Active && Tenure.PeerIsHealthier(now) ? group.PeerHealthierSince ?? turn.Now : null,
            FailedUntil = group.FailedUntil is { } until && turn.Now >= until ? null : group.FailedUntil,
            WishUntil = group.WishUntil,
            PeerFencingSince = now.Peer.Alive && now.PeerFacts.Role == Role.Fencing ? group.PeerFencingSince ?? turn.Now : null,
        });
    }
}
