using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.History;
using Appliance.Core.Replica.Wire;
using Appliance.Core.Time;

namespace Appliance.Core.Replica.Engine;

/// <summary>Why users' requests wait.</summary>
[Flags]
internal enum Gate : byte
{
    Open = 0,

    /// <summary>The peer was lost and may go on without us: the agent was asked.</summary>
    Fencing = 1,

    /// <summary>Two replicas compare their histories: a frozen moment for writes.</summary>
    Meeting = 2,

    /// <summary>An operator's suspend-io.</summary>
    Suspended = 4,

    /// <summary>No copy of the data can be reached.</summary>
    NoData = 8,

    /// <summary>The data of the volume changes hands.</summary>
    Resizing = 16,
}

internal struct ReplicaCounters
{
    public long Sent;
    public long Received;
    public long DiskWritten;
    public long DiskRead;
    public long IntentWrites;
    public long BitmapWrites;
}

/// <summary>What all concerns of one replica share, and the roads between them. Each concern is a class of its own; none keeps time, and
/// none calls the world.</summary>
internal sealed class Volume
{
    public const int SuperblockAt = 0;
    public const int IntentAt = Geometry.BlockBytes;
    public const int PageAt = 2 * Geometry.BlockBytes;

    public readonly ReplicaConfig Config;
    public readonly EngineIdentity Identity;
    public readonly BlockBuffers Buffers;
    public readonly EffectQueue Effects;
    public readonly Instant BeganAt;
    public readonly int MetadataBuffer;
    public readonly OperationPool Operations = new();
    public readonly DiskIo Io;
    public readonly Claims Claims;
    public readonly Intents Intents;
    public readonly Unstable Unstable;
    public readonly Superblocks Super;
    public readonly Pages Pages;
    public readonly Alone Alone;
    public readonly FrontPath Front;
    public readonly RemoteReads RemoteReads;
    public readonly Flushes Flushes;
    public readonly PeerPath PeerPath;
    public readonly Link Link;
    public readonly Meeting Meeting;
    public readonly Source Source;
    public readonly Target Target;
    public readonly Verifying Verifying;
    public readonly Failure Failure;
    public readonly Roles Roles;
    public readonly Orders Orders;
    public readonly Leaving Leaving;
    public ReplicaCounters Counters;
    public Instant Now;
    public DiskState Disk;
    public ReplicaRole Role;
    public ReplicaFault Fault;
    public Gate Gate;

    private ulong _term;

    /// <summary>Somebody left work for a concern whose turn in this round was over: one more round.</summary>
    public bool Stirred;
    public MetadataLayout Layout;
    public DirtyBitmap Bitmap = new(0);

    public Volume(ReplicaConfig config, EngineIdentity identity, BlockBuffers buffers, EffectQueue effects, Instant now)
    {
        (Config, Identity, Buffers, Effects, Now, BeganAt) = (config, identity, buffers, effects, now, now);
        Invariant.Check(buffers.TryTake(BufferUse.Metadata, out MetadataBuffer));
        Io = new DiskIo(this);
        Claims = new Claims(this);
        Intents = new Intents(this);
        Unstable = new Unstable(this);
        Super = new Superblocks(this);
        Pages = new Pages(this);
        Alone = new Alone(this);
        Front = new FrontPath(this);
        RemoteReads = new RemoteReads(this);
        Flushes = new Flushes(this);
        PeerPath = new PeerPath(this);
        Link = new Link(this);
        Meeting = new Meeting(this);
        Source = new Source(this);
        Target = new Target(this);
        Verifying = new Verifying(this);
        Failure = new Failure(this);
        Roles = new Roles(this);
        Orders = new Orders(this);
        Leaving = new Leaving(this);
    }

    /// <summary>A local disk is there to be written to.</summary>
    public bool HasDisk => Disk >= DiskState.Inconsistent;

    /// <summary>Bytes that users see.</summary>
    public long Size => Super.IsKnown ? Super.Now.DataBytes : Meeting.PeerSize;

    public int RegionShift => Super.IsKnown ? Super.Now.RegionShift : 22;

    /// <summary>The highest term that this node knows of; without a disk it knows it as long as it lives.</summary>
    public ulong Term => Math.Max(_term, Super.IsKnown ? Super.Now.Term : 0);

    public Generations Generations => Super.IsKnown ? Super.Now.Generations : default;

    /// <summary>What our disk is worth, told to the peer when it changes.</summary>
    public void SetDisk(DiskState state)
    {
        if (Disk == state) return;
        Tell(state < Disk && state < DiskState.Consistent ? NewsKind.Alarm : NewsKind.Notice, $"disk {Disk} -> {state}");
        Disk = state;
        Link.SayState();
    }

    public void SetRole(ReplicaRole role)
    {
        if (Role == role) return;
        Tell(NewsKind.Notice, $"role {Role} -> {role}, term {Term}");
        Role = role;
        Link.SayState();
    }

    /// <summary>A term was given, or heard of. Returns the number of the superblock that has it.</summary>
    public ulong Learn(ulong term)
    {
        var isNews = term > Term;
        _term = Math.Max(_term, term);
        if (!Super.IsKnown) return 0;
        return isNews || Super.Now.Term < _term ? Super.Save(Super.Now with { Term = _term }) : 0;
    }

    public void Tell(NewsKind kind, string words)
    {
        ref var effect = ref Effects.Add(EffectKind.Tell);
        (effect.News, effect.Words) = (kind, words);
    }

    public void Close(Gate reason) => Gate |= reason;

    public void Open(Gate reason)
    {
        if ((Gate & reason) == 0) return;
        Gate &= ~reason;
        Front.GateOpened();
    }

    /// <summary>A claim that had to wait is held now.</summary>
    public void Granted(Operation op)
    {
        switch (op.Kind)
        {
            case OpKind.FrontRead: RemoteReads.Ask(op); break;
            case OpKind.FrontWrite or OpKind.FrontZero: Front.Claimed(op); break;
            case OpKind.CopySource: Source.Claimed(op); break;
            case OpKind.VerifySource: Verifying.Claimed(op); break;
            default: PeerPath.Claimed(op); break;
        }
    }

    /// <summary>Regions that had to be noted first are hot now.</summary>
    public void Heated(Operation op)
    {
        if (op.Kind is OpKind.FrontWrite or OpKind.FrontZero) Front.Issue(op);
        else PeerPath.Apply(op);
    }

    /// <summary>The local disk answered, or was given up.</summary>
    public void DiskAnswered(IoOwner owner, Operation? op, int result)
    {
        switch (owner)
        {
            case IoOwner.Superblock: Super.Written(result); break;
            case IoOwner.Intent: Intents.Written(result); break;
            case IoOwner.BitmapPage: Pages.Written(result); break;
            case IoOwner.Flush: Flushes.LocalDone(result); break;
            case IoOwner.PeerFlush: PeerPath.Flushed(result); break;
            default: Answered(op!, result); break;
        }
    }

    private void Answered(Operation op, int result)
    {
        op.LocalPending = false;
        switch (op.Kind)
        {
            case OpKind.FrontRead: RemoteReads.LocalDone(op, result); break;
            case OpKind.FrontWrite or OpKind.FrontZero: Front.LocalDone(op, result); break;
            case OpKind.CopySource: Source.Read(op, result); break;
            case OpKind.VerifySource: Verifying.Read(op, result); break;
            default: PeerPath.LocalDone(op, result); break;
        }
    }

    public void Finish(Operation op)
    {
        Intents.Leave(op);
        Claims.Release(op);
        if (op.Buffer != BlockBuffers.None) Buffers.Release(op.Buffer);
        if (op.Extra != BlockBuffers.None) Buffers.Release(op.Extra);
        Operations.Return(op);
    }

    /// <summary>Marks what an operation touches as perhaps different.</summary>
    public long Mark(Operation op) => Bitmap.Set(op.FirstBlock, op.Blocks);
}
