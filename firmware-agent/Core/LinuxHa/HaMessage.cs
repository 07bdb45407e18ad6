using Appliance.Core.Wire;

namespace Appliance.Core.LinuxHa;

/// <summary>What a message is about. Types that mean nothing to a node in haresources mode are <see cref="Other"/>.</summary>
public enum HaKind : byte
{
    Other,

    /// <summary>The heartbeat itself.</summary>
    Status,

    /// <summary>The sender begins to negotiate about resources.</summary>
    Starting,

    /// <summary>What the sender holds.</summary>
    Resource,

    /// <summary>A step of a standby: wish, assent, done.</summary>
    AskResources,

    /// <summary>The sender wants groups of ours.</summary>
    Takeover,

    /// <summary>The sender has stopped everything and ends.</summary>
    ShutDone,

    /// <summary>Please send these again.</summary>
    Rexmit,

    /// <summary>These cannot be sent again.</summary>
    NakRexmit,

    /// <summary>Flow control: received up to here.</summary>
    Ack,

    /// <summary>Which nodes do you know?</summary>
    ReqNodes,

    /// <summary>The nodes the sender knows.</summary>
    RepNodes,

    /// <summary>The old protocol of <c>auto_failback legacy</c>.</summary>
    IpRequest,

    /// <summary>How switching a node off ended.</summary>
    Stonith,
}

/// <summary>How a node says that it stands.</summary>
public enum HaStatus : byte
{
    None,
    Init,
    Up,
    Active,
    Dead,
}

/// <summary>The word in <c>info</c>, as far as it means something.</summary>
public enum HaInfo : byte
{
    None,
    Other,

    /// <summary>ask_resources: the sender wants to give.</summary>
    Me,

    /// <summary>ask_resources: the receiver may give.</summary>
    Assent,

    /// <summary>ask_resources: this side has done its part.</summary>
    Done,

    /// <summary>resource: given away in a standby.</summary>
    Standby,

    /// <summary>resource: the sender stops everything and will end.</summary>
    Shutdown,
}

/// <summary>A message as far as this program understands it: plain values, nothing of the frame.</summary>
public struct HaMessage
{
    public HaKind Kind;

    /// <summary>Set for everything but the types that begin with NS_.</summary>
    public long? Sequence;
    public long Generation;
    public HaStatus Status;

    /// <summary>The sender counts as dead after this silence, milliseconds; 0: not said.</summary>
    public long DeadtimeMs;

    /// <summary>From the sender's point of view.</summary>
    public Holding Holding;
    public HaInfo Info;
    public bool IsStable;

    /// <summary>It replaces what was said before; else it adds to it.</summary>
    public bool IsFull;

    /// <summary>It has no addressee, or it is us.</summary>
    public bool IsForUs;

    /// <summary>First and last message to send again.</summary>
    public long First;
    public long Last;

    /// <summary>The sender is a node like ours that speaks this protocol.</summary>
    public bool IsAppliance;

    /// <summary>Takes the values out of the fields; a known type without what belongs to it is malformed.</summary>
    internal static Rejection Read(in HaFields fields, ReadOnlySpan<byte> ownName, out HaMessage message)
    {
        message = default;
        if (!fields.Has("t"u8, out var type) || !fields.HasHex("hg"u8, out message.Generation)) return Rejection.Malformed;
        message.Kind = KindOf(type);
        if (!type.StartsWith("NS_"u8))
        {
            if (!fields.HasHex("seq"u8, out var sequence) || sequence == 0) return Rejection.Malformed;
            message.Sequence = sequence;
        }

        message.IsForUs = !fields.Has("dest"u8, out var dest) || HaName.Same(dest, ownName);
        message.IsAppliance = fields.Has(HaWords.ApplianceField, out _);
        message.IsStable = fields.Has("isstable"u8, out var stable) && stable.SequenceEqual("1"u8);
        message.IsFull = fields.Has("rtype"u8, out var full) && full.SequenceEqual("full"u8);
        if (fields.Has("info"u8, out var info)) message.Info = InfoOf(info);
        var hasHolding = fields.Has("rsc_hold"u8, out var word) && Holdings.TryRead(word, out message.Holding);
        return message.Kind switch
        {
            HaKind.Resource or HaKind.AskResources or HaKind.Takeover => hasHolding ? Rejection.None : Rejection.Malformed,
            HaKind.Status => message.ReadStatus(fields),
            HaKind.Rexmit => message.ReadRange(fields),
            HaKind.NakRexmit => message.ReadFirst(fields),
            _ => Rejection.None,
        };
    }

    private Rejection ReadStatus(in HaFields fields)
    {
        if (!fields.Has("st"u8, out var status)) return Rejection.Malformed;
        if (fields.Has("dt"u8, out var deadtime) && !HaNumber.TryHex(deadtime, out DeadtimeMs)) return Rejection.Malformed;
        Status = status switch
        {
            _ when status.SequenceEqual("init"u8) => HaStatus.Init,
            _ when status.SequenceEqual("up"u8) => HaStatus.Up,
            _ when status.SequenceEqual("active"u8) => HaStatus.Active,
            _ when status.SequenceEqual("dead"u8) => HaStatus.Dead,
            _ => HaStatus.None,
        };
        return Status == HaStatus.None ? Rejection.Malformed : Rejection.None;
    }

    /// <summary>The range is written in decimal here and nowhere else.</summary>
    private Rejection ReadRange(in HaFields fields) =>
        fields.Has("firstseq"u8, out var first) && HaNumber.TryDecimal(first, out First)
        && fields.Has("lastseq"u8, out var last) && HaNumber.TryDecimal(last, out Last) && First <= Last
            ? Rejection.None : Rejection.Malformed;

    private Rejection ReadFirst(in HaFields fields)
    {
        if (!fields.HasHex("firstseq"u8, out First)) return Rejection.Malformed;
        Last = fields.HasHex("lastseq"u8, out var last) && last > First ? last : First;
        return Rejection.None;
    }

    private static HaKind KindOf(ReadOnlySpan<byte> type)
    {
        for (var kind = HaKind.Status; kind <= HaKind.Stonith; kind++)
            if (type.SequenceEqual(kind.Word())) return kind;
        return HaKind.Other;
    }

    private static HaInfo InfoOf(ReadOnlySpan<byte> info)
    {
        for (var known = HaInfo.Me; known <= HaInfo.Shutdown; known++)
            if (info.SequenceEqual(known.Word())) return known;
        return HaInfo.Other;
    }
}

/// <summary>Names of nodes: Heartbeat compares them without their case.</summary>
internal static class HaName
{
    public static bool Same(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        System.Text.Ascii.EqualsIgnoreCase(left, right);
}
