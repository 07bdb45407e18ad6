using Appliance.Core.Replica;
using Appliance.Drivers.BlockDisk;

namespace Appliance.Agent.Replica.Process;

/// <summary>The memory behind the buffers: it never moves, so that the kernel can be given its addresses.</summary>
internal sealed unsafe class BufferMemory : IDisposable
{
    private readonly AlignedMemory _memory;

    /// <param name="slots">Of 128 KiB; untouched ones cost no memory.</param>
    public BufferMemory(int slots)
    {
        _memory = new AlignedMemory(slots * BlockBuffers.SlotBytes);
        Buffers = new BlockBuffers(_memory.Memory);
    }

    public BlockBuffers Buffers { get; }

    public byte* Address => _memory.Address;

    public nint Of(int buffer) => (nint)(_memory.Address + ((long)buffer * BlockBuffers.SlotBytes));

    public void Dispose() => ((IDisposable)_memory).Dispose();
}
