using Appliance.Core.Wire;

namespace Appliance.Core.LinuxHa;

/// <summary>
/// A frame from the network taken apart. Two forms are read on every medium, told apart by their first bytes: fields of counted length
/// (what Heartbeat sends over UDP) and lines of text (what it sends on a serial line). Damage is a verdict, never an exception.
/// </summary>
public ref struct HaFrame
{
    //  counted:  ###\n  LENGTH:(0)name=value,  …  %%%\n  LENGTH:INDEX DIGITS,        signed: from the first # to the last \n
    //  text:     >>>\n  name=value\n  …  auth=INDEX DIGITS\n  …  <<<\n  (NUL)       signed: the lines but auth

    private const int MarkLength = 4;
    private const int AuthMax = HaSignature.DigitsMax + 3;

    /// <summary>The fields, the signature of the text form among them.</summary>
    public HaFields Fields;

    /// <summary>What the signature is over; the text form has a second part behind the line of the signature.</summary>
    public ReadOnlySpan<byte> Signed;
    public ReadOnlySpan<byte> SignedRest;

    /// <summary>Number of the key, a blank, digits.</summary>
    public ReadOnlySpan<byte> Signature;

    /// <summary>Begin and end of the text form.</summary>
    internal static ReadOnlySpan<byte> TextBegin => ">>>\n"u8;

    internal static ReadOnlySpan<byte> TextEnd => "<<<\n"u8;

    /// <summary>Begin and end of the counted form.</summary>
    internal static ReadOnlySpan<byte> CountedBegin => "###\n"u8;

    internal static ReadOnlySpan<byte> CountedEnd => "%%%\n"u8;

    /// <summary>Takes a frame apart; <see cref="Rejection.None"/> when its shape is right. The signature is not looked at.</summary>
    public static Rejection Read(ReadOnlySpan<byte> bytes, out HaFrame frame)
    {
        frame = default;
        if (bytes.Length > HaLimits.FrameBytesMax) return Rejection.Oversized;
        if (bytes.Length < MarkLength) return Rejection.Truncated;
        frame.Fields = new HaFields(bytes);
        if (bytes.StartsWith(CountedBegin)) return frame.ReadCounted(bytes);
        return bytes.StartsWith(TextBegin) ? frame.ReadText(bytes) : Rejection.Foreign;
    }

    /// <summary>True when the signature is of a key of ours and fits.</summary>
    public readonly Rejection Judge(HaKeys keys)
    {
        var blank = Signature.IndexOf((byte)' ');
        if (blank is not (1 or 2) || !HaNumber.TryDecimal(Signature[..blank], out var index)) return Rejection.Malformed;
        if (keys.Find((int)index) is not { } key) return Rejection.WrongKey;
        if (SignedRest.IsEmpty) return HaSignature.Fits(key, Signed, Signature[(blank + 1)..]) ? Rejection.None : Rejection.BadMac;
        Span<byte> whole = stackalloc byte[HaLimits.FrameBytesMax];
        Signed.CopyTo(whole);
        SignedRest.CopyTo(whole[Signed.Length..]);
        return HaSignature.Fits(key, whole[..(Signed.Length + SignedRest.Length)], Signature[(blank + 1)..])
            ? Rejection.None : Rejection.BadMac;
    }

    private Rejection ReadCounted(ReadOnlySpan<byte> bytes)
    {
        var at = MarkLength;
        while (!bytes[at..].StartsWith(CountedEnd))
        {
            if (Counted(bytes, ref at, out var start, out var end) is var fault and not Rejection.None) return fault;
            if (!Fields.TryAdd(start, end)) return Rejection.Malformed;
        }

        at += MarkLength;
        Signed = bytes[..at];
        if (Counted(bytes, ref at, out var first, out var last) is var broken and not Rejection.None) return broken;
        if (last - first > AuthMax || !IsEnd(bytes[at..])) return Rejection.Malformed;
        Signature = bytes[first..last];
        return Rejection.None;
    }

    /// <summary>Reads <c>LENGTH:…,</c> and moves behind it.</summary>
    private static Rejection Counted(ReadOnlySpan<byte> bytes, scoped ref int at, out int start, out int end)
    {
        const int digitsMax = 4;
        (start, end) = (0, 0);
        var rest = bytes[at..];
        var colon = rest[..Math.Min(rest.Length, digitsMax + 1)].IndexOf((byte)':');
        if (colon < 0) return rest.Length <= digitsMax ? Rejection.Truncated : Rejection.Malformed;
        if (!HaNumber.TryDecimal(rest[..colon], out var length)) return Rejection.Malformed;
        start = at + colon + 1;
        end = start + (int)length;
        if (end >= bytes.Length) return Rejection.Truncated;
        at = end + 1;
        return bytes[end] == ',' ? Rejection.None : Rejection.Malformed;
    }

    private Rejection ReadText(ReadOnlySpan<byte> bytes)
    {
        var (at, auth, behind) = (MarkLength, -1, 0);
        while (!bytes[at..].StartsWith(TextEnd))
        {
            var length = bytes[at..].IndexOf((byte)'\n');
            if (length < 0) return Rejection.Truncated;
            if (!Fields.TryAdd(at, at + length)) return Rejection.Malformed;
            if (Fields.Name(Fields.Count - 1).SequenceEqual("auth"u8)) (auth, behind) = (at, at + length + 1);
            at += length + 1;
        }

        if (auth < 0 || !Fields.Has("auth"u8, out Signature) || Signature.Length > AuthMax || !IsEnd(bytes[(at + MarkLength)..]))
            return Rejection.Malformed;
        Signed = bytes[MarkLength..auth];
        SignedRest = bytes[behind..at];
        return Rejection.None;
    }

    /// <summary>Some senders put a NUL behind the message.</summary>
    private static bool IsEnd(ReadOnlySpan<byte> rest) => rest.IsEmpty || rest is [0];
}
