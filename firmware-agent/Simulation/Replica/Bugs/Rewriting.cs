using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.Wire;
using Appliance.Simulation.Replica.Disks;
using Appliance.Simulation.Replica.Hosts;

namespace Appliance.Simulation.Replica.Bugs;

/// <summary>A mistake that is said in a few words: what it does to an effect, an event, an order.</summary>
internal sealed class Rewriting : ReplicaMistake
{
    public delegate bool EffectChange(ReplicaProcess process, ref ReplicaEffect effect);

    public delegate bool EventChange(ReplicaProcess process, ref ReplicaEvent input);

    public EffectChange? Out { get; init; }

    public EventChange? In { get; init; }

    public Func<ReplicaOrder, ReplicaOrder>? Orders { get; init; }

    public override bool Effect(ReplicaProcess process, ref ReplicaEffect effect) => Out is null || Out(process, ref effect);

    public override bool Event(ReplicaProcess process, ref ReplicaEvent input) => In is null || In(process, ref input);

    public override bool Order(ReplicaProcess process, ref ReplicaOrder order)
    {
        if (Orders is not null) order = Orders(order);
        return true;
    }

    /// <summary>A write of metadata of one kind is taken for done.</summary>
    public static Rewriting WithoutMetadata(MetadataKind kind) => new()
    {
        Out = (ReplicaProcess process, ref ReplicaEffect effect) =>
        {
            if (effect.Kind != EffectKind.DiskWrite || effect.Area != DiskArea.Metadata) return true;
            if (Paper.KindOf(process.World.Site, effect.Offset) != kind) return true;
            Later(process, ReplicaEvent.DiskDone(effect.Id, effect.Length));
            return false;
        },
    };

    /// <summary>Superblocks reach the disk changed.</summary>
    public static Rewriting Superblocks(Func<Superblock, Superblock> change) => new()
    {
        Out = (ReplicaProcess process, ref ReplicaEffect effect) =>
        {
            if (effect.Kind != EffectKind.DiskWrite || effect.Area != DiskArea.Metadata) return true;
            if (Paper.KindOf(process.World.Site, effect.Offset) != MetadataKind.Superblock) return true;
            var block = process.Buffers[effect.Buffer].Slice(effect.BufferOffset, effect.Length);
            if (SuperblockText.Read(block, out _) is { } superblock) SuperblockText.Write(change(superblock), block);
            return true;
        },
    };

    /// <summary>Frames of some kinds are not sent; what the peer would answer is believed.</summary>
    public static Rewriting Unsent(Func<FrameHeader, FrameHeader?> answer) => new()
    {
        Out = (ReplicaProcess process, ref ReplicaEffect effect) =>
        {
            if (effect.Kind != EffectKind.Send || answer(effect.Header) is not { } believed) return true;
            Later(process, ReplicaEvent.Frame(effect.Session, believed, BlockBuffers.None));
            return false;
        },
    };

    /// <summary>Effects are changed in place.</summary>
    public static Rewriting Effects(EffectChange change) => new() { Out = change };

    /// <summary>Frames that come are changed, or not taken (null).</summary>
    public static Rewriting Frames(Func<FrameHeader, FrameHeader?> change) => new()
    {
        In = (ReplicaProcess process, ref ReplicaEvent input) =>
        {
            if (input.Kind != ReplicaEventKind.Frame) return true;
            if (change(input.Header) is not { } header) return false;
            input = ReplicaEvent.Frame(input.Session, header, input.Buffer);
            return true;
        },
    };

    /// <summary>An answer that comes a moment later, without the disk or the peer having anything to do with it.</summary>
    public static void Later(ReplicaProcess process, ReplicaEvent input) =>
        process.World.Timeline.After(TimeSpan.FromMicroseconds(20), () => process.WhenRunning(() => process.Step(input)));

    /// <summary>Sends a request to the disk whose answer nobody hears.</summary>
    public static void Silently(ReplicaProcess process, in ReplicaEffect effect)
    {
        var copy = process.Buffers[effect.Buffer].Slice(effect.BufferOffset, effect.Length).ToArray();
        process.Host.Disk.Submit(new DiskOperation(effect.Kind, effect.Area, effect.Fua, effect.Offset, effect.Length, copy, _ => { }));
    }
}
