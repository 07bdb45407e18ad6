using System.Net;
using System.Net.Sockets;
using Appliance.Lab.Setup;

namespace Appliance.Lab.Probing;

/// <summary>Connects to a port nobody listens on: the refusal comes from whoever has the address, whatever services run there.</summary>
public sealed class TcpProbe : IProbe
{
    private const int DiscardPort = 9;
    private static readonly IPEndPoint Target = new(IPAddress.Parse(NodePlan.ServiceAddress), DiscardPort);

    /// <inheritdoc/>
    public ProbeKind Kind => ProbeKind.Tcp;

    /// <inheritdoc/>
    public bool Ask(TimeSpan limit)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var deadline = new Deadline(limit);
        return deadline.TryConnect(socket, Target, out var error) || error == SocketError.ConnectionRefused;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Each attempt has a socket of its own.
    }
}
