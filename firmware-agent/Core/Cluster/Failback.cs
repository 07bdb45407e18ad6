using Appliance.Core.Configuration;

namespace Appliance.Core.Cluster;

/// <summary>Whether the preferred node should ask for its group back. Off unless configured (rule 7).</summary>
public static class Failback
{
    /// <summary>"When synced" also wants the node to have been fit for this long.</summary>
    public static readonly TimeSpan SyncedStable = TimeSpan.FromMinutes(1);

    /// <summary>True when the peer serves, the group is preferred here, and the policy's moment has come.</summary>
    public static bool IsDue(in Situation now)
    {
        if (now.Config.Preferred != now.Me || now.PeerFacts.Role != Role.Active || now.Peer.State != PeerState.Up) return false;
        if (now.Maintenance || Fitness.Obstacle(now).Length > 0 || now.Group.FitSince is not { } since) return false;
        var fitFor = now.Now - since;
        return now.Config.Failback switch
        {
            FailbackConfig.After after => fitFor >= after.Stable,
            FailbackConfig.WhenSynced => now.Group.Data.IsGood() && fitFor >= SyncedStable,
            FailbackConfig.Daily => now.Group.WindowOpen && !now.Group.WindowUsed && fitFor >= SyncedStable,
            _ => false,
        };
    }
}
