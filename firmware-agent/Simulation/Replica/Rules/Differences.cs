using Appliance.Core.Replica;
using Appliance.Simulation.Replica.Disks;

namespace Appliance.Simulation.Replica.Rules;

/// <summary>Blocks of which the two disks, as a read sees them, hold different bytes. Kept up to date as they change.</summary>
public sealed class Differences(ReplicaWorld world)
{
    private const int SectorsPerBlock = Geometry.BlockBytes / Sector.Bytes;
    private readonly SortedSet<long> _blocks = [];

    /// <summary>They may differ in these, ascending.</summary>
    public IReadOnlyCollection<long> Blocks => _blocks;

    /// <summary>Sectors of one of the disks changed.</summary>
    public void Changed(long first, long count)
    {
        for (var block = first / SectorsPerBlock; block <= (first + count - 1) / SectorsPerBlock; block++) Compare(block);
    }

    /// <summary>Another disk is there.</summary>
    public void Replaced() => Changed(0, world.Site.DataBytes / Sector.Bytes);

    private void Compare(long block)
    {
        if (world.Hosts[0].Disk.Data.Visible.Page(block).SequenceEqual(world.Hosts[1].Disk.Data.Visible.Page(block))) _blocks.Remove(block);
        else _blocks.Add(block);
    }
}
