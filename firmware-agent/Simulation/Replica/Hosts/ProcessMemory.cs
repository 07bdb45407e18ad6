using System.Collections.Concurrent;
using Appliance.Core.Replica;

namespace Appliance.Simulation.Replica.Hosts;

/// <summary>Memory for buffers, used again by later processes and later worlds: many short runs would otherwise spend their time in the
/// collector and in the kernel's zeroing of pages.</summary>
internal static class ProcessMemory
{
    private const int Slots = 64;
    private const int KeptMax = 64;

    /// <summary>A pattern that no write has: what was never filled must not reach a disk.</summary>
    private const byte Pattern = 0xDB;

    private static readonly ConcurrentBag<byte[]> Free = [];

    /// <summary>Full of the pattern.</summary>
    public static byte[] Take()
    {
        if (Free.TryTake(out var used)) return used;
        var bytes = GC.AllocateUninitializedArray<byte>(Slots * BlockBuffers.SlotBytes);
        Array.Fill(bytes, Pattern);
        return bytes;
    }

    /// <param name="bytes">From <see cref="Take"/>; nobody reads or writes it any more.</param>
    /// <param name="slots">The first ones, which were used.</param>
    public static void Give(byte[] bytes, int slots)
    {
        if (Free.Count >= KeptMax) return;
        bytes.AsSpan(0, slots * BlockBuffers.SlotBytes).Fill(Pattern);
        Free.Add(bytes);
    }
}
