using Appliance.Core.Replica;
using Appliance.Simulation.Replica.Disks;

namespace Appliance.Simulation.Replica.Rules;

/// <summary>
/// I5, the central one: whatever differs between the two disks is marked on at least one of them – in a bitmap, by a hot region, or as
/// written but not stable. Now; and, looked at now and then, after a crash of either node or of both, with any part of the caches lost.
/// </summary>
public sealed class DifferencesAreMarked(ReplicaWorld world) : ReplicaRule(world, "I5 differences are marked")
{
    private readonly Dice _dice = world.Dice.Fork(21);
    private int _look;

    public override void Look()
    {
        if (World.Oracle.Differences.Blocks.Count > 0) LookNow();
        if (++_look % 48 == 0) LookCrashed();
    }

    public override void PowerLost(int node) => LookNow();

    private void LookNow()
    {
        var (a, b) = (Marks.Of(World.Hosts[0]), Marks.Of(World.Hosts[1]));
        if (!Comparable(a, b)) return;
        foreach (var block in World.Oracle.Differences.Blocks)
        {
            if (a.Has(block) || b.Has(block) || World.IsRotten(block)) continue;
            Break($"block {block} differs and is marked nowhere");
            return;
        }
    }

    /// <summary>What if one of them, or both, lost power or the process just now?</summary>
    private void LookCrashed()
    {
        var who = _dice.Between(1, 3);
        var power = _dice.Chance(0.7);
        var salt = _dice.Next();
        var share = _dice.Pick([0.1, 0.5, 0.9]);
        bool Survives(int node, DiskArea area, long sector) =>
            !power || new Dice(salt ^ ((ulong)sector << 2) ^ ((ulong)area << 1) ^ (ulong)node).Chance(share);
        bool Crashes(int node) => (who >> node & 1) != 0;
        Marks After(int node) => Crashes(node)
            ? Marks.Of(World.Hosts[node].ReadPaper(sector => Survives(node, DiskArea.Metadata, sector)))
            : Marks.Of(World.Hosts[node]);
        var (a, b) = (After(0), After(1));
        if (!Comparable(a, b)) return;
        var blocks = new SortedSet<long>(World.Oracle.Differences.Blocks);
        for (var node = 0; node < 2; node++)
            if (Crashes(node))
                foreach (var sector in World.Hosts[node].Disk.Data.Dirty.Keys) blocks.Add(sector * Sector.Bytes / Geometry.BlockBytes);
        var (left, right) = (new byte[Geometry.BlockBytes], new byte[Geometry.BlockBytes]);
        foreach (var block in blocks)
        {
            if (a.Has(block) || b.Has(block) || World.IsRotten(block)) continue;
            Read(0, left);
            Read(1, right);
            if (left.AsSpan().SequenceEqual(right)) continue;
            Break($"if {(who == 3 ? "both" : Named(who - 1))} lost {(power ? "power" : "the process")} now, block {block} would differ, "
                + "marked nowhere");
            return;

            void Read(int node, byte[] into) => World.Hosts[node].Disk.Data.ReadCrashed(
                block * Geometry.BlockBytes, into, Crashes(node) ? sector => Survives(node, DiskArea.Data, sector) : _ => true);
        }
    }

    /// <summary>Where everything will be copied, marks say nothing; nor where a person accepted the loss of a history.</summary>
    private bool Comparable(Marks a, Marks b)
    {
        if (a.IsNothing || b.IsNothing || World.Oracle.LossAccepted) return false;
        return !World.IsStranger(0) && !World.IsStranger(1) && !a.IsFull && !b.IsFull;
    }
}
