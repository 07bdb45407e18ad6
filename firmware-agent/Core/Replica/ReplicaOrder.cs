using Appliance.Core.Replica.Disk;

namespace Appliance.Core.Replica;

/// <summary>What the agent or an operator asks. Rare: records may be made.</summary>
public abstract record ReplicaOrder
{
    private ReplicaOrder()
    {
    }

    /// <summary>Become primary.</summary>
    /// <param name="Term">Of the group's vote; at least the last one. 0: by hand, last + 1.</param>
    /// <param name="PeerIsHarmless">The agent has proof that the peer neither serves nor has newer data.</param>
    /// <param name="Force">Even with an Inconsistent, Outdated or just created disk: this disk's content is the truth from now on.</param>
    public sealed record Primary(ulong Term, bool PeerIsHarmless, bool Force) : ReplicaOrder;

    /// <summary>Stop serving: drain, flush both, note it.</summary>
    public sealed record Secondary : ReplicaOrder;

    /// <summary>Look for the peer (again). <paramref name="DiscardMyData"/>: after a split brain our changes are thrown away.</summary>
    public sealed record Connect(bool DiscardMyData) : ReplicaOrder;

    public sealed record Disconnect : ReplicaOrder;

    /// <summary>Copy everything from the peer. <paramref name="Peer"/>: to the peer (DRBD's invalidate-remote).</summary>
    public sealed record Invalidate(bool Peer) : ReplicaOrder;

    /// <summary>Compare both copies.</summary>
    public sealed record Verify : ReplicaOrder;

    /// <summary>Agree with the peer on another size, bytes; 0: as large as both can. Both shells have made room before.</summary>
    public sealed record Resize(long Bytes) : ReplicaOrder;

    public sealed record Detach : ReplicaOrder;

    /// <summary>The shell read a disk: use it.</summary>
    public sealed record Attach(DiskImage Image) : ReplicaOrder;

    /// <summary>Answer to <see cref="EffectKind.AskFence"/>: the peer will not serve what it has. With <paramref name="Outdated"/> it has
    /// written down that its data is old.</summary>
    public sealed record PeerFenced(bool Outdated) : ReplicaOrder;

    /// <summary>The agent: somebody writes newer data than ours. Note it durably.</summary>
    public sealed record Outdate : ReplicaOrder;

    /// <summary>The agent knows that the peer is dead or gone: do not wait for silence. Refused while the peer's replica answers.</summary>
    public sealed record PeerDead : ReplicaOrder;

    /// <summary>This node must let go and nobody will say where the peer stands: requests of users that wait end with an error, and so do
    /// all that come before it is secondary. None of them was answered, so nothing is lost.</summary>
    public sealed record FailIo : ReplicaOrder;

    /// <summary>DRBD's suspend-io: drain, flush, hold.</summary>
    public sealed record SuspendIo : ReplicaOrder;

    public sealed record ResumeIo : ReplicaOrder;

    /// <summary>The process ends in order: drain, flush, mark clean, say goodbye. <paramref name="FrontStays"/>: a device with a mounted
    /// file system waits for the next process, which goes on as primary.</summary>
    public sealed record Stop(bool FrontStays) : ReplicaOrder;
}
