using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Appliance.Drivers.UdpPort;

/// <summary>A struct sockaddr_in or sockaddr_in6 as the kernel wants it.</summary>
public sealed class SocketAddress
{
    /// <summary>AF_INET and AF_INET6.</summary>
    public const int FamilyV4 = 2;
    public const int FamilyV6 = 10;

    /// <summary>sizeof(struct sockaddr_in6), the larger of the two.</summary>
    public const int SizeMax = 28;

    private readonly byte[] _bytes;

    /// <param name="address">Where.</param>
    /// <param name="port">UDP port, 0 for any.</param>
    /// <param name="scope">Interface index; used for link-local and multicast addresses of IPv6.</param>
    public SocketAddress(IPAddress address, int port, uint scope)
    {
        var isV6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        _bytes = new byte[isV6 ? SizeMax : 16];
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes, (ushort)(isV6 ? FamilyV6 : FamilyV4));
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(2), (ushort)port);
        address.GetAddressBytes().CopyTo(_bytes, isV6 ? 8 : 4);
        if (isV6 && (address.IsIPv6LinkLocal || address.IsIPv6Multicast))
            BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(24), scope);
    }

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The address in what the kernel wrote; null: of neither family.</summary>
    public static IPAddress? AddressIn(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < sizeof(ushort)) return null;
        return BinaryPrimitives.ReadUInt16LittleEndian(bytes) switch
        {
            FamilyV4 when bytes.Length >= 8 => new IPAddress(bytes[4..8]),
            FamilyV6 when bytes.Length >= 24 => new IPAddress(bytes[8..24]),
            _ => null,
        };
    }

    public static int FamilyOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? FamilyV6 : FamilyV4;
}
