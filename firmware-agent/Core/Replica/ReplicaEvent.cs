using Appliance.Core.Replica.Wire;

namespace Appliance.Core.Replica;

public enum ReplicaEventKind : byte
{
    Tick,
    Front,
    DiskDone,
    LinkUp,
    LinkDown,
    Frame,
    SendDone,
    Order,
}

/// <summary>Everything that can happen to a replica. One flat struct, passed by reference: a million a second cost no garbage.</summary>
public readonly struct ReplicaEvent
{
    public ReplicaEventKind Kind { get; private init; }

    public BlockRequest Request { get; private init; }

    /// <summary>Of the effect that is done.</summary>
    public uint Id { get; private init; }

    /// <summary>Bytes done, or -errno.</summary>
    public int Result { get; private init; }

    public FrameHeader Header { get; private init; }

    public int Buffer { get; private init; }

    /// <summary>Of the connection; frames and ends of earlier ones are ignored.</summary>
    public uint Session { get; private init; }

    public string? Words { get; private init; }

    public ReplicaOrder? Order { get; private init; }

    /// <summary>The deadline has come.</summary>
    public static ReplicaEvent Tick() => new() { Kind = ReplicaEventKind.Tick };

    /// <summary>A front end asks. The engine takes a share of the buffer.</summary>
    public static ReplicaEvent Front(in BlockRequest request) => new() { Kind = ReplicaEventKind.Front, Request = request };

    /// <summary>A disk effect ended: bytes done (short is possible), or -errno.</summary>
    public static ReplicaEvent DiskDone(uint id, int result) => new() { Kind = ReplicaEventKind.DiskDone, Id = id, Result = result };

    /// <summary>A peer has proven that it has the key and is the other node of this replica.</summary>
    public static ReplicaEvent LinkUp(uint session) => new() { Kind = ReplicaEventKind.LinkUp, Session = session };

    /// <summary>The connection is gone, or could not be made; <paramref name="final"/>: trying again is useless (wrong key).</summary>
    public static ReplicaEvent LinkDown(uint session, string words, bool final = false) =>
        new() { Kind = ReplicaEventKind.LinkDown, Session = session, Words = words, Result = final ? 1 : 0 };

    /// <summary>A frame with good checksums. The engine owns the buffer (or None) from now on.</summary>
    public static ReplicaEvent Frame(uint session, in FrameHeader header, int buffer) =>
        new() { Kind = ReplicaEventKind.Frame, Session = session, Header = header, Buffer = buffer };

    /// <summary>All that was asked to be sent until now has left for the kernel.</summary>
    public static ReplicaEvent SendDone(uint session) => new() { Kind = ReplicaEventKind.SendDone, Session = session };

    public static ReplicaEvent Ordered(ReplicaOrder order) => new() { Kind = ReplicaEventKind.Order, Order = order };
}
