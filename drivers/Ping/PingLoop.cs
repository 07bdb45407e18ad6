using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Appliance.Drivers.Ping;

/// <summary>
/// Asks ping references by ICMP echo (RFC 792, RFC 4443) on one thread and reports which one answered. An answer counts only with our
/// cookie, from the asked address: nobody can vouch for the network by accident.
/// </summary>
public sealed class PingLoop : IDisposable
{
    private const byte EchoRequest4 = 8, EchoReply4 = 0, EchoRequest6 = 128, EchoReply6 = 129;
    private const int EchoSize = 24;

    private readonly IPAddress[] _targets;
    private readonly TimeSpan _interval;
    private readonly Action<int> _answered;
    private readonly Action<string> _complain;
    private readonly byte[] _cookie = RandomNumberGenerator.GetBytes(8);
    private readonly ushort _identifier;
    private readonly Thread _thread;
    private readonly byte[] _packet = new byte[2048];
    private Socket? _four;
    private Socket? _six;
    private ushort _sequence;
    private volatile bool _stopped;

    /// <param name="targets">By reference number.</param>
    /// <param name="interval">Pause between questions; all references are asked at once.</param>
    /// <param name="answered">Called on the loop's thread with the reference's number.</param>
    /// <param name="complain">Told once when sockets cannot be had or questions cannot be sent.</param>
    public PingLoop(IReadOnlyList<IPAddress> targets, TimeSpan interval, Action<int> answered, Action<string> complain)
    {
        (_targets, _interval, _answered, _complain) = ([.. targets], interval, answered, complain);
        _identifier = BinaryPrimitives.ReadUInt16BigEndian(_cookie);
        _thread = new Thread(Run, 256 << 10) { IsBackground = true, Name = "ping" };
        _thread.Start();
    }

    private void Run()
    {
        var complained = false;
        while (!_stopped)
        {
            var start = Stopwatch.GetTimestamp();
            var problem = AskAll();
            if (problem is not null && !complained) _complain(problem);
            complained = problem is not null;
            for (var left = _interval; left > TimeSpan.Zero && !_stopped; left = _interval - Stopwatch.GetElapsedTime(start)) Listen(left);
        }
    }

    private string? AskAll()
    {
        string? problem = null;
        _sequence++;
        foreach (var target in _targets)
        {
            try
            {
                Socket(target.AddressFamily).SendTo(Request(target.AddressFamily), new IPEndPoint(target, 0));
            }
            catch (SocketException fault)
            {
                // Network unreachable, interface down, no permission: no question, so no answer, which is the news.
                problem = $"ping {target}: {fault.Message}";
            }
        }

        return problem;
    }

    private Socket Socket(AddressFamily family) => family == AddressFamily.InterNetwork
        ? _four ??= Open(family, ProtocolType.Icmp)
        : _six ??= Open(family, ProtocolType.IcmpV6);

    private static Socket Open(AddressFamily family, ProtocolType protocol) => new(family, SocketType.Raw, protocol) { Blocking = false };

    private byte[] Request(AddressFamily family)
    {
        var echo = new byte[EchoSize];
        echo[0] = family == AddressFamily.InterNetwork ? EchoRequest4 : EchoRequest6;
        BinaryPrimitives.WriteUInt16BigEndian(echo.AsSpan(4), _identifier);
        BinaryPrimitives.WriteUInt16BigEndian(echo.AsSpan(6), _sequence);
        _cookie.CopyTo(echo, 8);
        // The kernel fills the checksum of ICMPv6 (it covers a pseudo header) but not that of ICMP.
        if (family == AddressFamily.InterNetwork) BinaryPrimitives.WriteUInt16BigEndian(echo.AsSpan(2), Checksum(echo));
        return echo;
    }

    /// <summary>RFC 1071.</summary>
    private static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (var index = 0; index < bytes.Length; index += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[index..]);
        while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }

    private void Listen(TimeSpan time)
    {
        var open = new List<Socket>(2);
        if (_four is not null) open.Add(_four);
        if (_six is not null) open.Add(_six);
        if (open.Count == 0)
        {
            Thread.Sleep(time);
            return;
        }

        System.Net.Sockets.Socket.Select(open, null, null, time);
        foreach (var socket in open) Receive(socket);
    }

    private void Receive(Socket socket)
    {
        EndPoint from = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        try
        {
            var length = socket.ReceiveFrom(_packet, ref from);
            var number = Match(_packet.AsSpan(0, length), socket.AddressFamily, ((IPEndPoint)from).Address);
            if (number >= 0) _answered(number);
        }
        catch (SocketException fault) when (
            fault.SocketErrorCode
            is SocketError.WouldBlock or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.ConnectionRefused)
        {
            // Somebody else's packet, or an ICMP error for one of ours: no answer.
        }
    }

    /// <summary>The number of the reference whose reply to us this is, or -1.</summary>
    private int Match(ReadOnlySpan<byte> packet, AddressFamily family, IPAddress from)
    {
        // A raw IPv4 socket delivers the IP header too; its length is in the low half of the first byte.
        if (family == AddressFamily.InterNetwork)
        {
            if (packet.Length < 20) return -1;
            var header = (packet[0] & 0xf) * 4;
            if (packet.Length < header) return -1;
            packet = packet[header..];
        }

        var reply = family == AddressFamily.InterNetwork ? EchoReply4 : EchoReply6;
        if (packet.Length < 16 || packet[0] != reply || !packet.Slice(8, 8).SequenceEqual(_cookie)) return -1;
        for (var number = 0; number < _targets.Length; number++)
            if (_targets[number].Equals(from)) return number;
        return -1;
    }

    public void Dispose()
    {
        _stopped = true;
        _thread.Join();
        _four?.Dispose();
        _six?.Dispose();
    }
}
