namespace Appliance.Drivers.FoneBridge;

/// <summary>Datagrams to and from one bridge. Nothing throws for what the network does.</summary>
public interface IBridgeLink : IDisposable
{
    /// <summary>Sends one request. Empty, or the kernel's words why not.</summary>
    string Send(ReadOnlySpan<byte> datagram);

    /// <summary>Waits for one datagram from the bridge to the newest port.</summary>
    BridgeArrival Receive(TimeSpan patience);

    /// <summary>Throws away what has arrived.</summary>
    void Drain();

    /// <summary>Takes a new port: replies to what was sent before do not arrive any more. Empty, or the kernel's words why not.</summary>
    string Renew();
}

/// <summary>What came of waiting.</summary>
/// <param name="Datagram">Null: nothing came.</param>
/// <param name="Problem">The kernel's words when something on the way said that the bridge cannot be reached; else empty.</param>
public readonly record struct BridgeArrival(byte[]? Datagram, string Problem)
{
    public static BridgeArrival Silence => new(null, "");
}
