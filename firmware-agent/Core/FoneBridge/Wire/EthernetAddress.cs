using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Appliance.Core.FoneBridge.Wire;

/// <summary>A MAC address; the value holds the first octet in its highest place.</summary>
public readonly record struct EthernetAddress(ulong Value)
{
    public const int Size = 6;

    /// <summary>Six octets, first octet first.</summary>
    public static EthernetAddress Read(ReadOnlySpan<byte> octets)
    {
        Invariant.Check(octets.Length >= Size);
        ulong value = 0;
        for (var at = 0; at < Size; at++) value = (value << 8) | octets[at];
        return new EthernetAddress(value);
    }

    /// <summary>Six pairs of hexadecimal digits with : or - between them.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out EthernetAddress address)
    {
        address = default;
        if (text is null || text.Length != (3 * Size) - 1) return false;
        ulong value = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (at % 3 == 2)
            {
                if (text[at] is not (':' or '-')) return false;
                continue;
            }

            if (!char.IsAsciiHexDigit(text[at])) return false;
            value = (value << 4) | byte.Parse(text.AsSpan(at, 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }

        address = new EthernetAddress(value);
        return true;
    }

    public void Write(Span<byte> octets)
    {
        for (var at = 0; at < Size; at++) octets[at] = (byte)(Value >> (8 * (Size - 1 - at)));
    }

    public byte[] ToBytes()
    {
        var octets = new byte[Size];
        Write(octets);
        return octets;
    }

    /// <summary>The address of the bridge's other port: the last octet is one more.</summary>
    public EthernetAddress Next() => new((Value & ~0xFFUL) | ((Value + 1) & 0xFF));

    public override string ToString() => string.Join(':', ToBytes().Select(octet => octet.ToString("x2", CultureInfo.InvariantCulture)));
}
