using System.Net;
using System.Net.Sockets;
using Appliance.Core.Configuration;

namespace Appliance.Drivers.Courier;

/// <summary>Syslog by UDP (RFC 5426): a datagram for each event. Only what our own kernel refuses is seen.</summary>
public sealed class SyslogCourier(AlertConfig.Syslog config) : ICourier
{
    public string? Deliver(IReadOnlyList<byte[]> parts)
    {
        try
        {
            var server = new IPEndPoint(IPAddress.Parse(config.Server.Address), config.Server.Port);
            using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            foreach (var datagram in parts) socket.SendTo(datagram, server);
            return null;
        }
        catch (SocketException fault)
        {
            return $"{config.Receiver}: {fault.Message}";
        }
    }
}
