using Appliance.Core.Replica;

namespace Appliance.Simulation.Replica.Hosts;

/// <summary>Memory for buffers, used again by later processes: many short runs would otherwise spend their time in the collector.</summary>
internal static class ProcessMemory
{
    private const int Slots = 64;

    [ThreadStatic]
    private static Stack<byte[]>? t_free;

    /// <summary>Full of a pattern that no write has: what was never filled must not reach a disk.</summary>
    public static Memory<byte> Take()
    {
        var bytes = (t_free ??= new Stack<byte[]>()).TryPop(out var used) ? used : new byte[Slots * BlockBuffers.SlotBytes];
        Array.Fill(bytes, (byte)0xDB);
        return bytes;
    }

    public static void Give(Memory<byte> memory)
    {
        if (System.Runtime.InteropServices.MemoryMarshal.TryGetArray<byte>(memory, out var segment)) t_free?.Push(segment.Array!);
    }
}
