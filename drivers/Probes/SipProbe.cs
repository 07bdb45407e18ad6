using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Appliance.Drivers.Probes;

/// <summary>
/// SIP OPTIONS over UDP. Any final reply is life: 404 and 401 too. The socket is connected, so only an answer from the asked address
/// is seen – as for a phone. One retransmission covers a lost datagram (RFC 3261 timer E, shortened to the deadline).
/// </summary>
public sealed class SipProbe(IPAddress address, int port) : IProbe
{
    /// <summary>Datagrams looked at in one question: noise without end does not keep us busy without end.</summary>
    private const int DatagramsMax = 64;

    private readonly byte[] _datagram = new byte[4096];
    private readonly string _identity = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(6));
    private uint _sequence;

    public ProbeAnswer Ask(TimeSpan timeout)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(new IPEndPoint(address, port));
            var sequence = ++_sequence;
            var request = new SipOptions(
                $"{socket.LocalEndPoint}", $"{new IPEndPoint(address, port)}",
                    string.Create(CultureInfo.InvariantCulture, $"{_identity}{sequence:x}"), sequence);
            var status = Converse(socket, request, timeout, start);
            var took = Stopwatch.GetElapsedTime(start);
            return status > 0
                ? new ProbeAnswer(true, took, $"SIP {status}")
                : new ProbeAnswer(false, took, $"no SIP answer from {address}:{port} within {timeout.TotalMilliseconds:0} ms");
        }
        catch (SocketException fault)
        {
            return new ProbeAnswer(false, Stopwatch.GetElapsedTime(start), $"SIP {address}:{port}: {fault.Message}");
        }
    }

    private int Converse(Socket socket, SipOptions request, TimeSpan timeout, long start)
    {
        socket.Send(request.Bytes);
        var again = timeout / 2;
        for (var count = 0; count < DatagramsMax;)
        {
            var left = timeout - Stopwatch.GetElapsedTime(start);
            if (left <= TimeSpan.Zero) return 0;
            if (!socket.Poll(left < again ? left : again, SelectMode.SelectRead))
            {
                if (timeout - Stopwatch.GetElapsedTime(start) > TimeSpan.Zero) socket.Send(request.Bytes);
                continue;
            }

            count++;
            var length = socket.Receive(_datagram, 0, _datagram.Length, SocketFlags.None, out var error);
            if (error == SocketError.MessageSize) continue;
            if (error != SocketError.Success) throw new SocketException((int)error);
            var status = request.FinalStatus(_datagram.AsSpan(0, length));
            if (status > 0) return status;
        }

        return 0;
    }

    public void Dispose()
    {
    }
}
