namespace Appliance.Core.Replica;

/// <summary>What may be done without a person when both nodes wrote alone. DRBD's words.</summary>
public enum SplitBrainPolicy : byte
{
    Disconnect,
    DiscardYoungerPrimary,
    DiscardOlderPrimary,
    DiscardZeroChanges,
    DiscardLeastChanges,
    DiscardSecondary,
    CallPriLostAfterSb,
    Consensus,
}

/// <summary>What a primary does when its peer is lost.</summary>
public enum Fencing : byte
{
    /// <summary>Go on alone at once.</summary>
    DontCare,

    /// <summary>Freeze, ask the agent, go on when it says that the peer will not serve.</summary>
    ResourceOnly,
}

/// <summary>What a primary without any good disk does.</summary>
public enum OnNoData : byte
{
    IoError,
    SuspendIo,
}

/// <summary>Settings of one replica, the same on both nodes but for <paramref name="Node"/>.</summary>
/// <param name="Name">Name of the replica.</param>
/// <param name="Node">0 or 1. Node 0 listens, node 1 dials.</param>
/// <param name="NodeNames">For words, by node.</param>
/// <param name="Protocol">A, B or C.</param>
/// <param name="ResyncMin">Bytes a second that the background copy keeps even against users' writes.</param>
/// <param name="ResyncMax">Bytes a second that it never exceeds.</param>
public sealed record ReplicaConfig(
    string Name, int Node, string[] NodeNames, Protocol Protocol, long ResyncMin, long ResyncMax)
{
    public SplitBrainPolicy AfterSplitBrain0 { get; init; }

    public SplitBrainPolicy AfterSplitBrain1 { get; init; }

    public SplitBrainPolicy AfterSplitBrain2 { get; init; }

    public Fencing Fencing { get; init; } = Fencing.ResourceOnly;

    public OnNoData OnNoData { get; init; } = OnNoData.SuspendIo;

    /// <summary>No byte from the peer for this long: it is lost.</summary>
    public TimeSpan PeerSilence { get; init; } = TimeSpan.FromMilliseconds(1200);

    public TimeSpan PingInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>A request that the peer has not answered for this long: the peer is lost, however it chats otherwise.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>A local disk that has not answered for this long has failed; zero: never.</summary>
    public TimeSpan DiskTimeout { get; init; } = TimeSpan.Zero;

    /// <summary>Regions that may be hot at a time (DRBD's al-extents).</summary>
    public int HotRegionsMax { get; init; } = 1237;

    /// <summary>Differences found by verify are copied from the primary.</summary>
    public bool VerifyRepairs { get; init; } = true;

    /// <summary>Protocols A and B: acknowledged bytes that the peer may lack.</summary>
    public int AheadBytesMax { get; init; } = 4 << 20;

    /// <summary>Bytes acknowledged by the peer but not flushed there before we flush in the background.</summary>
    public int UnstableBytesMax { get; init; } = 32 << 20;
}
