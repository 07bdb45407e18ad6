using Appliance.Core.Cluster;
using Appliance.Core.Time;

namespace Appliance.Core.LinuxHa;

/// <summary>What stays the same for a run.</summary>
/// <param name="OwnName">Of this node, for people.</param>
/// <param name="PeerName">Of the other node, for people.</param>
/// <param name="Keepalive">Pause between two own status messages.</param>
/// <param name="Warntime">Silence that is worth a warning.</param>
/// <param name="Deadtime">Silence after which the other node calls us dead; also ours, until it says its own.</param>
/// <param name="Initdead">How long a node that was never heard is waited for.</param>
/// <param name="IsFirst">This node is the first of the file: of two nodes of ours that hold the same it keeps.</param>
public sealed record HaSettings(
    string OwnName, string PeerName, TimeSpan Keepalive, TimeSpan Warntime, TimeSpan Deadtime, TimeSpan Initdead,
    bool IsFirst);

/// <summary>How far this node is in the life of a Heartbeat node.</summary>
public enum HaPhase : byte
{
    /// <summary>Speaks, and waits until the other node is heard or counts as dead.</summary>
    Up,

    /// <summary>Asked what the other node holds.</summary>
    Starting,

    /// <summary>Knows who holds what.</summary>
    Stable,

    /// <summary>Has said that it stops everything and ends.</summary>
    Leaving,
}

/// <summary>What is known of the other node.</summary>
/// <param name="Status">What it said last.</param>
/// <param name="HeardAt">When its last status arrived; null: never.</param>
/// <param name="Deadtime">The silence it asks for.</param>
/// <param name="IsDead">Silent for longer.</param>
/// <param name="HasLeft">It said that it has stopped everything.</param>
/// <param name="IsLeaving">It said that it is stopping everything.</param>
/// <param name="Generation">Of its start.</param>
/// <param name="Holding">What it holds, from our point of view; null: it has not said.</param>
/// <param name="IsStable">Nothing is under way there.</param>
/// <param name="ResourceNumber">Number of the message that said so.</param>
/// <param name="IsAppliance">It is a node like ours.</param>
public sealed record HaPeer(
    HaStatus Status, Instant? HeardAt, TimeSpan Deadtime, bool IsDead, bool HasLeft, bool IsLeaving, long Generation, Holding? Holding,
    bool IsStable, long ResourceNumber, bool IsAppliance)
{
    /// <summary>It takes no part: what it held may be taken.</summary>
    public bool IsGone => IsDead || HasLeft;

    /// <summary>It can be negotiated with.</summary>
    public bool IsReady => !IsGone && !IsLeaving && IsStable && Holding is not null;

    /// <summary>It says that it holds something of this.</summary>
    public bool Claims(Holding holding) => !IsGone && Holding is { } theirs && theirs.Meets(holding);
}

/// <summary>A standby under way: groups change hands by agreement. Each case has what belongs to it.</summary>
public abstract record Handshake
{
    private Handshake()
    {
    }

    /// <summary>We asked the other node to take; nothing was touched yet.</summary>
    public sealed record Asked(Holding Class, Instant Since) : Handshake;

    /// <summary>It agreed: our groups stop.</summary>
    public sealed record Releasing(Holding Class) : Handshake;

    /// <summary>They are stopped and it knows: it starts them.</summary>
    public sealed record Given(Holding Class, Instant Since) : Handshake;

    /// <summary>The other node asked us to take and we agreed: it stops its groups.</summary>
    /// <param name="Word">The class in its words.</param>
    public sealed record Agreed(Holding Class, Holding Word, Instant Since) : Handshake;

    /// <summary>It has stopped them: ours start.</summary>
    public sealed record Taking(Holding Class, Holding Word) : Handshake;
}

/// <summary>Everything a node knows that speaks Heartbeat's protocol. A value.</summary>
public sealed record HaNode
{
    public required HaSettings Settings { get; init; }

    public required Instant StartedAt { get; init; }

    /// <summary>When the next status is due.</summary>
    public Instant SpeakAt { get; init; }

    public HaPhase Phase { get; init; }

    /// <summary>Since when <see cref="Phase"/>.</summary>
    public Instant PhaseSince { get; init; }

    public required HaPeer Peer { get; init; }

    /// <summary>What this node may run. The groups follow it.</summary>
    public Holding Ours { get; init; }

    /// <summary>Grows whenever <see cref="Ours"/> or <see cref="IsDecided"/> changes.</summary>
    public ulong Serial { get; init; } = 1;

    /// <summary>Why we hold what we hold, as a sentence.</summary>
    public string Why { get; init; } = "the agent has just started";

    public Handshake? Handshake { get; init; }

    public HaStanding Standing { get; init; } = HaStanding.Unknown;

    /// <summary>No new standby is begun before.</summary>
    public Instant AskNotBefore { get; init; }

    /// <summary>Since when both nodes say that they hold the same; null: they do not.</summary>
    public Instant? OverlapSince { get; init; }

    /// <summary>Since when nobody holds our local groups; null: somebody does.</summary>
    public Instant? VacantSince { get; init; }

    /// <summary>An odd thing of the other node was told already.</summary>
    public bool OldProtocolTold { get; init; }

    /// <summary>It is known what this node may run: what runs here since before the start is taken back or stopped.</summary>
    public bool IsDecided => Phase is HaPhase.Stable or HaPhase.Leaving;

    /// <summary>The groups have followed what was decided last.</summary>
    public bool IsFollowed => Standing.Serial == Serial;

    /// <summary>What is known of the other node in the words of the status command.</summary>
    public PeerState PeerStateAt(Instant now) => Peer switch
    {
        { HasLeft: true } => PeerState.Left,
        { IsDead: true } => PeerState.Dead,
        { HeardAt: null } => PeerState.Unknown,
        { HeardAt: { } at } => now - at >= Settings.Warntime ? PeerState.Late : PeerState.Up,
    };
}
