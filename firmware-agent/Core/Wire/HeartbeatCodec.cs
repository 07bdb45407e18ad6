using Appliance.Core.Cluster;

namespace Appliance.Core.Wire;

/// <summary>A heartbeat as bytes, without its signature. Encode and decode are two columns of the table in docs/PROTOCOL.md.</summary>
public static class HeartbeatCodec
{
    private const NodeFlags KnownFlags =
        NodeFlags.Standby | NodeFlags.Maintenance | NodeFlags.Goodbye | NodeFlags.Isolated | NodeFlags.Starting | NodeFlags.ResourcesStay;

    private const byte FitBit = 1;
    private const byte TakeoverBit = 2;
    private const int LineShift = 2;
    private const byte LineBits = 3 << LineShift;

    /// <summary>Writes header and facts; the key id is left zero for <see cref="Authenticator.Seal"/>. Returns the length.</summary>
    public static int Encode(in Heartbeat heartbeat, uint cluster, Span<byte> frame)
    {
        Invariant.Check(heartbeat.GroupCount <= Limits.GroupsMax);
        var wire = new WireWriter(frame);
        wire.U16(FrameLayout.Magic);
        wire.U8((byte)WireVersion.V1);
        wire.U8(0);
        wire.U32(cluster);
        wire.U8(heartbeat.Sender);
        wire.U8((byte)heartbeat.Flags);
        wire.U64(heartbeat.Incarnation);
        wire.U64(heartbeat.Sequence);
        wire.U32(heartbeat.SentAt);
        wire.U32(heartbeat.EchoIncarnation);
        wire.U32(heartbeat.EchoSequence);
        wire.U32(heartbeat.ConfigDigest);
        wire.U32(heartbeat.MaintenanceLeft);
        wire.U8(heartbeat.LinksHeard);
        wire.U8(heartbeat.PingsSeen);
        wire.U8(heartbeat.PingsKnown);
        wire.U8(heartbeat.GroupCount);
        for (var number = 0; number < heartbeat.GroupCount; number++) EncodeGroup(ref wire, heartbeat.Groups[number]);
        return wire.Length;
    }

    private static void EncodeGroup(ref WireWriter wire, in GroupFacts group)
    {
        wire.U8((byte)group.Role);
        wire.U8((byte)group.Data);
        wire.U8((byte)((group.Fit ? FitBit : 0) | (group.Wish == Wish.Takeover ? TakeoverBit : 0) | ((int)group.Line << LineShift)));
        wire.U32(group.Vote.Term);
        wire.U8(group.Vote.Node);
        wire.U16(group.Score);
    }

    /// <summary>Reads header and facts. False when a field is missing, left over, reserved or unknown. Magic, version and cluster are the
    /// caller's to judge.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> content, out Heartbeat heartbeat)
    {
        var wire = new WireReader(content);
        _ = wire.U64();
        heartbeat = default;
        heartbeat.Sender = wire.U8();
        heartbeat.Flags = (NodeFlags)wire.U8();
        heartbeat.Incarnation = wire.U64();
        heartbeat.Sequence = wire.U64();
        heartbeat.SentAt = wire.U32();
        heartbeat.EchoIncarnation = wire.U32();
        heartbeat.EchoSequence = wire.U32();
        heartbeat.ConfigDigest = wire.U32();
        heartbeat.MaintenanceLeft = wire.U32();
        heartbeat.LinksHeard = wire.U8();
        heartbeat.PingsSeen = wire.U8();
        heartbeat.PingsKnown = wire.U8();
        heartbeat.GroupCount = wire.U8();
        if (!IsKnown(heartbeat)) return false;
        for (var number = 0; number < heartbeat.GroupCount; number++)
            if (!DecodeGroup(ref wire, out heartbeat.Groups[number])) return false;
        return wire.ReadExactly;
    }

    private static bool IsKnown(in Heartbeat heartbeat) =>
        heartbeat.Sender <= Limits.WitnessNumber
        && (heartbeat.Flags & ~KnownFlags) == 0
        && heartbeat.Incarnation > 0
        && heartbeat.Sequence > 0
        && heartbeat.PingsSeen <= heartbeat.PingsKnown
        && heartbeat.PingsKnown <= Limits.PingsMax
        && heartbeat.GroupCount <= Limits.GroupsMax;

    private static bool DecodeGroup(ref WireReader wire, out GroupFacts group)
    {
        var role = (Role)wire.U8();
        var data = (DataStanding)wire.U8();
        var bits = wire.U8();
        var vote = new Vote(wire.U32(), wire.U8());
        var wish = (bits & TakeoverBit) != 0 ? Wish.Takeover : Wish.None;
        var line = (LineStanding)((bits & LineBits) >> LineShift);
        group = new GroupFacts(role, data, (bits & FitBit) != 0, vote, wish, wire.U16(), line);
        return role <= Role.Fencing
            && data <= DataStanding.Alone
            && (bits & ~(FitBit | TakeoverBit | LineBits)) == 0
            && vote.Node is < Limits.Nodes or Vote.Nobody
            && group.Score <= 1000;
    }
}
