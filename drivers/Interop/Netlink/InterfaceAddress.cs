using System.Net;
using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop.Netlink;

/// <summary>One address entry of an interface.</summary>
/// <param name="LinkIndex">Index of the interface.</param>
/// <param name="Flags">IFA_F_*.</param>
public sealed record InterfaceAddress(int LinkIndex, IPAddress Address, int PrefixLength, uint Flags)
{
    /// <summary>All addresses of this network namespace.</summary>
    public static IReadOnlyList<InterfaceAddress> All()
    {
        var addresses = new List<InterfaceAddress>();
        using var socket = new NetlinkSocket();
        var request = new NetlinkMessage(Rtnetlink.GetAddress, Rtnetlink.FlagRequest | Rtnetlink.FlagDump).Header(stackalloc byte[8]);
        var result = socket.Exchange(request, reply =>
        {
            if (TryParse(reply, out var address)) addresses.Add(address!);
        });
        return result.Ok ? addresses : throw new IOException($"cannot list the addresses: {result.Words}");
    }

    /// <summary>Reads RTM_NEWADDR or RTM_DELADDR: ifaddrmsg (family, prefix length, flags, scope, index) and attributes.</summary>
    public static bool TryParse(NetlinkReply reply, out InterfaceAddress? address)
    {
        address = null;
        if (reply.Type is not (Rtnetlink.NewAddress or Rtnetlink.DelAddress) || reply.Payload.Length < 8) return false;
        var attributes = reply.Payload[8..];
        var bytes = NetlinkReply.Attribute(attributes, Rtnetlink.AddressLocal); // On point-to-point links IFA_ADDRESS is the peer's.
        if (bytes.IsEmpty) bytes = NetlinkReply.Attribute(attributes, Rtnetlink.AddressAddress);
        if (bytes.Length is not (4 or 16)) return false;
        var flags = NetlinkReply.Number(attributes, Rtnetlink.AddressFlags, reply.Payload[2]);
        address = new InterfaceAddress(MemoryMarshal.Read<int>(reply.Payload[4..]), new IPAddress(bytes), reply.Payload[1], flags);
        return true;
    }

    /// <summary>Adds it. EEXIST when the interface has it already.</summary>
    /// <param name="deprecated">Valid, but never chosen as a source by itself (preferred lifetime 0).</param>
    public NetlinkResult Add(bool deprecated)
    {
        var bytes = Address.GetAddressBytes();
        const ushort flags = Rtnetlink.FlagRequest | Rtnetlink.FlagAck | Rtnetlink.FlagCreate | Rtnetlink.FlagExclusive;
        var request = new NetlinkMessage(Rtnetlink.NewAddress, flags).Header(Header(bytes.Length))
            .Attribute(Rtnetlink.AddressLocal, bytes).Attribute(Rtnetlink.AddressAddress, bytes).Attribute(Rtnetlink.AddressFlags, Flags);
        if (deprecated)
            request.Attribute(
                Rtnetlink.AddressCache, MemoryMarshal.AsBytes<uint>([0, uint.MaxValue, 0, 0])); // ifa_cacheinfo: preferred, valid.
        using var socket = new NetlinkSocket();
        return socket.Ask(request);
    }

    /// <summary>Removes exactly this entry (address and prefix length).</summary>
    public NetlinkResult Delete()
    {
        var bytes = Address.GetAddressBytes();
        using var socket = new NetlinkSocket();
        return socket.Ask(new NetlinkMessage(Rtnetlink.DelAddress, Rtnetlink.FlagRequest | Rtnetlink.FlagAck).Header(Header(bytes.Length))
            .Attribute(Rtnetlink.AddressLocal, bytes).Attribute(Rtnetlink.AddressAddress, bytes));
    }

    private byte[] Header(int addressBytes)
    {
        var header = new byte[8];
        header[0] = (byte)(addressBytes == 4 ? Rtnetlink.AfInet : Rtnetlink.AfInet6);
        header[1] = (byte)PrefixLength;
        MemoryMarshal.Write(header.AsSpan(4), LinkIndex);
        return header;
    }
}
