using System.Numerics;
using Appliance.Core.Replica.Disk;
using Appliance.Core.Time;

namespace Appliance.Core.Replica.Engine;

/// <summary>
/// The intent map (DRBD's activity log, without the log): one bit a region, durable before the first write into it. A region cools when
/// nothing was written there for a while, all of it is stable on both nodes, and its bitmap is on disk. One block a change, two slots.
/// <code>
///            wanted                written                      idle, stable, bitmap written
///   cold ─────────────▶ heating ─────────────▶ hot ────────────────────────────────────────▶ cooling ──written──▶ cold
/// </code>
/// </summary>
internal sealed class Intents(Volume volume)
{
    private const int BitsBytes = IntentText.BitsBytes;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);
    private readonly byte[] _wanted = new byte[BitsBytes];
    private readonly byte[] _durable = new byte[BitsBytes];
    private readonly byte[] _writing = new byte[BitsBytes];
    private int[] _inFlight = [];
    private ulong[] _lastDone = [];
    private Instant[] _lastAt = [];
    private OperationQueue _waiting;
    private bool _isWriting;
    private bool _isWanted;
    private int _slot;
    private ulong _sequence;
    private Instant _coolAt;

    public int Hot { get; private set; }

    /// <summary>Writes under way or wanted.</summary>
    public bool IsBusy => _isWriting || _isWanted || _waiting.Head is not null;

    public bool IsHot(int region) => Has(_wanted, region) || Has(_durable, region) || (_isWriting && Has(_writing, region));

    public int RegionOf(long offset) => (int)(offset >> volume.RegionShift);

    /// <summary>Takes over what a disk said. Its hot regions stay hot until they have cooled in order.</summary>
    public void Attach(DiskImage image)
    {
        Invariant.Check(!_isWriting);
        image.Hot.AsSpan(0, BitsBytes).CopyTo(_durable);
        _durable.CopyTo(_wanted, 0);
        (_slot, _sequence, _isWanted, Hot) = (image.HotSlot, image.HotSequence, false, Count(_wanted));
        var shift = image.Superblock.RegionShift;
        Grow((int)(((image.Bitmap.Blocks * Geometry.BlockBytes) + (1L << shift) - 1) >> shift));
        Array.Clear(_lastDone);
        Array.Fill(_lastAt, volume.Now);
    }

    /// <summary>True: all regions of the range are hot. False: <see cref="Volume.Heated"/> comes later.</summary>
    public bool TryHeat(Operation op)
    {
        if (!op.Heated) Enter(op);
        if (AreDurable(op)) return true;
        for (var region = RegionOf(op.Offset); region <= RegionOf(op.Offset + op.Length - 1); region++) Want(region);
        // Sequential writers are about to enter the next region: one write for both.
        var following = RegionOf(op.Offset + op.Length - 1) + 1;
        if ((long)following << volume.RegionShift < volume.Size && Hot < volume.Config.HotRegionsMax) Want(following);
        _isWanted = volume.Stirred = true;
        _waiting.Add(op);
        return false;
    }

    /// <summary>The operation no longer touches its regions.</summary>
    public void Leave(Operation op)
    {
        if (!op.Heated) return;
        op.Heated = false;
        for (var region = RegionOf(op.Offset); region <= RegionOf(op.Offset + op.Length - 1); region++)
        {
            _inFlight[region]--;
            (_lastDone[region], _lastAt[region]) = (volume.Unstable.Clock, volume.Now);
        }
    }

    /// <summary>Begins a write of the map if one is due and none runs; true if so.</summary>
    public bool Settle()
    {
        if (_isWriting || !_isWanted || !volume.HasDisk) return false;
        (_isWriting, _isWanted) = (true, false);
        _wanted.CopyTo(_writing, 0);
        // What is being cleared is not to be relied on from now on.
        for (var at = 0; at < BitsBytes; at++) _durable[at] &= _writing[at];
        if (volume.Fault != ReplicaFault.OneIntentSlot) _slot = 1 - _slot;
        volume.Counters.IntentWrites++;
        IntentText.Write(_writing, ++_sequence, volume.Buffers[volume.MetadataBuffer].Slice(Volume.IntentAt, Geometry.BlockBytes));
        volume.Io.WriteMetadata(IoOwner.Intent, volume.Layout.Intent(_slot), volume.MetadataBuffer, Volume.IntentAt);
        return true;
    }

    public void Written(int result)
    {
        _isWriting = false;
        if (result < 0)
        {
            volume.Failure.LocalDisk(-result, "the intent map cannot be written");
            return;
        }

        _writing.CopyTo(_durable, 0);
        Hot = Count(_wanted);
        LetGo();
    }

    /// <summary>Without a disk there is nothing to be remembered: whoever waits goes on (and sees that there is none).</summary>
    public void DiskGone()
    {
        (_isWriting, _isWanted) = (false, false);
        LetGo();
    }

    /// <summary>Clears regions that rest. <paramref name="all"/>: whatever can be cleared, for an orderly end.</summary>
    public void Cool(bool all)
    {
        if (!volume.HasDisk || _isWriting || (!all && volume.Now < _coolAt)) return;
        _coolAt = volume.Now + TimeSpan.FromSeconds(1);
        var crowded = Hot > volume.Config.HotRegionsMax;
        for (var at = 0; at < BitsBytes; at++)
        {
            for (var bits = (uint)_durable[at]; bits != 0; bits &= bits - 1)
            {
                var region = (at * 8) + BitOperations.TrailingZeroCount(bits);
                if (!all && !crowded && volume.Now - _lastAt[region] < Idle) continue;
                if (!CanCool(region)) continue;
                Set(_wanted, region, false);
                _isWanted = volume.Stirred = true;
            }
        }

        Hot = Count(_wanted);
    }

    /// <summary>Every hot region is in doubt: marks all its blocks (after a crash).</summary>
    public void MarkAll()
    {
        for (var region = 0; region < _wanted.Length * 8; region++)
        {
            if (!Has(_wanted, region)) continue;
            var first = ((long)region << volume.RegionShift) / Geometry.BlockBytes;
            var count = Math.Min((1L << volume.RegionShift) / Geometry.BlockBytes, volume.Bitmap.Blocks - first);
            if (count > 0) volume.Bitmap.Set(first, count);
        }
    }

    private bool CanCool(int region)
    {
        if (volume.Fault == ReplicaFault.CoolWithoutFlush) return true;
        if (_inFlight[region] != 0 || _lastDone[region] > volume.Unstable.StableClock) return false;
        // Its marks must be on disk, and any of them means that the two copies differ there.
        var first = ((long)region << volume.RegionShift) / Geometry.BlockBytes;
        var last = first + ((1L << volume.RegionShift) / Geometry.BlockBytes) - 1;
        for (var page = first / DirtyBitmap.BlocksPerPage; page <= last / DirtyBitmap.BlocksPerPage && page < volume.Bitmap.Pages; page++)
        {
            if (!volume.Bitmap.IsChanged((int)page) && !volume.Pages.IsWriting((int)page)) continue;
            volume.Pages.Want();
            return false;
        }

        return true;
    }

    /// <summary>Room for the regions of a disk. What is under way on an earlier one is still counted.</summary>
    private void Grow(int regions)
    {
        if (regions <= _inFlight.Length) return;
        Array.Resize(ref _inFlight, regions);
        Array.Resize(ref _lastDone, regions);
        Array.Resize(ref _lastAt, regions);
    }

    private void Enter(Operation op)
    {
        op.Heated = true;
        for (var region = RegionOf(op.Offset); region <= RegionOf(op.Offset + op.Length - 1); region++) _inFlight[region]++;
    }

    private bool AreDurable(Operation op)
    {
        for (var region = RegionOf(op.Offset); region <= RegionOf(op.Offset + op.Length - 1); region++)
            if (!Has(_durable, region) || !Has(_wanted, region)) return false;
        return true;
    }

    private void LetGo()
    {
        var waiting = _waiting.TakeAll();
        while (waiting.Take() is { } op)
        {
            if (volume.HasDisk && !AreDurable(op)) _waiting.Add(op);
            else volume.Heated(op);
        }

        if (_waiting.Head is not null) _isWanted = volume.Stirred = true;
    }

    private void Want(int region)
    {
        if (Has(_wanted, region)) return;
        Set(_wanted, region, true);
        _lastAt[region] = volume.Now;
        Hot++;
    }

    private static bool Has(byte[] bits, int region) => (bits[region >> 3] >> (region & 7) & 1) != 0;

    private static void Set(byte[] bits, int region, bool on)
    {
        if (on) bits[region >> 3] |= (byte)(1 << (region & 7));
        else bits[region >> 3] &= (byte)~(1 << (region & 7));
    }

    private static int Count(byte[] bits)
    {
        var count = 0;
        foreach (var part in bits) count += BitOperations.PopCount(part);
        return count;
    }
}
