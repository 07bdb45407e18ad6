using System.Net;
using Appliance.Core.Replica.Wire;

namespace Appliance.Drivers.PeerLink;

/// <param name="Greeting">Who we are and whom we expect. Node 0 listens, node 1 dials.</param>
/// <param name="Own">Address of this node; node 0 listens there, node 1 dials from there (any port).</param>
/// <param name="Peer">Where node 0 listens; node 0 does not need it.</param>
public sealed record PeerLinkConfig(GreetingConfig Greeting, IPEndPoint? Own, IPEndPoint? Peer)
{
    /// <summary>Node 0: the address from which the peer dials; whoever calls from elsewhere is hung up on before a word is said, and
    /// counts as nothing. Null: not known, everybody may try to prove who he is.</summary>
    public IPAddress? Caller { get; init; }

    /// <summary>A greeting that takes longer is given up.</summary>
    public TimeSpan GreetingMax { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>First pause between two dials; doubles up to <see cref="RetryMax"/>.</summary>
    public TimeSpan RetryMin { get; init; } = TimeSpan.FromMilliseconds(50);

    public TimeSpan RetryMax { get; init; } = TimeSpan.FromSeconds(1);
}
