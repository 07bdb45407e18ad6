using System.Net;
using Appliance.Drivers.Interop;
using SocketAddress = Appliance.Drivers.UdpPort.SocketAddress;

namespace Appliance.Drivers.PeerLink;

/// <summary>TCP sockets as a replica wants them: no delay, not waiting for ever, first in the queues of switches.</summary>
internal static unsafe class PeerSocket
{
    private const int Stream = 1;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int SolSocket = 1;
    private const int ReuseAddress = 2;
    private const int SocketError = 4;
    private const int Tcp = 6;
    private const int NoDelay = 1;
    private const int UserTimeout = 18;
    private const int ShutdownBoth = 2;
    private const int UserTimeoutMs = 5000;

    /// <summary>A listening socket, or -errno.</summary>
    public static int Listen(IPEndPoint own)
    {
        var fd = Open(own.Address);
        if (fd < 0) return fd;
        Set(fd, SolSocket, ReuseAddress, 1);
        if (Bind(fd, own) && Libc.listen(fd, 4) == 0) return fd;
        return Fail(fd);
    }

    /// <summary>A socket that is connecting, or -errno. Wait until it can be written, then ask <see cref="Outcome"/>.</summary>
    public static int Dial(IPEndPoint? own, IPEndPoint peer)
    {
        var fd = Open(peer.Address);
        if (fd < 0) return fd;
        Prepare(fd);
        if (own is not null && !Bind(fd, new IPEndPoint(own.Address, 0))) return Fail(fd);
        var address = new SocketAddress(peer.Address, peer.Port, 0).Bytes;
        fixed (byte* bytes = address)
            if (Libc.connect(fd, bytes, address.Length) == 0 || Errno.Last == Errno.EINPROGRESS) return fd;
        return Fail(fd);
    }

    /// <summary>0, or the errno of the connect.</summary>
    public static int Outcome(int fd)
    {
        int errno, length = sizeof(int);
        return Libc.getsockopt(fd, SolSocket, SocketError, &errno, &length) == 0 ? errno : Errno.Last;
    }

    /// <summary>Whose connection this is; null: nobody's any more.</summary>
    public static IPAddress? CallerOf(int fd)
    {
        var bytes = stackalloc byte[SocketAddress.SizeMax];
        var length = SocketAddress.SizeMax;
        if (Libc.getpeername(fd, bytes, &length) != 0) return null;
        var address = SocketAddress.AddressIn(new ReadOnlySpan<byte>(bytes, length));
        return address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
    }

    public static void Prepare(int fd)
    {
        Set(fd, Tcp, NoDelay, 1);
        Set(fd, Tcp, UserTimeout, UserTimeoutMs);
    }

    /// <summary>Ends both directions at once; the descriptor stays until nothing runs on it.</summary>
    public static void Shut(int fd) => Libc.shutdown(fd, ShutdownBoth);

    private static int Open(IPAddress address) =>
        Libc.socket(SocketAddress.FamilyOf(address), Stream | NonBlocking | CloseOnExec, 0) is >= 0 and var fd ? fd : -Errno.Last;

    private static bool Bind(int fd, IPEndPoint own)
    {
        var address = new SocketAddress(own.Address, own.Port, 0).Bytes;
        fixed (byte* bytes = address) return Libc.bind(fd, bytes, address.Length) == 0;
    }

    // Refusals of these cost speed, not correctness: the engine notices silence itself.
    private static void Set(int fd, int level, int option, int value) => _ = Libc.setsockopt(fd, level, option, &value, sizeof(int));

    private static int Fail(int fd)
    {
        var errno = Errno.Last;
        _ = Libc.close(fd);
        return -errno;
    }
}
