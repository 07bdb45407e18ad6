using System.Runtime.CompilerServices;

namespace Appliance.Core.Cluster;

/// <summary>Node-wide facts that are bits. On the wire.</summary>
[Flags]
public enum NodeFlags : byte
{
    None = 0,

    /// <summary>An operator took the node out of service.</summary>
    Standby = 1,

    /// <summary>Nothing is started, stopped or moved by itself.</summary>
    Maintenance = 2,

    /// <summary>This is the sender's last word: it stopped cleanly and holds nothing.</summary>
    Goodbye = 4,

    /// <summary>The sender sees neither ping references nor witness although some are configured.</summary>
    Isolated = 8,

    /// <summary>Sender is in its first moments and has not decided anything.</summary>
    Starting = 16,

    /// <summary>The sender will be back without having stopped its resources (agent upgrade in maintenance).</summary>
    ResourcesStay = 32,
}

/// <summary>What a node says about one group. 10 bytes on the wire; docs/PROTOCOL.md.</summary>
/// <param name="Role">Its role.</param>
/// <param name="Data">Its copy of the data.</param>
/// <param name="Fit">The sender could serve this group now.</param>
/// <param name="Vote">Its durable vote.</param>
/// <param name="Wish">What it asks of the peer.</param>
/// <param name="Score">0 (unfit) to 1000 (perfect).</param>
/// <param name="Line">Where its telephone lines are, seen from the sender.</param>
public readonly record struct GroupFacts(
    Role Role, DataStanding Data, bool Fit, Vote Vote, Wish Wish, ushort Score, LineStanding Line = LineStanding.None);

/// <summary>Group facts by group number, without an allocation.</summary>
[InlineArray(Limits.GroupsMax)]
public struct GroupFactsArray
{
    private GroupFacts _first;
}

/// <summary>
/// What one node tells the other, identical on Ethernet and serial. A plain struct: the receive path copies it through a ring
/// without touching the heap. Layout: docs/PROTOCOL.md.
/// </summary>
public struct Heartbeat
{
    /// <summary>Node number, or <see cref="Limits.WitnessNumber"/>.</summary>
    public byte Sender;

    public NodeFlags Flags;

    /// <summary>Grows with every start of the agent; durable.</summary>
    public ulong Incarnation;

    /// <summary>Grows with every heartbeat of this incarnation; the same on all links.</summary>
    public ulong Sequence;

    /// <summary>Sender's boot clock, milliseconds, low 32 bits.</summary>
    public uint SentAt;

    /// <summary>Low 32 bits of the receiver's incarnation that the sender has heard last; 0: never heard.</summary>
    public uint EchoIncarnation;

    /// <summary>Low 32 bits of the receiver's newest sequence the sender has heard: proof that this frame is fresh.</summary>
    public uint EchoSequence;

    /// <summary>Digest of the sender's configuration.</summary>
    public uint ConfigDigest;

    /// <summary>Seconds until the sender's maintenance ends, 0 when there is none.</summary>
    public uint MaintenanceLeft;

    /// <summary>Bit per link on which the sender hears the receiver. From the witness: bit per node it hears.</summary>
    public byte LinksHeard;

    /// <summary>How many ping references answer the sender.</summary>
    public byte PingsSeen;

    /// <summary>How many ping references the sender asks.</summary>
    public byte PingsKnown;

    /// <summary>Entries used in <see cref="Groups"/>.</summary>
    public byte GroupCount;

    public GroupFactsArray Groups;
}
