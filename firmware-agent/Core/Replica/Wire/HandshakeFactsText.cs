using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Appliance.Core.Replica.History;
using Appliance.Core.Wire;

namespace Appliance.Core.Replica.Wire;

/// <summary>
/// What each side says of itself, as the payload of <c>Facts</c>: node u8, protocol u8, role u8, disk u8, three split-brain policies u8,
/// flags u8, four ids of 16 bytes (device, peer's device, boot, instance), size, capacity, term, dirty blocks, sequence of the superblock,
/// the peer's as it was known u64, generations.
/// </summary>
public static class HandshakeFactsText
{
    public const int Bytes = 8 + (4 * GuidBytes) + (6 * sizeof(ulong)) + GenerationsText.Bytes;

    private const int GuidBytes = 16;

    [Flags]
    private enum Bits : byte
    {
        None = 0,
        CrashedPrimary = 1,
        ResyncTarget = 2,
        DiscardMyData = 4,
        PrimarySinceSplit = 8,
        Survived = 16,
        LostCache = 32,
        All = 63,
    }

    /// <summary>Writes into the first bytes; returns how many.</summary>
    public static int Write(HandshakeFacts facts, Span<byte> into)
    {
        var wire = new WireWriter(into);
        wire.U8((byte)facts.Node);
        wire.U8((byte)facts.Protocol);
        wire.U8((byte)facts.Role);
        wire.U8((byte)facts.Disk);
        wire.U8((byte)facts.AfterSplitBrain0);
        wire.U8((byte)facts.AfterSplitBrain1);
        wire.U8((byte)facts.AfterSplitBrain2);
        wire.U8((byte)BitsOf(facts));
        var at = wire.Length;
        foreach (var id in new ReadOnlySpan<Guid>([facts.Device, facts.PeerDevice, facts.Boot, facts.Instance]))
        {
            id.TryWriteBytes(into.Slice(at, GuidBytes), bigEndian: true, out _);
            at += GuidBytes;
        }

        foreach (var number in new ReadOnlySpan<ulong>(
            [(ulong)facts.Size, (ulong)facts.Capacity, facts.Term, facts.DirtyBlocks, facts.Sequence, facts.PeerSequence]))
        {
            BinaryPrimitives.WriteUInt64BigEndian(into[at..], number);
            at += sizeof(ulong);
        }

        return at + GenerationsText.Write(facts.Generations, into[at..]);
    }

    /// <summary>False: wrong length, or a value that there is not.</summary>
    public static bool TryRead(ReadOnlySpan<byte> from, [NotNullWhen(true)] out HandshakeFacts? facts)
    {
        facts = null;
        if (from.Length != Bytes) return false;
        var numbers = from[(8 + (4 * GuidBytes))..];
        var bits = (Bits)from[7];
        if (!GenerationsText.TryRead(from[^GenerationsText.Bytes..], out var generations)) return false;
        facts = new HandshakeFacts
        {
            Node = from[0], Protocol = (Protocol)from[1], Role = (ReplicaRole)from[2], Disk = (DiskState)from[3],
            AfterSplitBrain0 = (SplitBrainPolicy)from[4], AfterSplitBrain1 = (SplitBrainPolicy)from[5],
            AfterSplitBrain2 = (SplitBrainPolicy)from[6],
            Device = Id(from, 0), PeerDevice = Id(from, 1), Boot = Id(from, 2), Instance = Id(from, 3),
            Size = (long)BinaryPrimitives.ReadUInt64BigEndian(numbers),
            Capacity = (long)BinaryPrimitives.ReadUInt64BigEndian(numbers[8..]),
            Term = BinaryPrimitives.ReadUInt64BigEndian(numbers[16..]),
            DirtyBlocks = BinaryPrimitives.ReadUInt64BigEndian(numbers[24..]),
            Sequence = BinaryPrimitives.ReadUInt64BigEndian(numbers[32..]),
            PeerSequence = BinaryPrimitives.ReadUInt64BigEndian(numbers[40..]),
            Generations = generations,
            CrashedPrimary = bits.HasFlag(Bits.CrashedPrimary), ResyncTarget = bits.HasFlag(Bits.ResyncTarget),
            DiscardMyData = bits.HasFlag(Bits.DiscardMyData), PrimarySinceSplit = bits.HasFlag(Bits.PrimarySinceSplit),
            Survived = bits.HasFlag(Bits.Survived), LostCache = bits.HasFlag(Bits.LostCache),
        };
        return IsPossible(facts) && (bits & ~Bits.All) == 0;
    }

    private static bool IsPossible(HandshakeFacts facts) =>
        facts.Node < Limits.Nodes && facts.Protocol <= Protocol.C && facts.Role <= ReplicaRole.Primary && facts.Disk <= DiskState.UpToDate
        && facts.AfterSplitBrain0 <= SplitBrainPolicy.Consensus && facts.AfterSplitBrain1 <= SplitBrainPolicy.Consensus
        && facts.AfterSplitBrain2 <= SplitBrainPolicy.Consensus && facts.Size >= 0 && facts.Capacity >= facts.Size;

    private static Guid Id(ReadOnlySpan<byte> from, int number) => new(from.Slice(8 + (number * GuidBytes), GuidBytes), bigEndian: true);

    private static Bits BitsOf(HandshakeFacts facts) => (facts.CrashedPrimary ? Bits.CrashedPrimary : Bits.None)
        | (facts.ResyncTarget ? Bits.ResyncTarget : Bits.None) | (facts.DiscardMyData ? Bits.DiscardMyData : Bits.None)
        | (facts.PrimarySinceSplit ? Bits.PrimarySinceSplit : Bits.None)
        | (facts.Survived ? Bits.Survived : Bits.None) | (facts.LostCache ? Bits.LostCache : Bits.None);
}
