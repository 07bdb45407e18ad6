using Appliance.Core.Replica;
using Appliance.Drivers.BlockDisk;
using Appliance.Drivers.BlockFront;
using Appliance.Drivers.Interop;

namespace Appliance.Agent.Replica.Process;

/// <summary>A door that leads straight to one disk, without engine, metadata and peer: for tools, and to measure what the rest costs.
/// Overlapping requests are not put in order; whoever needs one waits for the answer, as with any disk.</summary>
internal sealed class PlainDoor(BufferMemory memory, long size) : IBlockDoor, IDiskOwner
{
    private readonly DoorSlots _slots = new();

    /// <summary>Set before the first request.</summary>
    public DiskPerformer? Disk { get; set; }

    public long Size => size;

    public BlockBuffers Buffers => memory.Buffers;

    /// <summary>Answered since the start.</summary>
    public long Answered => _slots.Answered;

    public nint AddressOf(int buffer) => memory.Of(buffer);

    public void Submit(IBlockFront front, in BlockRequest request)
    {
        if (request.Kind != BlockKind.Flush && (request.Offset < 0 || request.Offset > size - request.Length))
        {
            front.Answer(request.Tag, -Errno.EINVAL);
            return;
        }

        var effect = new ReplicaEffect
        {
            Kind = request.Kind switch
            {
                BlockKind.Read => EffectKind.DiskRead,
                BlockKind.Write => EffectKind.DiskWrite,
                BlockKind.Flush => EffectKind.DiskFlush,
                _ => EffectKind.DiskZero,
            },
            Id = _slots.Take(front, request.Tag),
            Buffer = request.Buffer,
            Length = request.Length,
            Offset = request.Offset,
            Fua = request.ForceUnitAccess,
            Discard = request.Kind == BlockKind.Discard,
        };
        Disk!.Perform(effect);
    }

    public void DiskDone(uint id, int result) => _slots.Answer(id, result);
}
