using Appliance.Core.Replica;
using Appliance.Simulation.Replica.Disks;
using Appliance.Simulation.Replica.Front;
using Appliance.Simulation.Replica.Hosts;

namespace Appliance.Simulation.Replica.Rules;

/// <summary>I11: an answered flush means that every write answered before it was asked for is on stable storage of every copy that counts
/// as UpToDate; the same for a write with FUA.</summary>
public sealed class FlushIsStable(ReplicaWorld world) : ReplicaRule(world, "I11 flush is stable")
{
    public override void FlushDone(ReplicaProcess process, FrontRequest request)
    {
        foreach (var record in World.Front.Ledger.Unstable)
            if (record.Ended < request.Asked && !record.AtRisk && !LookAt(process, record, "the flush is answered")) return;
    }

    public override void WriteDone(ReplicaProcess process, FrontRequest request)
    {
        if (request.Fua) LookAt(process, request.Write!, "it is answered with FUA");
    }

    private bool LookAt(ReplicaProcess process, WriteRecord record, string what)
    {
        if (World.Oracle.LossAccepted) return true;
        for (var node = 0; node < 2; node++)
        {
            if (!Counts(process, node) || IsStable(node, record)) continue;
            Break($"{what} by {Named(process.Node)}, and write {record.Id} (sectors {record.First}+{record.Count}) is not stable on "
                + Named(node));
            return false;
        }

        return true;
    }

    private bool Counts(ReplicaProcess process, int node)
    {
        if (node == process.Node) return process.Seen.Disk == DiskState.UpToDate;
        // With protocols A and B the peer follows later; a crash of the primary may lose that much.
        return process.Seen.PeerDisk == DiskState.UpToDate && process.Seen.Connection >= ConnectionState.Connected
            && World.Site.Config[0].Protocol == Protocol.C && World.Hosts[node].Process is { IsAlive: true };
    }

    private bool IsStable(int node, WriteRecord record)
    {
        var (image, ledger) = (World.Hosts[node].Disk.Data.Durable, World.Front.Ledger);
        for (var sector = record.First; sector < record.First + record.Count; sector++)
        {
            var content = Sector.Read(image.Sector(sector), sector);
            if (content != record.Content && !ledger.MayHoldAfter(sector, content, record)) return false;
        }

        return true;
    }
}
