using Appliance.Core.Replica;
using Appliance.Core.Replica.Wire;
using Appliance.Simulation.Replica.Hosts;

namespace Appliance.Simulation.Replica.Rules;

/// <summary>I2: protocols A and B lose at most what was answered within the window, and only with the primary. Tells the ledger what may
/// be lost; rule I1 then sees the rest.</summary>
public sealed class BoundedLoss(ReplicaWorld world) : ReplicaRule(world, "I2 bounded loss")
{
    /// <summary>Who served last: a primary that is being stopped serves nobody, and still has what only it has.</summary>
    private int _served = -1;

    public override void Exposed(ReplicaProcess process) => _served = process.Node;

    /// <summary>A copy counts no more from the moment it is asked to be copied onto while both work together.</summary>
    public override void Sent(ReplicaProcess process, in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Kind == FrameKind.ResyncBegin) World.IsLeaving[1 - process.Node] = true;
    }

    public override void PowerLost(int node)
    {
        if (World.Site.Config[0].Protocol == Protocol.C || _served != node) return;
        World.Front.Ledger.PrimaryLost(node);
    }
}
