using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.History;

namespace Appliance.Core.Replica.Engine;

/// <summary>
/// Writing without the peer. Before the first answer to such a write it is on disk that the peer's copy is older: a new generation
/// (invariant I12). Who holds the disk mints: usually the primary, the secondary while the primary is diskless. Before that our disk
/// flushes: what both had answered may be in the caches of both, and from the mint on only ours counts.
/// <code>
///                 first write without the peer            flushed             superblock durable
///   Together ──────────────────────────────────▶ Flushing ───────▶ Noting ──────────────────────▶ Noted
///       ▲                                                                                           │
///       └──────────────────────────────── both work together again ─────────────────────────────────┘
/// </code>
/// </summary>
internal sealed class Alone(Volume volume)
{
    private OperationQueue _waiting;
    private ulong _number;
    private bool _isNeeded;
    private bool _isNoted;
    private ulong _flushAfter;
    private ulong _random = volume.Identity.Seed | 1;

    /// <summary>Something was, or will be, written that the peer lacks.</summary>
    public bool IsNeeded => _isNeeded;

    public bool IsNoted => _isNoted;

    /// <summary>Both work together (again), or nothing was answered alone.</summary>
    public void Reset() => (_isNeeded, _isNoted, _flushAfter) = (false, false, 0);

    /// <summary>From now on the peer lacks something.</summary>
    public void Need()
    {
        if (_isNeeded) return;
        _isNeeded = true;
        Begin();
    }

    /// <summary>May <paramref name="op"/> be answered? If not it is kept until it may.</summary>
    public bool May(Operation op)
    {
        if (!_isNeeded || _isNoted || volume.Fault == ReplicaFault.AnswerBeforeNoted) return true;
        _waiting.Add(op);
        return false;
    }

    /// <summary>The fencing question was answered: what had to be noted is noted.</summary>
    public void Begin()
    {
        if (!_isNeeded || _isNoted || _number != 0 || (volume.Gate & Gate.Fencing) != 0 || !volume.HasDisk) return;
        if (volume.Meeting.HasTold || !IsFlushed()) return; // The peer was told our names: they stay until it is settled what follows.
        var mints = volume.Fault != ReplicaFault.NoMint
            && (volume.Fault != ReplicaFault.NoPeerMint || volume.Role == ReplicaRole.Primary);
        _number = mints ? Mint("writes without the peer") : volume.Super.Save(volume.Super.Now);
    }

    private bool IsFlushed()
    {
        if (volume.Fault == ReplicaFault.MintWithoutFlush) return true;
        if (_flushAfter == 0)
        {
            _flushAfter = volume.Flushes.Next;
            volume.Flushes.Want();
        }

        return volume.Flushes.Ended >= _flushAfter;
    }

    /// <summary>True if operations went on.</summary>
    public bool Settle()
    {
        Begin();
        if (!_isNeeded && _waiting.Head is not null)
        {
            LetGo(); // Both work together again, and the peer has noted that it is behind.
            return true;
        }

        if (_number == 0 || !volume.Super.IsDurable(_number)) return false;
        _number = 0;
        if (!_isNeeded) return false;
        _isNoted = true;
        LetGo();
        return true;
    }

    /// <summary>Looks again at all that waits for the note.</summary>
    public void LetGo()
    {
        var waiting = _waiting.TakeAll();
        while (waiting.Take() is { } op) volume.Front.GoOn(op);
    }

    /// <summary>A new generation; returns the number of the superblock that holds it.</summary>
    public ulong Mint(string why)
    {
        var super = volume.Super.Now;
        var old = super.Generations;
        var current = Random() | (volume.Role == ReplicaRole.Primary ? 1UL : 0);
        var next = old with
        {
            Current = current,
            Base = old.Base == 0 ? old.Current : old.Base,
            ValidBases = old.Base == 0 ? default : old.ValidBases.Push(old.Current),
        };
        volume.Tell(NewsKind.Notice, $"new generation {current:x16} ({why})");
        return volume.Super.Save(super with { Generations = next, Flags = super.Flags & ~SuperblockFlags.Connected });
    }

    /// <summary>xorshift64*; never a value that means something.</summary>
    public ulong Random()
    {
        _random ^= _random >> 12;
        _random ^= _random << 25;
        _random ^= _random >> 27;
        var value = (_random * 0x2545F4914F6CDD1D) & ~1UL;
        return value is 0 or Generations.JustCreated ? 0x1000 : value;
    }
}
