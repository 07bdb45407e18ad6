using Appliance.Core.Replica;

namespace Appliance.Simulation.Replica.Disks;

/// <summary>
/// One area of a disk twice: as a read sees it, and as it would be after a loss of power. A write changes the first; the second follows at
/// a flush, or whenever the disk likes.
/// </summary>
public sealed class DiskCache(long bytes, Dice dice)
{
    private readonly SparseImage _durable = new(bytes);
    private readonly SortedDictionary<long, ulong> _dirty = [];

    /// <summary>What a read sees.</summary>
    public SparseImage Visible { get; } = new(bytes);

    /// <summary>What is certainly on stable storage.</summary>
    public SparseImage Durable => _durable;

    /// <summary>Sectors that a loss of power may take back, with the number of the first write that made them so.</summary>
    public IReadOnlyDictionary<long, ulong> Dirty => _dirty;

    /// <summary>Grows whenever a read may see something else.</summary>
    public ulong Version { get; private set; } = 1;

    /// <summary>A sector changes in the cache.</summary>
    public void Write(long sector, ReadOnlySpan<byte> content, ulong number, bool stable)
    {
        Version++;
        if (_dirty.ContainsKey(sector) && dice.Chance(0.3)) _durable.WriteSector(sector, Visible.Sector(sector));
        Visible.WriteSector(sector, content);
        if (stable)
        {
            _durable.WriteSector(sector, content);
            _dirty.Remove(sector);
        }
        else _dirty.TryAdd(sector, number);
    }

    /// <summary>Makes stable what it promises, by the number of the write, and perhaps more.</summary>
    public void Flush(Func<ulong, bool> promised)
    {
        foreach (var sector in _dirty.Where(pair => promised(pair.Value) || dice.Chance(0.3)).Select(pair => pair.Key).ToArray())
        {
            _durable.WriteSector(sector, Visible.Sector(sector));
            _dirty.Remove(sector);
        }
    }

    /// <summary>A flush that fails loses some of what it should have written, as Linux does.</summary>
    public List<long> LoseSome()
    {
        var lost = _dirty.Keys.Where(_ => dice.Chance(0.4)).ToList();
        foreach (var sector in lost) Forget(sector);
        return lost;
    }

    /// <summary>Power fails: any subset of what was not flushed survives, sector by sector.</summary>
    public void PowerLoss()
    {
        var (most, all) = (dice.Chance(0.5), _dirty.Keys.ToArray());
        foreach (var sector in all)
        {
            if (dice.Chance(most ? 0.9 : 0.3)) _durable.WriteSector(sector, Visible.Sector(sector));
            Forget(sector);
        }
    }

    /// <summary>The medium itself changes: what no software did.</summary>
    public void Rot(long sector, ReadOnlySpan<byte> content)
    {
        Version++;
        Visible.WriteSector(sector, content);
        _durable.WriteSector(sector, content);
        _dirty.Remove(sector);
    }

    /// <summary>As a read would see it after a loss of power now, if a sector survives that <paramref name="survives"/> names.</summary>
    public void ReadCrashed(long offset, Span<byte> into, Func<long, bool> survives)
    {
        for (var done = 0; done < into.Length; done += Sector.Bytes)
        {
            var sector = (offset + done) / Sector.Bytes;
            var from = _dirty.ContainsKey(sector) && survives(sector) ? Visible : _durable;
            from.Sector(sector).CopyTo(into[done..]);
        }
    }

    private void Forget(long sector)
    {
        Version++;
        Visible.WriteSector(sector, _durable.Sector(sector));
        _dirty.Remove(sector);
    }

    /// <summary>Bytes of an area that are whole sectors.</summary>
    public static long Sectors(long bytes) => bytes / Geometry.SectorBytes;
}
