using Appliance.Core;
using Appliance.Core.Replica;

namespace Appliance.Drivers.BlockFront.Nbd;

/// <summary>
/// Cuts requests into pieces that the replica takes, and hands their answers to <see cref="NbdAnswers"/>. Who finds no buffer waits in one
/// queue; only its first gets more, so that two half served requests can never wait for each other.
/// </summary>
internal sealed unsafe class NbdWork
{
    /// <summary>Pieces that a request may hold at a time: 1 MiB at any place.</summary>
    public const int Window = 9;

    private const long SectorMask = Geometry.SectorBytes - 1;
    private const int QueueMax = NbdPool.CallsMax + NbdServer.ConnectionsMax;

    private readonly int[] _queue = new int[QueueMax];
    private readonly (int Piece, int Result)[] _late = new (int, int)[NbdPool.PiecesMax];
    private readonly IBlockDoor _door;
    private readonly IBlockFront _front;
    private readonly NbdPool _pool;
    private readonly NbdOrder _order;
    private readonly NbdAnswers _answers;
    private readonly NbdConnection?[] _connections;
    private int _queueCount;
    private int _lateCount;
    private bool _feeding;
    private bool _answering;

    public NbdWork(IBlockDoor door, IBlockFront front, NbdPool pool, NbdConnection?[] connections)
    {
        (_door, _front, _pool, _connections) = (door, front, pool, connections);
        (_order, _answers) = (new NbdOrder(pool), new NbdAnswers(pool, this));
    }

    /// <summary>Somebody waits for a buffer.</summary>
    public bool IsWaiting => _queueCount > 0;

    /// <summary>Begins anything but a write and what has no call.</summary>
    public void Begin(NbdConnection connection, in NbdRequest request)
    {
        var at = _pool.TakeCall(connection, request);
        ref var call = ref _pool.Calls[at];
        var (from, end) = ((long)request.Offset, (long)request.Offset + request.Length);
        (call.Next, call.End) = request.Command switch
        {
            NbdCommand.Read or NbdCommand.Cache when from < end => (from & ~SectorMask, (end + SectorMask) & ~SectorMask),
            NbdCommand.Trim => ((from + SectorMask) & ~SectorMask, Math.Max((from + SectorMask) & ~SectorMask, end & ~SectorMask)),
            NbdCommand.WriteZeroes => (from, end),
            _ => (0, 0),
        };
        if (request.Command is NbdCommand.Trim or NbdCommand.WriteZeroes)
            call.FlushLast = call.ForceUnitAccess && Segment(call.Next, call.End, Geometry.ZeroBytesMax) < call.End - call.Next;
        if (request.Command == NbdCommand.Read) call.Form = FormOf(call, connection.Session.Structured);
        if (request.Command == NbdCommand.Cache) call.Form = NbdForm.Drop;
        if (request.Command == NbdCommand.Flush) call.FlushLast = true;
        if (call.Next == call.End) _answers.Check(at);
        else if (_queueCount > 0 || !Advance(at)) Wait(at);
    }

    private static NbdForm FormOf(in NbdCall call, bool structured) =>
        call.End - call.Next <= Window * BlockBuffers.SlotBytes ? NbdForm.Whole
        : structured && (call.Request.Flags & NbdCommandFlags.DontFragment) == 0 ? NbdForm.Parts
        : NbdForm.Stream;

    /// <summary>Begins a write; its pieces come by <see cref="TryTakePiece"/> and <see cref="Launch"/>.</summary>
    public int BeginWrite(NbdConnection connection, in NbdRequest request)
    {
        var at = _pool.TakeCall(connection, request);
        ref var call = ref _pool.Calls[at];
        (call.Next, call.End, call.Filling) = ((long)request.Offset, (long)request.Offset + request.Length, true);
        call.FlushLast = call.ForceUnitAccess && Segment(call.Next, call.End, BlockBuffers.SlotBytes) < request.Length;
        return at;
    }

    /// <summary>The next piece of a write, to be filled. False: the connection has been put into the queue for buffers.</summary>
    public bool TryTakePiece(NbdConnection connection, int at, out int piece)
    {
        if ((_queueCount == 0 || _feeding) && TryCut(at, out piece)) return true;
        piece = NbdPool.None;
        if (!connection.Queued)
        {
            connection.Queued = true;
            Put(~connection.Number);
        }

        return false;
    }

    /// <summary>All payload of a write has come, or no more will come.</summary>
    /// <param name="piece">Half filled, to be thrown away; or none.</param>
    public void EndWrite(int at, int piece)
    {
        if (piece != NbdPool.None)
        {
            _pool.Calls[at].Running--;
            _pool.FreePiece(piece);
        }

        (_pool.Calls[at].Filling, _pool.Calls[at].Next) = (false, _pool.Calls[at].End);
        _answers.Check(at);
    }

    /// <summary>The connection is dead.</summary>
    public void EndAll(NbdConnection connection) => _answers.EndAll(connection);

    /// <summary>Takes the next piece off a call that writes.</summary>
    private bool TryCut(int at, out int number)
    {
        ref var call = ref _pool.Calls[at];
        var writes = call.Request.Command == NbdCommand.Write;
        var length = Segment(call.Next, call.End, writes ? BlockBuffers.SlotBytes : Geometry.ZeroBytesMax);
        var patch = length < Geometry.SectorBytes;
        if (!_pool.TryTake(at, writes || patch, out number)) return false;
        ref var piece = ref _pool.Pieces[number];
        piece.Step = NbdStep.Filling;
        piece.Kind = writes || patch ? BlockKind.Write
            : call.Request.Command == NbdCommand.Trim || (call.Request.Flags & NbdCommandFlags.NoHole) == 0 ? BlockKind.Discard
            : BlockKind.WriteZeroes;
        (piece.Offset, piece.Length) = (call.Next, length);
        if (patch)
        {
            (piece.PatchStart, piece.PatchLength) = ((int)(call.Next & SectorMask), length);
            (piece.Offset, piece.Length) = (call.Next & ~SectorMask, Geometry.SectorBytes);
            if (!writes) new Span<byte>(_pool.PatchOf(number), length).Clear();
        }

        call.Next += length;
        call.Running++;
        return true;
    }

    /// <summary>Bytes of the piece that begins here: whole sectors, or less than one.</summary>
    private static int Segment(long from, long end, int max)
    {
        var inSector = (int)(from & SectorMask);
        if (inSector > 0 || end - from < Geometry.SectorBytes) return (int)Math.Min(Geometry.SectorBytes - inSector, end - from);
        return (int)Math.Min(max, (end - from) & ~SectorMask);
    }

    /// <summary>Gives the call's next pieces to the replica. False: it needs a buffer or a piece that is not there.</summary>
    private bool Advance(int at)
    {
        ref var call = ref _pool.Calls[at];
        while (call.Next < call.End && call.Pieces < Window)
        {
            if (call.Request.Command is NbdCommand.Read or NbdCommand.Cache)
            {
                if (!_pool.TryTake(at, buffer: true, out var number)) return false;
                ReadOn(at, number);
            }
            else
            {
                if (!TryCut(at, out var number)) return false;
                Launch(number);
            }
        }

        return true;
    }

    /// <summary>Has the next part of a call read into a piece's buffer.</summary>
    private void ReadOn(int at, int number)
    {
        ref var call = ref _pool.Calls[at];
        ref var piece = ref _pool.Pieces[number];
        (piece.Kind, piece.Ready, piece.Next, piece.Offset) = (BlockKind.Read, false, NbdPool.None, call.Next);
        piece.Length = (int)Math.Min(BlockBuffers.SlotBytes, call.End - call.Next);
        call.Next += piece.Length;
        call.Running++;
        if (call.Form is NbdForm.Whole or NbdForm.Stream)
        {
            if (call.First == NbdPool.None) call.First = number;
            else _pool.Pieces[call.Last].Next = number;
            call.Last = number;
        }

        Submit(number, NbdStep.Running, BlockKind.Read, forceUnitAccess: false);
    }

    /// <summary>A piece of a writing call has all its bytes.</summary>
    public void Launch(int number)
    {
        if (_order.Admit(number)) Go(number);
    }

    private void Go(int number)
    {
        ref var piece = ref _pool.Pieces[number];
        ref readonly var call = ref _pool.Calls[piece.Call];
        if (piece.IsPatch) Submit(number, NbdStep.Fetching, BlockKind.Read, forceUnitAccess: false);
        else Submit(number, NbdStep.Running, piece.Kind, call.ForceUnitAccess && !call.FlushLast);
    }

    private void Submit(int number, NbdStep step, BlockKind kind, bool forceUnitAccess)
    {
        ref var piece = ref _pool.Pieces[number];
        piece.Step = step;
        _door.Submit(_front, new BlockRequest((uint)number, kind, piece.Offset, piece.Length, piece.Buffer, forceUnitAccess));
    }

    /// <summary>Last step of a call that has to be on stable storage.</summary>
    public void Flush(int at)
    {
        var taken = _pool.TryTake(at, buffer: false, out var number);
        if (!taken)
        {
            Wait(at);
            return;
        }

        ref var call = ref _pool.Calls[at];
        call.FlushLast = false;
        call.Running++;
        _pool.Pieces[number].Kind = BlockKind.Flush;
        Submit(number, NbdStep.Running, BlockKind.Flush, forceUnitAccess: false);
    }

    /// <summary>The replica has answered, perhaps while it was being asked.</summary>
    public void Answered(uint number, int result)
    {
        if (_answering)
        {
            _late[_lateCount++] = ((int)number, result);
            return;
        }

        _answering = true;
        Take((int)number, result);
        while (_lateCount > 0)
        {
            var (late, lateResult) = _late[--_lateCount];
            Take(late, lateResult);
        }

        _answering = false;
    }

    private void Take(int number, int result)
    {
        ref var piece = ref _pool.Pieces[number];
        Invariant.Check(piece.Step is NbdStep.Running or NbdStep.Fetching);
        var at = piece.Call;
        ref var call = ref _pool.Calls[at];
        if (piece.Step == NbdStep.Fetching && result >= 0)
        {
            new Span<byte>(_pool.PatchOf(number), piece.PatchLength)
                .CopyTo(new Span<byte>(_pool.AddressOf(number) + piece.PatchStart, piece.PatchLength));
            Submit(number, NbdStep.Running, BlockKind.Write, call.ForceUnitAccess && !call.FlushLast);
            return;
        }

        call.Running--;
        piece.Step = NbdStep.Sending;
        if (result < 0 && call.Error == NbdError.None) call.Error = NbdRules.OfErrno(-result);
        StopIfFailed(ref call);
        if (piece.Kind == BlockKind.Read)
        {
            _answers.Read(number);
            return;
        }

        if (piece.Changes) Leave(number);
        _pool.FreePiece(number);
        if (!call.Filling && call.Next < call.End && !call.Queued && (_queueCount > 0 || !Advance(at))) Wait(at);
        _answers.Check(at);
    }

    /// <summary>After an error, or for nobody, nothing more is begun.</summary>
    private static void StopIfFailed(ref NbdCall call)
    {
        if (!call.Filling && (call.Error != NbdError.None || call.Connection.IsDead)) call.Next = call.End;
    }

    private void Leave(int number)
    {
        _order.Leave(number);
        while (_order.TryTakeReady(out var next)) Go(next);
    }

    /// <summary>A piece's data has gone out or is not wanted: the rest of its call goes on in the same buffer.</summary>
    public void Release(int number)
    {
        var at = _pool.Pieces[number].Call;
        ref var call = ref _pool.Calls[at];
        StopIfFailed(ref call);
        if (call.Next < call.End)
        {
            ReadOn(at, number);
            return;
        }

        _pool.FreePiece(number);
        _answers.Check(at);
    }

    /// <summary>Serves those who wait for buffers, as far as there are any. True: somebody got on.</summary>
    public bool Feed()
    {
        if (_feeding) return false;
        _feeding = true;
        var (before, kept, at) = (_queueCount, 0, 0);
        for (; at < before; at++)
        {
            var entry = _queue[at];
            var connection = entry < 0 ? _connections[~entry]! : _pool.Calls[entry].Connection;
            // One that holds its share keeps its place; the others must not wait for it.
            if (connection is { IsDead: false } && _pool.IsGreedy(connection)) _queue[kept++] = entry;
            else if (!(entry < 0 ? Resume(connection) : Serve(entry))) break;
        }

        var served = at - kept;
        Array.Copy(_queue, at, _queue, kept, _queueCount - at);
        _queueCount -= served;
        _feeding = false;
        return served > 0;
    }

    /// <summary>Has a connection go on with its write.</summary>
    private bool Resume(NbdConnection connection)
    {
        if (!connection.IsDead && !_pool.HasRoom) return false;
        connection.Queued = false;
        connection.Parse();
        return true;
    }

    /// <summary>Serves the call that has waited longest. True: it waits no longer.</summary>
    private bool Serve(int at)
    {
        ref var call = ref _pool.Calls[at];
        StopIfFailed(ref call);
        if (call.Next < call.End && !Advance(at)) return false;
        if (call is { FlushLast: true, Running: 0 } && !_pool.HasPiece) return false;
        call.Queued = false;
        _answers.Check(at);
        return true;
    }

    private void Wait(int at)
    {
        ref var call = ref _pool.Calls[at];
        if (call.Queued) return;
        call.Queued = true;
        Put(at);
    }

    private void Put(int entry)
    {
        Invariant.Check(_queueCount < QueueMax);
        _queue[_queueCount++] = entry;
    }
}
