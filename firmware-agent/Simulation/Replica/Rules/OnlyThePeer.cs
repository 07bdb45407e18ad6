using Appliance.Simulation.Replica.Disks;

namespace Appliance.Simulation.Replica.Rules;

/// <summary>I13: nothing reaches a disk that no user wrote: neither from a stranger, nor from a damaged frame.</summary>
public sealed class OnlyThePeer(ReplicaWorld world) : ReplicaRule(world, "I13 only the peer")
{
    public override void DataChanged(int node, long first, long count)
    {
        if (World.Oracle.MediumLies) return;
        var image = World.Hosts[node].Disk.Data.Visible;
        for (var sector = first; sector < first + count; sector++)
        {
            if (Sector.Read(image.Sector(sector), sector) >= 0) continue;
            Break($"sector {sector} of {Named(node)} has bytes that no user wrote there");
            return;
        }
    }
}
