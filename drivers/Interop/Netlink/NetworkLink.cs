using System.Runtime.InteropServices;
using System.Text;

namespace Appliance.Drivers.Interop.Netlink;

/// <summary>A network interface as the kernel sees it now.</summary>
/// <param name="Mac">Six bytes on Ethernet, empty where there is none.</param>
/// <param name="Flags">IFF_* of linux/if.h.</param>
public sealed record NetworkLink(int Index, string Name, byte[] Mac, uint Flags)
{
    private const uint Up = 0x1;
    private const uint Running = 0x40;
    private const uint LowerUp = 0x10000;
    private const uint Loopback = 0x8;

    /// <summary>Administratively up.</summary>
    public bool IsUp => (Flags & Up) != 0;

    /// <summary>Up, with a partner at the other end of the cable.</summary>
    public bool HasCarrier => IsUp && (Flags & (Running | LowerUp)) == (Running | LowerUp);

    public bool IsLoopback => (Flags & Loopback) != 0;

    /// <summary>All interfaces of this network namespace.</summary>
    public static IReadOnlyList<NetworkLink> All()
    {
        var links = new List<NetworkLink>();
        using var socket = new NetlinkSocket();
        var request = new NetlinkMessage(Rtnetlink.GetLink, Rtnetlink.FlagRequest | Rtnetlink.FlagDump).Header(stackalloc byte[16]);
        var result = socket.Exchange(request, reply =>
        {
            if (TryParse(reply, out var link)) links.Add(link!);
        });
        return result.Ok ? links : throw new IOException($"cannot list the network interfaces: {result.Words}");
    }

    /// <summary>The interface of that name, or null.</summary>
    public static NetworkLink? Find(string name) => All().FirstOrDefault(link => link.Name == name);

    /// <summary>Reads RTM_NEWLINK or RTM_DELLINK: ifinfomsg (family, pad, type, index, flags, change) and attributes.</summary>
    public static bool TryParse(NetlinkReply reply, out NetworkLink? link)
    {
        link = null;
        if (reply.Type is not (Rtnetlink.NewLink or Rtnetlink.DelLink) || reply.Payload.Length < 16) return false;
        var attributes = reply.Payload[16..];
        var name = Encoding.UTF8.GetString(NetlinkReply.Attribute(attributes, Rtnetlink.LinkName)).TrimEnd('\0');
        var mac = NetlinkReply.Attribute(attributes, Rtnetlink.LinkAddress).ToArray();
        link = new NetworkLink(MemoryMarshal.Read<int>(reply.Payload[4..]), name, mac, MemoryMarshal.Read<uint>(reply.Payload[8..]));
        return true;
    }

    /// <summary>52:54:00:12:34:56.</summary>
    public static string MacWords(ReadOnlySpan<byte> mac) => Convert.ToHexString(mac) switch
    {
        { Length: 12 } hex => string.Join(':', Selection.Range(0, 6).Select(i => hex.Substring(2 * i, 2).ToLowerInvariant())),
        var hex => hex,
    };
}
