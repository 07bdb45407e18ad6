using Appliance.Core.Time;

namespace Appliance.Core.Replica.Engine;

internal enum OpKind : byte
{
    FrontRead,
    FrontWrite,
    FrontZero,
    FrontFlush,

    /// <summary>A mirrored write of the primary, applied here.</summary>
    PeerWrite,
    PeerZero,

    /// <summary>The peer reads from our disk.</summary>
    PeerRead,

    /// <summary>A range on its way to the peer.</summary>
    CopySource,

    /// <summary>A range of a resync, applied here.</summary>
    CopyTarget,
    CopyTargetZero,

    /// <summary>Checksums of the source are compared with our blocks.</summary>
    CompareTarget,
    VerifySource,
    VerifyTarget,
}

/// <summary>One request under way. Pooled: nothing is made while requests run.</summary>
internal sealed class Operation
{
    public OpKind Kind;
    public uint Tag;
    public long Offset;
    public int Length;
    public int Buffer;

    /// <summary>Second buffer: checksums that came with a comparison.</summary>
    public int Extra;
    public bool Fua;
    public bool Discard;

    /// <summary>Of the frame, within its connection.</summary>
    public ulong Sequence;
    public uint Session;

    /// <summary>The local disk has not answered.</summary>
    public bool LocalPending;

    /// <summary>The peer has not answered.</summary>
    public bool PeerPending;

    /// <summary>The peer has it in memory (protocol B).</summary>
    public bool PeerReceived;

    /// <summary>The peer does not have it: its loss must be on disk before the answer.</summary>
    public bool Solo;

    /// <summary>The local disk does not have it.</summary>
    public bool LocalFailed;
    public bool Claimed;

    /// <summary>Answered early (protocols A and B).</summary>
    public bool Answered;

    /// <summary>A read that failed here and is repaired from the peer.</summary>
    public bool Repair;

    /// <summary>On its way to a disk or to the peer.</summary>
    public bool Moving;

    /// <summary>Counted in its regions' heat.</summary>
    public bool Heated;
    public int Result;
    public Instant Began;
    public Operation? Next;
    public bool InUse;

    public long FirstBlock => Offset / Geometry.BlockBytes;

    public long LastBlock => (Offset + Length - 1) / Geometry.BlockBytes;

    public long Blocks => LastBlock - FirstBlock + 1;

    public bool Overlaps(Operation other) => FirstBlock <= other.LastBlock && other.FirstBlock <= LastBlock;
}

/// <summary>Operations in the order they came, linked through <see cref="Operation.Next"/>: one waits for one thing at a
/// time.</summary>
internal struct OperationQueue
{
    private Operation? _tail;

    public Operation? Head { get; private set; }

    public void Add(Operation op)
    {
        op.Next = null;
        if (_tail is null) Head = op;
        else _tail.Next = op;
        _tail = op;
    }

    public Operation? Take()
    {
        var op = Head;
        if (op is null) return null;
        Head = op.Next;
        if (Head is null) _tail = null;
        op.Next = null;
        return op;
    }

    /// <summary>Takes out <paramref name="op"/>, which follows <paramref name="before"/> (null: it is the first).</summary>
    public void Remove(Operation? before, Operation op)
    {
        if (before is null) Head = op.Next;
        else before.Next = op.Next;
        if (_tail == op) _tail = before;
        op.Next = null;
    }

    /// <summary>All of them, and this one is empty.</summary>
    public OperationQueue TakeAll()
    {
        var all = this;
        this = default;
        return all;
    }
}

/// <summary>All operations there can be.</summary>
internal sealed class OperationPool
{
    public const int Max = 4096;
    private readonly Operation[] _all = new Operation[Max];
    private readonly Operation[] _free = new Operation[Max];
    private int _available = Max;

    public OperationPool()
    {
        for (var index = 0; index < Max; index++) _free[index] = _all[index] = new Operation();
    }

    public int InUse => Max - _available;

    /// <summary>Every one, used or not, for the rare walks at a loss.</summary>
    public ReadOnlySpan<Operation> All => _all;

    public Operation? Take(OpKind kind, long offset, int length, int buffer, Instant now)
    {
        if (_available == 0) return null;
        var op = _free[--_available];
        (op.Kind, op.Offset, op.Length, op.Buffer, op.Extra, op.Began, op.InUse) =
            (kind, offset, length, buffer, BlockBuffers.None, now, true);
        (op.Tag, op.Sequence, op.Session, op.Result, op.Next) = (0, 0, 0, 0, null);
        (op.Fua, op.Discard, op.LocalPending, op.PeerPending, op.PeerReceived) = (false, false, false, false, false);
        (op.Solo, op.LocalFailed, op.Claimed, op.Answered, op.Repair, op.Heated) = (false, false, false, false, false, false);
        op.Moving = false;
        return op;
    }

    public void Return(Operation op)
    {
        Invariant.Check(op.InUse);
        Invariant.Check(!op.Claimed);
        op.InUse = false;
        _free[_available++] = op;
    }
}
