using System.Globalization;
using System.Net;

namespace Appliance.Core.Configuration.Schema;

/// <summary>A numeric address with a prefix length.</summary>
/// <param name="Address">Canonical text.</param>
/// <param name="PrefixLength">Bits.</param>
public sealed record Prefix(string Address, int PrefixLength);

/// <summary>A numeric address and a port; an empty address means "any" or "the usual one".</summary>
public sealed record Endpoint(string Address, int Port)
{
    /// <summary>As in a file: the address of IPv6 in brackets.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{(Address.Contains(':') ? $"[{Address}]" : Address)}:{Port}");
}

/// <summary>Rules of numeric addresses. Names are not accepted anywhere: a cluster must not depend on a name server.</summary>
public static class NumericAddress
{
    /// <summary>The address in canonical text, or null. Four plain decimal parts, or IPv6 without a zone.</summary>
    public static string? Canonical(string text)
    {
        if (text.Contains('%') || !IPAddress.TryParse(text, out var address)) return null;
        if (text.Contains(':')) return text.StartsWith('[') || address.IsIPv4MappedToIPv6 ? null : address.ToString();
        return address.ToString() == text ? text : null;
    }

    /// <summary>The bytes, 4 or 16, of a canonical address.</summary>
    public static byte[] Bytes(string canonical) => IPAddress.Parse(canonical).GetAddressBytes();

    public static bool IsIPv6(string canonical) => canonical.Contains(':');

    public static bool IsMulticast(string canonical)
    {
        var bytes = Bytes(canonical);
        return bytes.Length == 4 ? bytes[0] is >= 224 and <= 239 : bytes[0] == 0xff;
    }

    /// <summary>All zero: no host at all.</summary>
    public static bool IsUnspecified(string canonical) => Bytes(canonical).All(part => part == 0);

    /// <summary>True when all bits after the prefix are the same given bit.</summary>
    public static bool HostBitsAre(string canonical, int prefixLength, bool ones)
    {
        var bytes = Bytes(canonical);
        for (var bit = prefixLength; bit < bytes.Length * 8; bit++)
            if ((bytes[bit / 8] >> (7 - bit % 8) & 1) == 1 != ones) return false;
        return true;
    }

    /// <summary>True when an address lies in the network of another one.</summary>
    public static bool IsIn(string canonical, Prefix network)
    {
        var (one, other) = (Bytes(canonical), Bytes(network.Address));
        if (one.Length != other.Length) return false;
        for (var bit = 0; bit < network.PrefixLength; bit++)
            if (((one[bit / 8] ^ other[bit / 8]) >> (7 - bit % 8) & 1) == 1) return false;
        return true;
    }

    /// <summary>"10.0.0.1:7788" or "[fd00::1]:7788"; null if it is neither.</summary>
    public static Endpoint? ParseEndpoint(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0 || ParsePort(text[(colon + 1)..]) is not { } port) return null;
        var host = text[..colon];
        var isBracketed = host.StartsWith('[') && host.EndsWith(']');
        if (isBracketed) host = host[1..^1];
        var address = Canonical(host);
        return address is not null && IsIPv6(address) == isBracketed ? new Endpoint(address, port) : null;
    }

    /// <summary>1 to 65535, or null.</summary>
    public static int? ParsePort(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535 ? port : null;
}

/// <summary>A numeric IPv4 or IPv6 address. Reads to its canonical text.</summary>
public sealed class AddressType(bool multicast = false) : TextType
{
    public override string Name => multicast ? "multicast address" : "address";

    public override string Accepts => multicast
        ? "a numeric multicast address, for example \"239.192.0.42\" or \"ff15::42\""
        : "a numeric IPv4 or IPv6 address of one host, for example \"192.168.1.1\" or \"fd00::1\" (no name, no zone)";

    protected override object? Parse(string text, out string because)
    {
        because = "";
        if (NumericAddress.Canonical(text) is not { } address || NumericAddress.IsUnspecified(address)) return null;
        return NumericAddress.IsMulticast(address) == multicast ? address : null;
    }
}

/// <summary>An address with its prefix length, or a network in the same form. Reads to <see cref="Prefix"/>.</summary>
public sealed class PrefixType(bool network) : TextType
{
    public override string Name => network ? "network" : "address/prefix";

    public override string Accepts => network
        ? "a network such as \"10.0.0.0/8\" or \"fd00::/8\", or \"default\""
        : "a host's address with its prefix length, for example \"192.168.1.245/24\" or \"fd00::245/64\"";

    /// <summary>Whether a text is one, and if not perhaps why.</summary>
    public bool Fits(string text, out string because) => Parse(text, out because) is not null;

    protected override object? Parse(string text, out string because)
    {
        because = "";
        if (network && text == "default") return new Prefix("", 0);
        var slash = text.IndexOf('/');
        if (slash < 0) because = "the prefix length is missing";
        if (slash < 0 || NumericAddress.Canonical(text[..slash]) is not { } address) return null;
        var bits = NumericAddress.Bytes(address).Length * 8;
        because = $"the prefix length must be {(network ? 0 : 1)} to {bits}";
        if (!int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var length)) return null;
        if (length > bits || (!network && length == 0)) return null;
        because = network ? NotNetwork(address, length) : NotHost(address, length, bits);
        return because.Length == 0 ? new Prefix(address, length) : null;
    }

    private static string NotNetwork(string address, int length) =>
        NumericAddress.HostBitsAre(address, length, ones: false) ? "" : $"there are bits set after the first {length}";

    private static string NotHost(string address, int length, int bits)
    {
        if (NumericAddress.IsMulticast(address)) return "this is a multicast address";
        if (NumericAddress.IsUnspecified(address)) return "this is no host's address";
        if (bits - length < 2) return "";
        if (NumericAddress.HostBitsAre(address, length, ones: false)) return "this is the network's own address";
        return bits == 32 && NumericAddress.HostBitsAre(address, length, ones: true) ? "this is the network's broadcast address" : "";
    }
}

/// <summary>An address and a port. Reads to <see cref="Endpoint"/>.</summary>
public sealed class EndpointType : TextType
{
    public override string Name => "address:port";

    public override string Accepts => "a numeric address and a port, for example \"10.1.1.1:7788\" or \"[fd00::1]:7788\"";

    protected override object? Parse(string text, out string because)
    {
        because = "";
        return NumericAddress.ParseEndpoint(text);
    }
}

/// <summary>Where SIP is asked: <c>udp:PORT</c> or <c>udp:ADDRESS:PORT</c>. Reads to <see cref="Endpoint"/>.</summary>
public sealed class SipType : TextType
{
    public override string Name => "SIP listener";

    public override string Accepts => "\"udp:PORT\" or \"udp:ADDRESS:PORT\", for example \"udp:5060\" or \"udp:192.168.1.245:5060\"";

    protected override object? Parse(string text, out string because)
    {
        because = text.StartsWith("tcp:", StringComparison.Ordinal) || text.StartsWith("tls:", StringComparison.Ordinal)
            ? "only UDP is asked" : "";
        if (!text.StartsWith("udp:", StringComparison.Ordinal)) return null;
        var rest = text[4..];
        return NumericAddress.ParsePort(rest) is { } port ? new Endpoint("", port) : NumericAddress.ParseEndpoint(rest);
    }
}
