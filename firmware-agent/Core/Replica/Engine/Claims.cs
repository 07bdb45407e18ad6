namespace Appliance.Core.Replica.Engine;

/// <summary>
/// Who may touch which blocks. What overlaps goes one after the other, in the order it came: both disks then see overlapping writes in
/// the same order, and a background copy never overtakes a write. Whoever waits does not hold up others.
/// </summary>
internal sealed class Claims(Volume volume)
{
    private readonly Operation[] _active = new Operation[OperationPool.Max];
    private int _count;
    private OperationQueue _waiting;
    private bool _released;

    public int Count => _count;

    public bool IsIdle => _count == 0 && _waiting.Head is null;

    /// <summary>True: it may go on. False: <see cref="Volume.Granted"/> comes later.</summary>
    public bool TryTake(Operation op)
    {
        Invariant.Check(!op.Claimed);
        if (IsFree(op) && !OverlapsWaiting(op, null))
        {
            Hold(op);
            return true;
        }

        _waiting.Add(op);
        return false;
    }

    /// <summary>Only if it need not wait.</summary>
    public bool TryTakeNow(Operation op)
    {
        if (!IsFree(op) || OverlapsWaiting(op, null)) return false;
        Hold(op);
        return true;
    }

    public void Release(Operation op)
    {
        if (!op.Claimed) return;
        op.Claimed = false;
        for (var at = 0; at < _count; at++)
        {
            if (_active[at] != op) continue;
            _active[at] = _active[--_count];
            _released = volume.Stirred = true;
            return;
        }

        throw new InvariantException("a claim is not there");
    }

    /// <summary>Lets those go on that can; true if any could.</summary>
    public bool Settle()
    {
        if (!_released) return false;
        _released = false;
        var any = false;
        Operation? before = null;
        for (var op = _waiting.Head; op is not null;)
        {
            var next = op.Next;
            if (IsFree(op) && !OverlapsWaiting(op, op))
            {
                _waiting.Remove(before, op);
                Hold(op);
                volume.Granted(op);
                any = true;
                // Granted may have changed the queue: begin again.
                (before, next) = (null, _waiting.Head);
            }
            else before = op;

            op = next;
        }

        return any;
    }

    private void Hold(Operation op)
    {
        op.Claimed = true;
        _active[_count++] = op;
    }

    private bool IsFree(Operation op)
    {
        if (volume.Fault == ReplicaFault.NoClaims) return true;
        if (volume.Fault == ReplicaFault.CopyIgnoresWrites && op.Kind == OpKind.CopySource) return true;
        for (var at = 0; at < _count; at++)
            if (_active[at].Overlaps(op)) return false;
        return true;
    }

    private bool OverlapsWaiting(Operation op, Operation? upTo)
    {
        if (volume.Fault == ReplicaFault.NoClaims) return false;
        for (var other = _waiting.Head; other is not null && other != upTo; other = other.Next)
            if (other.Overlaps(op)) return true;
        return false;
    }
}
