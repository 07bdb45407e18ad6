using Appliance.Core.Replica.Disk;
using Appliance.Core.Time;

namespace Appliance.Core.Replica.Engine;

/// <summary>Keeps the superblock: the one place of every durable fact but marks and intents. Whoever depends on a fact remembers the
/// number that <see cref="Save"/> returned and goes on when <see cref="IsDurable"/> says so.</summary>
internal sealed class Superblocks(Volume volume)
{
    private static readonly TimeSpan AgesAfter = TimeSpan.FromSeconds(10);
    private ulong _wanted;
    private ulong _writing;
    private ulong _done;
    private int _slot;
    private bool _isWriting;
    private Superblock? _now;
    private ulong _sequence;
    private ulong _agedClock;
    private Instant _agedAt;

    /// <summary>Sequence of the superblock that is on disk.</summary>
    public ulong Durable { get; private set; }

    /// <summary>What we know; as good as on disk once its number is durable.</summary>
    public Superblock Now => _now ?? throw new InvariantException("no disk was ever attached");

    public bool IsKnown => _now is not null;

    public bool IsBusy => volume.HasDisk && (_isWriting || _done < _wanted);

    public void Attach(DiskImage image)
    {
        Invariant.Check(!_isWriting);
        (_now, _slot, _done, Durable) = (image.Superblock, image.SuperblockSlot, _wanted, image.Superblock.Sequence);
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
        (_isWriting, _writing) = (true, _wanted);
        if (volume.Fault != ReplicaFault.OneSuperblockSlot) _slot = 1 - _slot;
        _sequence = Own().Sequence + 1;
        Now.Sequence = _sequence;
        Now.WrittenAt = volume.Identity.UnixSeconds + (long)(volume.Now - volume.BeganAt).TotalSeconds;
        SuperblockText.Write(Now, volume.Buffers[volume.MetadataBuffer].Slice(Volume.SuperblockAt, Geometry.BlockBytes));
        volume.Io.WriteMetadata(
            IoOwner.Superblock, volume.Layout.Superblock(_slot), volume.MetadataBuffer, Volume.SuperblockAt);
        return true;
    }

    /// <summary>The peer's superblock is so far: remembered with the next write of ours, as a disk that is older than that when it
    /// comes back was put back.</summary>
    public void PeerWrote(ulong sequence)
    {
        if (_now is not null && sequence > _now.PeerSequence) Own().PeerSequence = sequence;
    }

    /// <summary>A copy that nobody else has: what was attached is the shell's.</summary>
    private Superblock Own()
    {
        if (Now.Instance != volume.Identity.Instance || Now.Boot != volume.Identity.Boot)
            _now = Now with { Boot = volume.Identity.Boot, Instance = volume.Identity.Instance };
        return Now;
    }

    /// <summary>Now and then, while data is written here: so that the peer can tell this disk from an older copy of it.</summary>
    public void Age()
    {
        if (!volume.HasDisk || !volume.Link.IsEstablished || volume.Unstable.Clock == _agedClock) return;
        if (volume.Now - _agedAt < AgesAfter) return;
        (_agedAt, _agedClock) = (volume.Now, volume.Unstable.Clock);
        Save(Now);
    }

    public void Written(int result)
    {
        _isWriting = false;
        if (result < 0)
        {
            _slot = 1 - _slot; // Still the older one.
            volume.Failure.LocalDisk(-result, "the superblock cannot be written");
        }
        else
        {
            (_done, Durable) = (_writing, _sequence);
            volume.Link.SayState();
        }
    }

    /// <summary>The disk is given up. What it can still note it notes, and nobody waits for it: that it may have lost what was not
    /// flushed; and, if <paramref name="others"/> have everything, that its data is old. A process that starts later would take it for
    /// good.</summary>
    public void LastWords(bool others)
    {
        if (!IsKnown || volume.Fault == ReplicaFault.SilentDetach) return;
        ref var note = ref volume.Effects.Add(EffectKind.GivenUp);
        (note.Offset, note.Result) = ((long)Now.Sequence, others ? 1 : 0);
        if (_isWriting) return;
        _now = GivenUpNote.GivenUp(Now, others);
        _ = ++_wanted;
        Settle();
    }

    public void DiskGone() => _isWriting = false;
}
