using Appliance.Core.Replica;

namespace Appliance.Simulation.Replica.Rules;

/// <summary>I2: protocols A and B lose at most what was answered within the window, and only with the primary. Tells the ledger what may
/// be lost; rule I1 then sees the rest.</summary>
public sealed class BoundedLoss(ReplicaWorld world) : ReplicaRule(world, "I2 bounded loss")
{
    public override void PowerLost(int node)
    {
        if (World.Site.Config[0].Protocol == Protocol.C || World.Front.Node != node) return;
        World.Front.Ledger.PrimaryLost(node);
    }
}
