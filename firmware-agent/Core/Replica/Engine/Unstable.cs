using Appliance.Core.Time;

namespace Appliance.Core.Replica.Engine;

/// <summary>
/// Writes that the peer has answered but not flushed: its power may fail and take them along (written is not stable). If the peer is
/// lost they are marked. Kept in the order they were answered; a flush that began later covers them. Also the stable clock: what was
/// done before it is on stable storage of every copy that counts.
/// </summary>
internal sealed class Unstable(Volume volume)
{
    private const int Max = 1 << 14;
    private const int FlushAt = Max / 2;
    private static readonly TimeSpan FlushAfter = TimeSpan.FromSeconds(1);
    private readonly (long First, int Count, bool Copied)[] _ring = new (long, int, bool)[Max];
    private ulong _put;
    private ulong _taken;
    private long _bytes;
    private Instant _since;
    private bool _localDirty;

    /// <summary>Grows with every write that ended and every flush that began.</summary>
    public ulong Clock { get; private set; } = 1;

    /// <summary>What ended before this moment of the clock is stable.</summary>
    public ulong StableClock { get; private set; }

    public bool IsEmpty => _put == _taken;

    public bool IsFull => _put - _taken >= Max - OperationPool.Max;

    /// <summary>Where a flush that begins now reaches to.</summary>
    public ulong Mark => _put;

    /// <summary>A flush in the background is due.</summary>
    public bool WantsFlush =>
        (_put - _taken >= FlushAt || _bytes >= volume.Config.UnstableBytesMax || volume.Now - _since >= FlushAfter)
        && (!IsEmpty || _localDirty);

    /// <summary>A background flush will be due then.</summary>
    public Instant? FlushDue => IsEmpty && !_localDirty ? null : _since + FlushAfter;

    /// <summary>The peer wrote it. <paramref name="copied"/>: a block of a resync, unmarked when stable.</summary>
    public void Add(long first, int count, bool copied)
    {
        if (copied && volume.Fault == ReplicaFault.UnmarkBeforeStable) volume.Bitmap.Clear(first, count);
        Invariant.Check(_put - _taken < Max);
        if (IsEmpty && !_localDirty) _since = volume.Now;
        _ring[_put++ & (Max - 1)] = (first, count, copied);
        _bytes += (long)count * Geometry.BlockBytes;
    }

    /// <summary>A write ended on the local disk.</summary>
    public void Wrote()
    {
        Clock++;
        if (!_localDirty && IsEmpty) _since = volume.Now;
        _localDirty = true;
    }

    /// <summary>A flush begins: what it will prove.</summary>
    public ulong BeginFlush()
    {
        _localDirty = false;
        _since = volume.Now;
        return Clock++;
    }

    /// <summary>A flush of all copies that count has ended.</summary>
    public void Flushed(ulong clock, ulong mark)
    {
        StableClock = Math.Max(StableClock, clock);
        while (_taken < mark)
        {
            var (first, count, copied) = _ring[_taken++ & (Max - 1)];
            _bytes -= (long)count * Geometry.BlockBytes;
            if (copied) volume.Bitmap.Clear(first, count);
        }
    }

    /// <summary>The peer is lost and with it, perhaps, all of this. Returns how many blocks were marked anew.</summary>
    public long MarkAll()
    {
        var marked = 0L;
        for (; _taken < _put; _taken++)
        {
            var (first, count, copied) = _ring[_taken & (Max - 1)];
            if (!copied && volume.Fault != ReplicaFault.DropUnstableOnLoss) marked += volume.Bitmap.Set(first, count);
        }

        _bytes = 0;
        return marked;
    }

    /// <summary>A planted bug.</summary>
    public void Forget() => (_taken, _bytes) = (_put, 0);

    /// <summary>Our disk is gone, and with it the marks that this is about.</summary>
    public void DiskGone() => (_taken, _bytes) = (_put, 0);

    /// <summary>For the checker.</summary>
    public bool Has(long block)
    {
        for (var at = _taken; at < _put; at++)
        {
            var (first, count, _) = _ring[at & (Max - 1)];
            if (block >= first && block < first + count) return true;
        }

        return false;
    }
}
