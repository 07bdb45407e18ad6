using Appliance.Core.Replica;
using Appliance.Simulation.Replica.Disks;
using Appliance.Simulation.Replica.Front;
using Appliance.Simulation.Replica.Hosts;

namespace Appliance.Simulation.Replica.Rules;

/// <summary>
/// I1: a write that was answered is there on whoever serves next, after any single failure; once a flush covered it, or with FUA, after any
/// failures. Looked at whenever the device appears: every sector of the disk behind it is one that a reader may see.
/// </summary>
public sealed class AckedSurvives(ReplicaWorld world) : ReplicaRule(world, "I1 answered writes survive")
{
    private ReplicaProcess? _toLookAt;

    /// <summary>It serves nobody while it is frozen: it is looked at when it begins to.</summary>
    public override void Exposed(ReplicaProcess process) => _toLookAt = process;

    public override void Look()
    {
        if (_toLookAt is not { } process || (process.IsAlive && process.Seen.Frozen.Length > 0)) return;
        _toLookAt = null;
        if (process.IsAlive && process.IsExposed) LookAt(process);
    }

    private void LookAt(ReplicaProcess process)
    {
        var node = process.Seen.Disk == DiskState.UpToDate ? process.Node : 1 - process.Node;
        var (image, ledger) = (World.Hosts[node].Disk.Data, World.Front.Ledger);
        if (World.Oracle.LossAccepted)
        {
            Rebase(image, ledger, World.Site.DataBytes / Sector.Bytes);
            return;
        }

        var now = ledger.Moment();
        for (var sector = 0L; sector < process.Size / Sector.Bytes; sector++)
        {
            var content = Sector.Read(image.Visible.Sector(sector), sector);
            if (ledger.MayHold(sector, content, now) || (content < 0 && World.Oracle.MediumLies)) continue;
            Break($"{Named(process.Node)} serves, and sector {sector} of {Named(node)} holds {Sector.Name(content)} instead of "
                + ledger.Choices(sector, now));
            return;
        }
    }

    /// <summary>What this disk holds is the truth from now on.</summary>
    private static void Rebase(DiskCache image, Ledger ledger, long sectors)
    {
        ledger.ForgetUnstable();
        for (var sector = 0L; sector < sectors; sector++)
            ledger.Rebase(sector, Sector.Read(image.Visible.Sector(sector), sector), Sector.Read(image.Durable.Sector(sector), sector));
    }
}
