using Appliance.Core;
using Appliance.Core.Replica;
using Appliance.Drivers.BlockDisk;

namespace Appliance.Drivers.BlockFront.Nbd;

/// <summary>Requests, pieces and buffers of one server; all there from the start, so that a request allocates nothing.</summary>
internal sealed unsafe class NbdPool : IDisposable
{
    /// <summary>No call, no piece.</summary>
    public const int None = -1;

    public const int CallsMax = NbdServer.ConnectionsMax * NbdConnection.CallsMax;

    /// <summary>Requests to the replica that are under way or have data to send.</summary>
    public const int PiecesMax = 256;

    /// <summary>What <see cref="BlockBuffers"/> keeps from front ends.</summary>
    private const int FrontReserve = 28;

    private readonly AlignedMemory _patches = new(PiecesMax * Geometry.SectorBytes);
    private readonly IBlockDoor _door;
    private readonly int _buffersMax;
    private int _buffersHeld;
    private int _freeCall;
    private int _freePiece;

    public NbdPool(IBlockDoor door, int buffersMax)
    {
        (_door, _buffersMax) = (door, buffersMax);
        for (var at = 0; at < CallsMax; at++) Calls[at].NextFree = at + 1 < CallsMax ? at + 1 : None;
        for (var at = 0; at < PiecesMax; at++) Pieces[at].Next = at + 1 < PiecesMax ? at + 1 : None;
    }

    public NbdCall[] Calls { get; } = new NbdCall[CallsMax];

    public NbdPiece[] Pieces { get; } = new NbdPiece[PiecesMax];

    /// <summary>A piece without a buffer can be had.</summary>
    public bool HasPiece => _freePiece != None;

    /// <summary>A piece with a buffer can.</summary>
    public bool HasRoom
    {
        get
        {
            if (!HasPiece || _buffersHeld >= _buffersMax || !_door.Buffers.TryTake(BufferUse.Front, out var slot)) return false;
            _door.Buffers.Release(slot);
            return true;
        }
    }

    /// <summary>Where the new bytes of a patch are kept while the sector is fetched.</summary>
    public byte* PatchOf(int piece) => _patches.Address + (piece * Geometry.SectorBytes);

    public byte* AddressOf(int piece) => (byte*)_door.AddressOf(Pieces[piece].Buffer);

    /// <summary>A call of a connection, which has less than its <see cref="NbdConnection.CallsMax"/>.</summary>
    public int TakeCall(NbdConnection connection, in NbdRequest request)
    {
        var at = _freeCall;
        Invariant.Check(at != None);
        _freeCall = Calls[at].NextFree;
        Calls[at] = new NbdCall { Connection = connection, Request = request, First = None, Last = None };
        return at;
    }

    public void FreeCall(int at)
    {
        Calls[at].Connection = null!;
        Calls[at].NextFree = _freeCall;
        _freeCall = at;
    }

    /// <summary>This client holds as much as is left for all others: what it waits for are its own answers to be read. So one alone
    /// may have half of all buffers, the next half of the rest.</summary>
    public bool IsGreedy(NbdConnection connection) => connection.IsTool && connection.Buffers >= Math.Max(NbdServer.BuffersMin, Left);

    private int Left => Math.Min(_buffersMax - _buffersHeld, _door.Buffers.Available - FrontReserve);

    /// <summary>A piece, with a buffer if it needs one. False: not now.</summary>
    public bool TryTake(int call, bool buffer, out int piece)
    {
        piece = _freePiece;
        if (piece == None) return false;
        var slot = BlockBuffers.None;
        if (buffer)
        {
            if (_buffersHeld >= _buffersMax || IsGreedy(Calls[call].Connection) ||
                !_door.Buffers.TryTake(BufferUse.Front, out slot)) return false;
            _buffersHeld++;
            Calls[call].Connection.Buffers++;
        }

        _freePiece = Pieces[piece].Next;
        Pieces[piece] = new NbdPiece { Call = call, Buffer = slot, Next = None };
        Calls[call].Pieces++;
        return true;
    }

    public void FreePiece(int at)
    {
        ref var piece = ref Pieces[at];
        if (piece.Buffer != BlockBuffers.None)
        {
            _door.Buffers.Release(piece.Buffer);
            _buffersHeld--;
            Calls[piece.Call].Connection.Buffers--;
        }

        Calls[piece.Call].Pieces--;
        (piece.Step, piece.Buffer, piece.Next) = (NbdStep.Free, BlockBuffers.None, _freePiece);
        _freePiece = at;
    }

    public void Dispose() => ((IDisposable)_patches).Dispose();
}
