using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.History;
using Appliance.Simulation.Replica.Hosts;

namespace Appliance.Simulation.Replica.Rules;

/// <summary>What a node remembers of blocks that may differ: by its living engine, or by what its disk would say to the next one.</summary>
public sealed class Marks
{
    private readonly ReplicaProcess? _live;
    private readonly DiskImage? _paper;

    private Marks(ReplicaProcess? live, DiskImage? paper) => (_live, _paper) = (live, paper);

    /// <summary>There is no metadata that anybody could attach: nothing can be said, everything will be copied.</summary>
    public bool IsNothing => _live is null && _paper is null;

    /// <summary>Of the disk; null with a living engine.</summary>
    public Superblock? Superblock => _paper?.Superblock;

    /// <summary>Everything will be copied anyway.</summary>
    public bool IsFull => _paper is { } paper
        && ((paper.Superblock.Flags & SuperblockFlags.FullSync) != 0 || paper.Superblock.Generations.Current == Generations.JustCreated);

    /// <summary>As it is now.</summary>
    public static Marks Of(SimHost host) =>
        host.Process is { IsAlive: true } process && process.Engine.Disk >= DiskState.Inconsistent
            ? new Marks(process, null)
            : new Marks(null, host.ReadPaper());

    /// <summary>As the disk alone would tell it.</summary>
    public static Marks Of(DiskImage? paper) => new(null, paper);

    public bool Has(long block)
    {
        if (_live is { } live)
        {
            var bitmap = live.Engine.Bitmap;
            return (block < bitmap.Blocks && bitmap[block]) || live.Engine.IsHot(RegionOf(block, _live.Host.World.Site.RegionShift))
                || live.Engine.HasUnstable(block);
        }

        if (_paper is not { } paper) return false;
        var region = RegionOf(block, paper.Superblock.RegionShift);
        return (block < paper.Bitmap.Blocks && paper.Bitmap[block]) || (paper.Hot[region >> 3] >> (region & 7) & 1) != 0;
    }

    private static int RegionOf(long block, int shift) => (int)((block * Geometry.BlockBytes) >> shift);
}
