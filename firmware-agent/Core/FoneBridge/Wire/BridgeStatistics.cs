using System.Buffers.Binary;

namespace Appliance.Core.FoneBridge.Wire;

/// <summary>The 208 bytes of GET_STATS that have a meaning for us. Counters wrap.</summary>
/// <param name="Received">Ethernet frames taken, per port.</param>
/// <param name="Sent">Ethernet frames sent, per port: the only counter that shows voice leaving.</param>
/// <param name="Dropped">Ethernet frames dropped, per port.</param>
/// <param name="Ticks">50 MHz since start.</param>
public sealed record BridgeStatistics(uint[] Received, uint[] Sent, uint[] Dropped, ulong Ticks)
{
    public const int Size = 208;
    private const int TicksPerSecond = 50_000_000;

    public TimeSpan Uptime => TimeSpan.FromSeconds(Ticks / (double)TicksPerSecond);

    public static BridgeStatistics Read(ReadOnlySpan<byte> bytes)
    {
        Invariant.Check(bytes.Length == Size);
        return new(Pair(bytes), Pair(bytes[8..]), Pair(bytes[16..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]));
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        uint[] counters = [.. Received, .. Sent, .. Dropped];
        for (var at = 0; at < counters.Length; at++) BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * at), counters[at]);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), Ticks);
        return bytes;
    }

    private static uint[] Pair(ReadOnlySpan<byte> bytes) =>
        [BinaryPrimitives.ReadUInt32LittleEndian(bytes), BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..])];
}
