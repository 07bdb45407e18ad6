using System.Buffers.Binary;
using System.Net;
using System.Text;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.UdpPort;

/// <summary>What the kernel says about an interface now (netdevice(7)).</summary>
/// <param name="Index">0: there is none of that name.</param>
/// <param name="HasAddress">It has an IPv4 address.</param>
/// <param name="Broadcast">IPv4 broadcast address; null: it has none.</param>
public sealed record InterfaceView(string Name, uint Index, bool IsUp, bool HasCarrier, bool HasAddress, IPAddress? Broadcast)
{
    // struct ifreq: sixteen bytes of name, then a union.
    private const int RequestSize = 40;
    private const int NameSize = 16;
    private const nuint GetFlags = 0x8913; // SIOCGIFFLAGS
    private const nuint GetAddress = 0x8915; // SIOCGIFADDR
    private const nuint GetBroadcast = 0x8919; // SIOCGIFBRDADDR
    private const nuint GetIndex = 0x8933; // SIOCGIFINDEX
    private const short FlagUp = 0x1;
    private const short FlagRunning = 0x40;

    /// <summary>Why nothing passes, empty when nothing is known to be wrong.</summary>
    public string Problem => this switch
    {
        { Index: 0 } => $"there is no interface {Name}",
        { IsUp: false } => $"interface {Name} is set down (ip link set {Name} up)",
        { HasCarrier: false } => $"interface {Name} has no carrier: is the cable plugged in on both ends?",
        _ => "",
    };

    /// <summary>Asks through any socket.</summary>
    public static InterfaceView Read(int socket, string name)
    {
        Span<byte> request = stackalloc byte[RequestSize];
        if (Encoding.UTF8.GetByteCount(name) >= NameSize || !Ask(socket, name, GetIndex, request))
            return new(name, 0, false, false, false, null);
        var index = BinaryPrimitives.ReadUInt32LittleEndian(request[NameSize..]);
        var flags = Ask(socket, name, GetFlags, request) ? BinaryPrimitives.ReadInt16LittleEndian(request[NameSize..]) : (short)0;
        // struct sockaddr_in: family, port, address. All zero: an interface that has an address but no broadcast.
        var broadcast = Ask(socket, name, GetBroadcast, request) ? new IPAddress(request.Slice(NameSize + 4, 4)) : null;
        if (broadcast is not null && broadcast.Equals(IPAddress.Any)) broadcast = null;
        return new(name, index, (flags & FlagUp) != 0, (flags & FlagRunning) != 0, Ask(socket, name, GetAddress, request), broadcast);
    }

    private static unsafe bool Ask(int socket, string name, nuint question, Span<byte> request)
    {
        request.Clear();
        Encoding.UTF8.GetBytes(name, request);
        fixed (byte* bytes = request) return Libc.ioctl(socket, question, bytes) == 0;
    }
}
