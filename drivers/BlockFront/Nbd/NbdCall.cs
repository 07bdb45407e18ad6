using Appliance.Core.Replica;

namespace Appliance.Drivers.BlockFront.Nbd;

/// <summary>How a request is answered.</summary>
internal enum NbdForm : byte
{
    /// <summary>Without data.</summary>
    Plain,

    /// <summary>All data behind one header, once all of it is there.</summary>
    Whole,

    /// <summary>A chunk for each piece, as the pieces come.</summary>
    Parts,

    /// <summary>All data behind one header, sent while the rest is still being read; a late error costs the connection.</summary>
    Stream,

    /// <summary>Read, and thrown away.</summary>
    Drop,
}

/// <summary>A request under way.</summary>
internal struct NbdCall
{
    public NbdConnection Connection;
    public NbdRequest Request;
    public NbdForm Form;
    public NbdError Error;

    /// <summary>Where the next piece begins, bytes.</summary>
    public long Next;

    /// <summary>Where the last piece ends, bytes.</summary>
    public long End;

    /// <summary>Pieces that have no answer yet.</summary>
    public int Running;

    /// <summary>Pieces that still hold anything.</summary>
    public int Pieces;

    /// <summary>Oldest piece whose data has not been queued; Whole and Stream.</summary>
    public int First;
    public int Last;

    /// <summary>All of it must be on stable storage, and it is more than one piece: a flush comes last.</summary>
    public bool FlushLast;

    /// <summary>Its reply, or the beginning of it, has been queued.</summary>
    public bool Headed;

    /// <summary>Its reply has been queued completely, or there will be none.</summary>
    public bool Replied;

    /// <summary>Waits for buffers.</summary>
    public bool Queued;

    /// <summary>A write whose payload is still coming.</summary>
    public bool Filling;

    /// <summary>A write whose payload never came whole: there is nobody to answer.</summary>
    public bool Abandoned;
    public int NextFree;

    public readonly bool ForceUnitAccess => (Request.Flags & NbdCommandFlags.ForceUnitAccess) != 0;
}

internal enum NbdStep : byte
{
    Free,

    /// <summary>Its payload is coming.</summary>
    Filling,

    /// <summary>Behind a piece that overlaps it.</summary>
    Waiting,

    /// <summary>The sector that it changes a part of is being read.</summary>
    Fetching,

    Running,

    /// <summary>Its data waits to be sent.</summary>
    Sending,
}

/// <summary>A part of a request as the replica sees it.</summary>
internal struct NbdPiece
{
    public int Call;
    public int Buffer;
    public long Offset;
    public int Length;
    public BlockKind Kind;
    public NbdStep Step;

    /// <summary>It has got its data; Whole and Stream.</summary>
    public bool Ready;

    /// <summary>Bytes of a sector that a write changes; 0: it writes whole sectors.</summary>
    public int PatchLength;
    public int PatchStart;
    public int Next;

    public readonly bool IsPatch => PatchLength > 0;

    public readonly bool Changes => Kind is BlockKind.Write or BlockKind.WriteZeroes or BlockKind.Discard;
}
