using System.Net;

namespace Appliance.Drivers.Route;

/// <summary>A network in CIDR form.</summary>
public readonly record struct Subnet(IPAddress Network, int PrefixLength)
{
    /// <summary>The network that <paramref name="address"/> lies in.</summary>
    public static Subnet Of(IPAddress address, int prefixLength)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = prefixLength; bit < bytes.Length * 8; bit++) bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new Subnet(new IPAddress(bytes), prefixLength);
    }

    /// <summary>Reads "192.168.1.0/24", or "default" in the family of <paramref name="like"/>.</summary>
    public static bool TryParse(string words, IPAddress like, out Subnet subnet)
    {
        subnet = new Subnet(like.GetAddressBytes().Length == 4 ? IPAddress.Any : IPAddress.IPv6Any, 0);
        if (words == "default") return true;
        var slash = words.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !IPAddress.TryParse(words[..slash], out var address) || !int.TryParse(words[(slash + 1)..], out var length))
            return false;
        if (length < 0 || length > address.GetAddressBytes().Length * 8 || address.AddressFamily != like.AddressFamily) return false;
        subnet = Of(address, length);
        return true;
    }

    public bool Contains(IPAddress address) =>
        address.AddressFamily == Network.AddressFamily && Of(address, PrefixLength).Network.Equals(Network);

    public override string ToString() => PrefixLength == 0 ? "default" : $"{Network}/{PrefixLength}";
}
