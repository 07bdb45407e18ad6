namespace Appliance.Core.FoneBridge.Wire;

/// <summary>What the DSP does with a channel.</summary>
public enum ChannelType : byte
{
    /// <summary>Passed through untouched: D-channels.</summary>
    Data = 0,
    VoiceA = 1,
    VoiceB = 2,
    Off = 3,
}

/// <summary>G.711 law; the bridge's numbers.</summary>
public enum Companding : byte
{
    MuLaw = 3,
    ALaw = 4,
}

/// <summary>Words for messages.</summary>
public static class CompandingWords
{
    public static string Words(this Companding companding) => companding switch
    {
        Companding.MuLaw => "µ-law",
        Companding.ALaw => "A-law",
        _ => $"unknown law {(byte)companding}",
    };
}

/// <summary>The DSP's parameters as kept in flash: 128 channel types, then companding and filter lengths; 136 bytes.</summary>
public sealed record GpakFlash(byte[] Types, byte Companding, byte TapLength, byte AdaptFrequency, byte FirSegments, byte FirSegmentLength)
{
    public const int Channels = 128;
    public const int Size = 136;

    public static GpakFlash Read(ReadOnlySpan<byte> bytes)
    {
        Invariant.Check(bytes.Length == Size);
        var rest = bytes[Channels..];
        return new(bytes[..Channels].ToArray(), rest[0], rest[1], rest[2], rest[3], rest[4]);
    }

    public byte[] ToBytes() => [.. Types, Companding, TapLength, AdaptFrequency, FirSegments, FirSegmentLength, 0, 0, 0];

    /// <summary>Mask of the channels that have a type: bit b of the little-endian word w is channel 32 w + b.</summary>
    public static byte[] Mask(ReadOnlySpan<byte> types, ChannelType type)
    {
        Invariant.Check(types.Length == Channels);
        var mask = new byte[Channels / 8];
        for (var channel = 0; channel < Channels; channel++)
            if (types[channel] == (byte)type) mask[channel / 8] |= (byte)(1 << (channel % 8));
        return mask;
    }
}
