using System.Net;
using System.Net.Sockets;
using System.Text;
using Appliance.Lab.Setup;

namespace Appliance.Lab.Probing;

/// <summary>Asks Asterisk with SIP OPTIONS. Any final answer counts, but only from the address that was asked.</summary>
public sealed class SipProbe : IProbe
{
    private const int SipPort = 5060;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly byte[] _buffer = new byte[4096];
    private readonly string _call = Guid.NewGuid().ToString("N");
    private readonly int _port;
    private int _sequence;

    /// <summary>Opens the socket in the namespace of the calling thread.</summary>
    public SipProbe()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Parse(NodePlan.ClientAddress), 0));
        // Connected: the kernel drops an answer from any other address, as a phone or a router with NAT does.
        _socket.Connect(IPAddress.Parse(NodePlan.ServiceAddress), SipPort);
        _port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
    }

    /// <inheritdoc/>
    public ProbeKind Kind => ProbeKind.Sip;

    /// <inheritdoc/>
    public bool Ask(TimeSpan limit)
    {
        var deadline = new Deadline(limit);
        _sequence++;
        try
        {
            _socket.Send(Encoding.ASCII.GetBytes(Request()));
            while (_socket.Poll(deadline.Left, SelectMode.SelectRead))
            {
                var count = _socket.Receive(_buffer);
                if (IsFinalAnswer(Encoding.ASCII.GetString(_buffer, 0, count))) return true;
            }
        }
        catch (SocketException)
        {
            // Port unreachable or no neighbour: nobody serves there now.
        }
        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private string Request() => string.Join("\r\n",
        $"OPTIONS sip:{NodePlan.ServiceAddress} SIP/2.0",
        $"Via: SIP/2.0/UDP {NodePlan.ClientAddress}:{_port};rport;branch=z9hG4bK{_call}{_sequence}",
        "Max-Forwards: 70",
        $"From: <sip:probe@{NodePlan.ClientAddress}>;tag={_sequence}",
        $"To: <sip:{NodePlan.ServiceAddress}>",
        $"Call-ID: {_call}-{_sequence}",
        "CSeq: 1 OPTIONS",
        $"Contact: <sip:probe@{NodePlan.ClientAddress}:{_port}>",
        "Content-Length: 0",
        "",
        "");

    // An answer to an earlier question that came too late must not count for this one.
    private bool IsFinalAnswer(string message) =>
        message.StartsWith("SIP/2.0 ", StringComparison.Ordinal) && message.Length > 8 && message[8] is >= '2' and <= '6' &&
        message.Contains($"{_call}-{_sequence}\r\n", StringComparison.Ordinal);
}
