using System.Runtime.InteropServices;
using System.Text;

namespace Appliance.Drivers.Interop.Netlink;

/// <summary>Families of generic netlink (linux/genetlink.h): interfaces of the kernel that are found by name.</summary>
public static class GenericNetlink
{
    /// <summary>NETLINK_GENERIC.</summary>
    public const int Protocol = 16;

    private const ushort Controller = 0x10; // GENL_ID_CTRL
    private const byte GetFamily = 3;
    private const ushort FamilyId = 1;
    private const ushort FamilyName = 2;

    /// <summary>The family's number, or 0 when this kernel has none of that name.</summary>
    public static ushort Find(NetlinkSocket socket, string name)
    {
        ushort id = 0;
        Span<byte> bytes = stackalloc byte[32];
        var length = Encoding.ASCII.GetBytes(name, bytes);
        var request = Request(Controller, GetFamily).Attribute(FamilyName, bytes[..(length + 1)]);
        _ = socket.Exchange(request, reply =>
        {
            if (reply.Payload.Length < 4) return;
            var value = NetlinkReply.Attribute(reply.Payload[4..], FamilyId);
            if (value.Length >= 2) id = MemoryMarshal.Read<ushort>(value);
        });
        return id;
    }

    /// <summary>A request of a family with its genlmsghdr (command, version 1).</summary>
    public static NetlinkMessage Request(ushort family, byte command) =>
        new NetlinkMessage(family, Rtnetlink.FlagRequest | Rtnetlink.FlagAck).Header([command, 1, 0, 0]);
}
