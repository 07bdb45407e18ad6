namespace Appliance.Drivers.BlockFront.Nbd;

/// <summary>
/// Keeps a request that changes a part of a sector apart from every other that writes to the sector: between reading the old bytes and
/// writing them back nobody may come. Costs nothing while there is no such request.
/// </summary>
internal sealed class NbdOrder(NbdPool pool)
{
    private readonly int[] _waiting = new int[NbdPool.PiecesMax];
    private int _count;
    private int _patches;

    /// <summary>May go now. Otherwise it waits and comes back from <see cref="TryTakeReady"/>.</summary>
    public bool Admit(int at)
    {
        ref var piece = ref pool.Pieces[at];
        if (piece.IsPatch) _patches++;
        else if (_patches == 0) return true;
        if (!Conflicts(at, _count)) return true;
        piece.Step = NbdStep.Waiting;
        _waiting[_count++] = at;
        return false;
    }

    /// <summary>A piece that was admitted has ended.</summary>
    public void Leave(int at)
    {
        if (pool.Pieces[at].IsPatch) _patches--;
    }

    /// <summary>The oldest piece whose way has become free. To be asked after each <see cref="Leave"/> until false.</summary>
    public bool TryTakeReady(out int piece)
    {
        piece = NbdPool.None;
        for (var index = 0; index < _count; index++)
        {
            if (Conflicts(_waiting[index], index)) continue;
            piece = _waiting[index];
            _count--;
            Array.Copy(_waiting, index + 1, _waiting, index, _count - index);
            return true;
        }

        return false;
    }

    /// <summary>With what is under way, or with what has waited longer.</summary>
    private bool Conflicts(int at, int waitingBefore)
    {
        ref readonly var piece = ref pool.Pieces[at];
        for (var other = 0; other < NbdPool.PiecesMax; other++)
        {
            ref readonly var candidate = ref pool.Pieces[other];
            if (other != at && candidate.Step is NbdStep.Fetching or NbdStep.Running && Clash(piece, candidate)) return true;
        }

        for (var index = 0; index < waitingBefore; index++)
            if (Clash(piece, pool.Pieces[_waiting[index]])) return true;
        return false;
    }

    private static bool Clash(in NbdPiece one, in NbdPiece other) =>
        other.Changes && (one.IsPatch || other.IsPatch)
        && one.Offset < other.Offset + other.Length && other.Offset < one.Offset + one.Length;
}
