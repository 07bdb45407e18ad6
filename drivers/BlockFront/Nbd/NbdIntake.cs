namespace Appliance.Drivers.BlockFront.Nbd;

/// <summary>Takes the payload of a connection's writes off the wire: into buffers, or away if the write was refused.</summary>
internal sealed unsafe class NbdIntake(NbdPool pool, NbdWork work, NbdConnection connection)
{
    /// <summary>From so many bytes on it pays to receive them where they belong, although that takes a system call of its own.</summary>
    private const int DirectBytesMin = 32 << 10;

    private NbdRequest _request;
    private NbdError _error;
    private long _skip;
    private int _call = NbdPool.None;
    private int _piece = NbdPool.None;
    private int _filled;

    /// <summary>A payload, or its answer, is outstanding.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>Can go on without another byte.</summary>
    public bool IsReady => IsBusy && _skip == 0 && (_call == NbdPool.None || (_piece == NbdPool.None && !connection.Queued));

    private int Missing => _piece == NbdPool.None ? 0 : Target(out _) - _filled;

    /// <summary>A write has begun. Returns the calls it counts for.</summary>
    public int Begin(in NbdRequest request, NbdError error)
    {
        (_request, _error, IsBusy) = (request, error, true);
        if (error != NbdError.None)
        {
            _skip = request.Length;
            return 0;
        }

        _call = work.BeginWrite(connection, request);
        return 1;
    }

    /// <summary>Takes what belongs to the payload. Returns how many bytes.</summary>
    public int Take(ReadOnlySpan<byte> input)
    {
        if (_call == NbdPool.None) return Skip(input);
        var taken = 0;
        while (TryPiece())
        {
            var count = Math.Min(Missing, input.Length - taken);
            _ = Target(out var to);
            input.Slice(taken, count).CopyTo(new Span<byte>(to + _filled, count));
            taken += count;
            _filled += count;
            if (!TryLaunch()) break;
        }

        return taken;
    }

    private int Skip(ReadOnlySpan<byte> input)
    {
        var taken = (int)Math.Min(_skip, input.Length);
        _skip -= taken;
        if (_skip > 0) return taken;
        IsBusy = false;
        NbdAnswers.Reply(connection, _request, _error);
        return taken;
    }

    /// <summary>There is a piece to fill. False: the write is complete, or waits for a buffer.</summary>
    private bool TryPiece()
    {
        if (_piece != NbdPool.None) return true;
        ref readonly var call = ref pool.Calls[_call];
        if (call.Next == call.End)
        {
            Complete();
            return false;
        }

        _filled = 0;
        return work.TryTakePiece(connection, _call, out _piece);
    }

    private bool TryLaunch()
    {
        if (Missing > 0) return false;
        var full = _piece;
        _piece = NbdPool.None;
        work.Launch(full);
        return true;
    }

    private void Complete()
    {
        var call = _call;
        (_call, IsBusy) = (NbdPool.None, false);
        work.EndWrite(call, NbdPool.None);
    }

    private int Target(out byte* to)
    {
        ref readonly var piece = ref pool.Pieces[_piece];
        to = piece.IsPatch ? pool.PatchOf(_piece) : pool.AddressOf(_piece);
        return piece.IsPatch ? piece.PatchLength : piece.Length;
    }

    /// <summary>The next bytes may be received straight to where they belong.</summary>
    /// <param name="unread">Bytes that came earlier and are not taken yet.</param>
    public bool WantsDirect(int unread, out byte* to, out int length)
    {
        to = null;
        length = 0;
        if (unread > 0 || _piece == NbdPool.None || Missing < DirectBytesMin) return false;
        length = Missing;
        _ = Target(out to);
        to += _filled;
        return true;
    }

    /// <summary>So many bytes were received there.</summary>
    public void Filled(int bytes)
    {
        if (_piece == NbdPool.None) return; // Abandoned meanwhile.
        _filled += bytes;
        TryLaunch();
    }

    /// <summary>No more will come.</summary>
    public void Abandon()
    {
        if (_call == NbdPool.None) return;
        var (call, piece) = (_call, _piece);
        (_call, _piece, IsBusy) = (NbdPool.None, NbdPool.None, false);
        pool.Calls[call].Abandoned = true;
        work.EndWrite(call, piece);
    }
}
