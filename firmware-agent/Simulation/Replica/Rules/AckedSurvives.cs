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
    private readonly (ReplicaProcess? Process, DiskState Disk)[] _last = new (ReplicaProcess?, DiskState)[2];
    private ReplicaProcess? _toLookAt;

    /// <summary>It serves nobody while it is frozen: it is looked at when it begins to.</summary>
    public override void Exposed(ReplicaProcess process) => _toLookAt = process;

    /// <summary>A disk that failed, and was given up for it, is a copy that was lost: what it alone had not only in a cache is nobody's
    /// promise any more.</summary>
    public override void Stepped(ReplicaProcess process)
    {
        var (before, disk) = _last[process.Node];
        _last[process.Node] = (process, process.Seen.Disk);
        if (before != process || disk < DiskState.Inconsistent || process.Seen.Disk >= DiskState.Inconsistent) return;
        if (World.IsLeaving[process.Node] && !process.Host.Disk.Trouble.Dead) return; // In order, after a flush of both.
        World.Front.Ledger.PowerLost(process.Node);
        // With an early protocol the peer may lag: what it lacks is lost with the primary, or with the primary's disk.
        if (World.Site.Config[0].Protocol != Protocol.C && World.Front.Node == process.Node) World.Front.Ledger.PrimaryLost(process.Node);
    }

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
