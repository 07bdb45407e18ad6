using Appliance.Core.Replica;
using Appliance.Drivers.BlockFront;

namespace Appliance.Agent.Replica.Process;

/// <summary>The door of an engine.</summary>
/// <param name="step">Hands an event to the engine.</param>
internal sealed class EngineDoor(BufferMemory memory, EngineStep step) : IBlockDoor
{
    private readonly DoorSlots _slots = new();

    public long Size { get; set; }

    public BlockBuffers Buffers => memory.Buffers;

    /// <summary>Answered since the start.</summary>
    public long Answered => _slots.Answered;

    public nint AddressOf(int buffer) => memory.Of(buffer);

    public void Submit(IBlockFront front, in BlockRequest request) =>
        step(ReplicaEvent.Front(request with { Tag = _slots.Take(front, request.Tag) }));

    /// <summary>The engine has answered.</summary>
    public void Complete(uint tag, int result) => _slots.Answer(tag, result);
}

/// <summary>Hands an event to the engine and performs what it asks for.</summary>
internal delegate void EngineStep(in ReplicaEvent input);
