using System.Collections.Immutable;

namespace Appliance.Core.FoneBridge;

/// <summary>The 16 bytes that tell the bridge about a span. Reserved bytes are 0.</summary>
public static class LinkConfig
{
    public const int Size = 16;

    /// <summary>Of all four spans.</summary>
    public const int TotalSize = Size * BridgeConfig.SpanCount;

    public static byte[] Of(SpanConfig span)
    {
        var bytes = new byte[Size];
        bool[] flags = [span.IsE1, span.IsJ1, span.Esf, span.Ami, span.Signalling, span.Crc4, span.Loopback, span.Equaliser];
        for (var at = 0; at < flags.Length; at++) bytes[at] = (byte)(flags[at] ? 1 : 0);
        bytes[flags.Length] = span.BuildOut;
        return bytes;
    }

    /// <summary>What the bridge should have: the wanted spans, and of the others what it has now.</summary>
    public static byte[] Merge(ImmutableArray<SpanConfig?> wanted, ReadOnlySpan<byte> now)
    {
        Invariant.Check(now.Length == TotalSize);
        var bytes = now.ToArray();
        for (var span = 0; span < wanted.Length; span++)
            if (wanted[span] is { } config) Of(config).CopyTo(bytes, span * Size);
        return bytes;
    }

    /// <summary>"E1 HDB3 CRC4" and the like.</summary>
    public static string Words(ReadOnlySpan<byte> link)
    {
        Invariant.Check(link.Length == Size);
        var isE1 = link[0] != 0;
        List<string> words = [isE1 ? "E1" : link[1] != 0 ? "J1" : "T1"];
        if (!isE1) words.Add(link[2] != 0 ? "ESF" : "SF");
        words.Add(link[3] != 0 ? "AMI" : isE1 ? "HDB3" : "B8ZS");
        if (link[4] != 0) words.Add(isE1 ? "CAS" : "RBS");
        if (link[5] != 0) words.Add("CRC4");
        if (link[6] != 0) words.Add("remote-loopback");
        if (link[7] != 0) words.Add("long-haul");
        words.Add($"LBO {link[8]:x2}h");
        return string.Join(' ', words);
    }
}
