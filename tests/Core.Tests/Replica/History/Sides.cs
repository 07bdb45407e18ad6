using Appliance.Core.Replica;
using Appliance.Core.Replica.History;

namespace Appliance.Core.Tests.Replica.History;

/// <summary>Facts of two nodes that have met, to be changed with <c>with</c>.</summary>
internal static class Sides
{
    public static readonly Guid DeviceA = new("11111111-1111-4111-8111-111111111111");
    public static readonly Guid DeviceB = new("22222222-2222-4222-8222-222222222222");

    public static HandshakeFacts A(ulong current = 0x100, ulong based = 0) => Side(0, DeviceA, DeviceB, current, based);

    public static HandshakeFacts B(ulong current = 0x100, ulong based = 0) => Side(1, DeviceB, DeviceA, current, based);

    public static HandshakeFacts Empty(this HandshakeFacts side) => side with
    {
        PeerDevice = Guid.Empty, Disk = DiskState.Inconsistent, Generations = new(Generations.JustCreated, 0, default, default),
    };

    public static HandshakeFacts Diskless(this HandshakeFacts side, ReplicaRole role = ReplicaRole.Secondary) =>
        side with { Disk = DiskState.Diskless, Role = role };

    public static HandshakeFacts Primary(this HandshakeFacts side) =>
        side with { Role = ReplicaRole.Primary, PrimarySinceSplit = true, Disk = DiskState.UpToDate };

    public static HandshakeFacts History(this HandshakeFacts side, ulong id) =>
        side with { Generations = side.Generations with { History = side.Generations.History.Push(id) } };

    public static HandshakeFacts ValidBase(this HandshakeFacts side, ulong id) =>
        side with { Generations = side.Generations with { ValidBases = side.Generations.ValidBases.Push(id) } };

    public static HandshakeFacts Policies(
        this HandshakeFacts side, SplitBrainPolicy zero, SplitBrainPolicy one = default, SplitBrainPolicy two = default) =>
        side with { AfterSplitBrain0 = zero, AfterSplitBrain1 = one, AfterSplitBrain2 = two };

    private static HandshakeFacts Side(int node, Guid device, Guid peer, ulong current, ulong based) => new()
    {
        Node = node, Device = device, PeerDevice = peer, Boot = new Guid(node, 1, 0, new byte[8]),
        Instance = new Guid(node, 2, 0, new byte[8]), Size = 1 << 30, Capacity = 2L << 30, Protocol = Protocol.C,
        Role = ReplicaRole.Secondary, Disk = DiskState.Consistent, Term = 3, Generations = new(current, based, default, default),
        DirtyBlocks = 0, CrashedPrimary = false, ResyncTarget = false, DiscardMyData = false, PrimarySinceSplit = false,
        AfterSplitBrain0 = default, AfterSplitBrain1 = default, AfterSplitBrain2 = default,
    };
}
