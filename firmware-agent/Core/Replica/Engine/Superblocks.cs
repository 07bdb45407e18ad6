using Appliance.Core.Replica.Disk;

namespace Appliance.Core.Replica.Engine;

/// <summary>Keeps the superblock: the one place of every durable fact but marks and intents. Whoever depends on a fact remembers the
/// number that <see cref="Save"/> returned and goes on when <see cref="IsDurable"/> says so.</summary>
internal sealed class Superblocks(Volume volume)
{
    private ulong _wanted;
    private ulong _writing;
    private ulong _done;
    private int _slot;
    private bool _isWriting;
    private Superblock? _now;

    /// <summary>What we know; as good as on disk once its number is durable.</summary>
    public Superblock Now => _now ?? throw new InvariantException("no disk was ever attached");

    public bool IsKnown => _now is not null;

    public bool IsBusy => volume.HasDisk && (_isWriting || _done < _wanted);

    public void Attach(DiskImage image)
    {
        Invariant.Check(!_isWriting);
        (_now, _slot, _done) = (image.Superblock, image.SuperblockSlot, _wanted);
    }

    /// <summary>Changes what is to be kept. Returns its number.</summary>
    public ulong Save(Superblock next)
    {
        (_now, volume.Stirred) = (next, true);
        return ++_wanted;
    }

    /// <summary>Without a disk nothing can be kept, and nothing of it counts: the copy that counts is the peer's.</summary>
    public bool IsDurable(ulong number) => _done >= number || !volume.HasDisk;

    public bool Settle()
    {
        if (_isWriting || _done >= _wanted || !volume.HasDisk) return false;
        (_isWriting, _writing, _slot) = (true, _wanted, 1 - _slot);
        _now = Now with
        {
            Sequence = Now.Sequence + 1, Boot = volume.Identity.Boot, Instance = volume.Identity.Instance,
            WrittenAt = volume.Identity.UnixSeconds + (long)(volume.Now - volume.BeganAt).TotalSeconds,
        };
        SuperblockText.Write(_now, volume.Buffers[volume.MetadataBuffer].Slice(Volume.SuperblockAt, Geometry.BlockBytes));
        volume.Io.WriteMetadata(
            IoOwner.Superblock, volume.Layout.Superblock(_slot), volume.MetadataBuffer, Volume.SuperblockAt);
        return true;
    }

    public void Written(int result)
    {
        _isWriting = false;
        if (result < 0)
        {
            _slot = 1 - _slot; // Still the older one.
            volume.Failure.LocalDisk(-result, "the superblock cannot be written");
        }
        else _done = _writing;
    }

    public void DiskGone() => _isWriting = false;
}
