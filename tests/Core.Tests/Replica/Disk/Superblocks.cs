using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.History;

namespace Appliance.Core.Tests.Replica.Disk;

/// <summary>Superblocks for tests.</summary>
internal static class Superblocks
{
    public static Guid Cluster { get; } = new("6f2c1d1e-0a5b-4b53-9d0e-3f8f6f0b7c11");

    /// <summary>As a replica of 20 GiB looks that lost its peer while it was primary.</summary>
    public static Superblock Alone(ulong sequence = 42) => new()
    {
        Sequence = sequence,
        Cluster = Cluster,
        Device = new("11111111-2222-3333-4444-555555555555"),
        PeerDevice = new("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"),
        Boot = new("01020304-0506-0708-090a-0b0c0d0e0f10"),
        Instance = new("f0e0d0c0-b0a0-9080-7060-504030201000"),
        Node = 1,
        DataBytes = 20L << 30,
        CapacityBytes = 21L << 30,
        PeerDataBytes = 20L << 30,
        RegionShift = 22,
        Disk = DiskState.UpToDate,
        Flags = SuperblockFlags.Primary | SuperblockFlags.PeerOutdated | SuperblockFlags.PeerSeen,
        Generations = new Generations(
            0x1122_3344_5566_7789, 0x2122_3344_5566_7788, Ids(0x3122_3344_5566_7788), Ids(0x4122_3344_5566_7788)),
        Term = 7,
        PeerCurrent = 0x2122_3344_5566_7788,
        WrittenAt = 1_795_262_400,
    };

    public static byte[] Block(Superblock superblock)
    {
        var block = new byte[Geometry.BlockBytes];
        SuperblockText.Write(superblock, block);
        return block;
    }

    public static byte[] IntentBlock(ulong sequence, params int[] regions)
    {
        var (bits, block) = (new byte[IntentText.BitsBytes], new byte[Geometry.BlockBytes]);
        foreach (var region in regions) bits[region >> 3] |= (byte)(1 << (region & 7));
        IntentText.Write(bits, sequence, block);
        return block;
    }

    private static IdList Ids(ulong first)
    {
        var ids = default(IdList);
        for (var at = 0; at < IdList.Length; at++) ids[at] = first + (ulong)(at * 16);
        return ids;
    }
}
