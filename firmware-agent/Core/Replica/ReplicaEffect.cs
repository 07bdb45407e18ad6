using System.Text.Json.Serialization;
using Appliance.Core.Replica.Wire;

namespace Appliance.Core.Replica;

public enum EffectKind : byte
{
    /// <summary>Read or write Buffer[BufferOffset .. +Length] at Offset of Area; answer DiskDone(Id).</summary>
    DiskRead,
    DiskWrite,

    /// <summary>Everything written before is on stable storage (fdatasync); answer DiskDone(Id).</summary>
    DiskFlush,

    /// <summary>The range reads as zeroes afterwards (with Discard: its space may be given back); answer DiskDone(Id).</summary>
    DiskZero,

    /// <summary>Put a frame on the connection. The shell owns one share of Buffer and releases it when the bytes have left, or the
    /// connection has ended.</summary>
    Send,

    /// <summary>Answer to a front end: Tag, Result (bytes, or -errno). The engine has given its share back.</summary>
    Complete,

    /// <summary>Try to have a connection (node 0 listens, node 1 dials), again and again until <see cref="Disconnect"/>.</summary>
    Connect,

    /// <summary>End connection Session now; with Final do not look for another one.</summary>
    Disconnect,

    /// <summary>May we go on without the peer? Answer with <see cref="ReplicaOrder.PeerFenced"/>; silence means no.</summary>
    AskFence,

    /// <summary>The front end may be there (Result 1) or must go (0): the device exists only while this node is primary.</summary>
    Expose,

    /// <summary>The size of the device is Offset bytes now.</summary>
    Resized,

    /// <summary>News for journal, agent and alarms.</summary>
    Tell,

    /// <summary>An order is carried out (Result 0) or refused (Result -1, Words say why).</summary>
    Ordered,

    /// <summary>All is safe: the process may end.</summary>
    Ended,

    /// <summary>The disk failed and is given up. Keep that for the next process of this boot (<see cref="Disk.GivenUpNote"/>): the newest
    /// superblock it may hold is Offset; Result 1: the peer has all of its data.</summary>
    GivenUp,
}

public enum DiskArea : byte
{
    Data,
    Metadata,
}

[JsonConverter(typeof(EnumWord<NewsKind>))]
public enum NewsKind : byte
{
    Notice,
    Warning,
    Alarm,
}

/// <summary>What the shell must do, in order. Flat for the same reason as the event.</summary>
public struct ReplicaEffect
{
    public EffectKind Kind;
    public DiskArea Area;

    /// <summary>Write through to stable storage.</summary>
    public bool Fua;
    public bool Discard;
    public bool Final;
    public NewsKind News;
    public uint Id;
    public uint Session;
    public uint Tag;
    public int Result;
    public int Buffer;
    public int BufferOffset;
    public int Length;
    public long Offset;
    public FrameHeader Header;
    public string? Words;
    public ReplicaOrder? Order;
}
