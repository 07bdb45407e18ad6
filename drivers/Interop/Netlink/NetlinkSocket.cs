using System.Runtime.InteropServices;
using System.Text;

namespace Appliance.Drivers.Interop.Netlink;

/// <summary>The kernel's answer to a request: errno 0 and no words, or why not.</summary>
public readonly record struct NetlinkResult(int Errno, string Words)
{
    public bool Ok => Errno == 0;
}

/// <summary>A netlink socket, of NETLINK_ROUTE unless said otherwise. Receives give up after <see cref="PatienceSeconds"/>, so a request
/// never hangs. One thread at a time.</summary>
public sealed unsafe class NetlinkSocket : IDisposable
{
    private const int PatienceSeconds = 3;
    private const int SocketRawCloseOnExec = 3 | 0x80000;
    private const int SolNetlink = 270;
    private const int ExtendedAck = 11;
    private readonly byte[] _buffer = new byte[32 << 10];
    private uint _sequence;

    /// <param name="groups">RTMGRP_* bits to listen to; 0 for a socket that only asks.</param>
    /// <param name="protocol">NETLINK_ROUTE, or NETLINK_GENERIC (<see cref="GenericNetlink.Protocol"/>).</param>
    /// <exception cref="IOException">The kernel refuses the socket.</exception>
    public NetlinkSocket(uint groups = 0, int protocol = Rtnetlink.NetlinkRoute)
    {
        Fd = Libc.socket(Rtnetlink.AfNetlink, SocketRawCloseOnExec, protocol);
        if (Fd < 0) throw new IOException($"netlink socket: {Interop.Errno.LastWords}");
        var address = stackalloc uint[3] { Rtnetlink.AfNetlink, 0,
            groups }; // sockaddr_nl: family and pad, port (0: kernel chooses), groups.
        if (Libc.bind(Fd, address, 12) < 0) throw Closed("netlink bind");
        var patience = stackalloc long[2] { PatienceSeconds, 0 };
        var one = 1;
        _ = Libc.setsockopt(Fd, 1, 20, patience, 16); // SOL_SOCKET, SO_RCVTIMEO
        _ = Libc.setsockopt(Fd, SolNetlink, ExtendedAck, &one, sizeof(int));
    }

    public delegate void Receive(NetlinkReply reply);

    /// <summary>For poll(2).</summary>
    public int Fd { get; private set; }

    /// <summary>Sends a request with NLM_F_ACK and waits for the kernel's verdict.</summary>
    public NetlinkResult Ask(NetlinkMessage request) => Exchange(request, static _ => { });

    /// <summary>Sends a request and hands every reply to <paramref name="each"/> until the dump or the acknowledgement ends it.</summary>
    public NetlinkResult Exchange(NetlinkMessage request, Receive each)
    {
        var sequence = ++_sequence;
        var bytes = request.Finish(sequence);
        fixed (byte* start = bytes)
        {
            if (Libc.send(Fd, start, bytes.Length, 0) < 0) return Failed("netlink send");
        }

        while (true)
        {
            var datagram = ReceiveDatagram();
            if (datagram.IsEmpty) return Failed("netlink receive");
            while (NetlinkReply.TryTake(ref datagram, out var reply))
            {
                if (reply.Sequence != sequence) continue; // A late answer to an earlier question.
                if (reply.Type == Rtnetlink.Done) return default;
                if (reply.Type == Rtnetlink.Error) return Verdict(reply.Payload);
                each(reply);
            }
        }
    }

    /// <summary>Hands what the kernel has announced to <paramref name="each"/>; false when announcements were lost (ENOBUFS): look again
    /// at everything.</summary>
    public bool Listen(Receive each)
    {
        var datagram = ReceiveDatagram();
        if (datagram.IsEmpty) return Interop.Errno.Last != Interop.Errno.ENOBUFS;
        while (NetlinkReply.TryTake(ref datagram, out var reply)) each(reply);
        return true;
    }

    public void Dispose()
    {
        if (Fd >= 0) _ = Libc.close(Fd);
        Fd = -1;
    }

    private ReadOnlySpan<byte> ReceiveDatagram()
    {
        fixed (byte* start = _buffer)
        {
            nint count;
            do count = Libc.recv(Fd, start, _buffer.Length, 0);
            while (count < 0 && Interop.Errno.Last == Interop.Errno.EINTR);
            return count <= 0 ? default : _buffer.AsSpan(0, (int)count);
        }
    }

    /// <summary>nlmsgerr: negative errno, the request's header, then attributes of the extended acknowledgement (1: words).</summary>
    private static NetlinkResult Verdict(ReadOnlySpan<byte> payload)
    {
        var errno = payload.Length < 4 ? Interop.Errno.EIO : -MemoryMarshal.Read<int>(payload);
        if (errno == 0) return default;
        var words = payload.Length > 20 ? NetlinkReply.Attribute(payload[20..], 1) : default;
        var text = words.IsEmpty ? "" : $" ({Encoding.UTF8.GetString(words).TrimEnd('\0')})";
        return new NetlinkResult(errno, Interop.Errno.Words(errno) + text);
    }

    private static NetlinkResult Failed(string what)
    {
        var errno = Interop.Errno.Last;
        return new NetlinkResult(errno == 0 ? Interop.Errno.EIO : errno, $"{what}: {Interop.Errno.Words(errno)}");
    }

    private IOException Closed(string what)
    {
        var words = Interop.Errno.LastWords;
        _ = Libc.close(Fd);
        return new IOException($"{what}: {words}");
    }
}
