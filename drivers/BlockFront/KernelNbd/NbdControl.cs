using System.Runtime.InteropServices;
using System.Text;
using Appliance.Drivers.Interop.Netlink;

namespace Appliance.Drivers.BlockFront.KernelNbd;

/// <summary>What the kernel's NBD client is asked through generic netlink (linux/nbd-netlink.h). Calls block for a moment.</summary>
internal sealed class NbdControl : IDisposable
{
    private const byte ConnectCommand = 1;
    private const byte DisconnectCommand = 2;
    private const byte ReconfigureCommand = 3;
    private const ushort Index = 1;
    private const ushort SizeBytes = 2;
    private const ushort BlockSizeBytes = 3;
    private const ushort Timeout = 4;
    private const ushort ServerFlags = 5;
    private const ushort Sockets = 7;
    private const ushort DeadConnectionTimeout = 8;
    private const ushort BackendIdentifier = 10;
    private const ushort Nested = 0x8000;
    private const ulong BlockBytes = 512;

    /// <summary>Seconds that requests wait for the next process before they fail: a day.</summary>
    private const ulong PatienceSeconds = 86400;

    /// <summary>HAS_FLAGS, SEND_FLUSH, SEND_FUA, SEND_TRIM, SEND_WRITE_ZEROES.</summary>
    private const ulong Flags = 1 | 4 | 8 | 32 | 64;

    private readonly NetlinkSocket _socket;
    private readonly ushort _family;

    private NbdControl(NetlinkSocket socket, ushort family) => (_socket, _family) = (socket, family);

    /// <summary>Null when this kernel has no NBD client (or its module is not loaded).</summary>
    public static NbdControl? Open()
    {
        NetlinkSocket socket;
        try
        {
            socket = new NetlinkSocket(0, GenericNetlink.Protocol);
        }
        catch (IOException)
        {
            return null;
        }

        var family = GenericNetlink.Find(socket, "nbd");
        if (family != 0) return new NbdControl(socket, family);
        socket.Dispose();
        return null;
    }

    /// <summary>Makes a device of one connection that is already past the handshake. The device lives on when we do not. Its number, or
    /// -1 and why.</summary>
    public int Connect(int socket, long size, string identifier, out string reason)
    {
        var index = -1;
        var request = GenericNetlink.Request(_family, ConnectCommand);
        Number(request, SizeBytes, (ulong)size);
        Number(request, BlockSizeBytes, BlockBytes);
        Number(request, Timeout, 0); // A slow request is no reason to give up a connection; see docs/FRONTENDS.md.
        Number(request, ServerFlags, Flags);
        Number(request, DeadConnectionTimeout, PatienceSeconds);
        SocketList(request, socket);
        Text(request, BackendIdentifier, identifier);
        var result = _socket.Exchange(request, reply =>
        {
            if (reply.Payload.Length >= 4) index = (int)NetlinkReply.Number(reply.Payload[4..], Index, uint.MaxValue);
        });
        reason = result.Ok ? "the kernel named no device" : result.Words;
        return result.Ok ? index : -1;
    }

    /// <summary>Offers a new connection for a device whose old one is dead. The kernel says yes even when the old one still looks alive
    /// to it and the new one is ignored: repeat until requests come.</summary>
    public NetlinkResult Reconnect(int index, int socket, string identifier)
    {
        var request = GenericNetlink.Request(_family, ReconfigureCommand).Attribute(Index, (uint)index);
        Number(request, Timeout, 0);
        Number(request, DeadConnectionTimeout, PatienceSeconds);
        SocketList(request, socket);
        Text(request, BackendIdentifier, identifier);
        return _socket.Ask(request);
    }

    /// <summary>The device has another size.</summary>
    public NetlinkResult Resize(int index, long size)
    {
        var request = GenericNetlink.Request(_family, ReconfigureCommand).Attribute(Index, (uint)index);
        Number(request, SizeBytes, (ulong)size);
        Number(request, BlockSizeBytes, BlockBytes);
        return _socket.Ask(request);
    }

    public NetlinkResult Disconnect(int index) =>
        _socket.Ask(GenericNetlink.Request(_family, DisconnectCommand).Attribute(Index, (uint)index));

    public void Dispose() => _socket.Dispose();

    private static void Number(NetlinkMessage request, ushort type, ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        MemoryMarshal.Write(bytes, value);
        request.Attribute(type, bytes);
    }

    private static void Text(NetlinkMessage request, ushort type, string text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        request.Attribute(type, bytes);
    }

    /// <summary>A list of one item of one descriptor, each nested in the one before.</summary>
    private static void SocketList(NetlinkMessage request, int socket)
    {
        Span<byte> item = stackalloc byte[12];
        MemoryMarshal.Write(item, (ushort)12);
        MemoryMarshal.Write(item[2..], (ushort)(1 | Nested)); // NBD_SOCK_ITEM
        MemoryMarshal.Write(item[4..], (ushort)8);
        MemoryMarshal.Write(item[6..], (ushort)1); // NBD_SOCK_FD
        MemoryMarshal.Write(item[8..], socket);
        request.Attribute(Sockets | Nested, item);
    }
}
