using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Core.FoneBridge;

/// <summary>
/// Takes the lines over: voice goes to this node's address. Four exchanges, then a look whether the spans are as they should be; a bridge
/// that lost its configuration (power) is configured in full.
/// </summary>
public sealed class SteerSession(BridgeConfig config) : ConfigureSession(config)
{
    /// <summary>The bridge had another configuration and got ours.</summary>
    public bool WasConfigured { get; private set; }

    protected override string DoneWords => WasConfigured
        ? "the bridge had another configuration: it is configured and sends voice here"
        : "the bridge sends voice here";

    protected override IEnumerable<Exchange> Script()
    {
        foreach (var exchange in Identify()) yield return exchange;
        if (Info is not { } info) yield break;
        if (info.Flash.IsInline)
        {
            Fail("this bridge is an inline echo canceller: it sends no voice that could be steered");
            yield break;
        }

        if (Config.Server is not { } server) yield break;
        yield return Exchange.Must(BridgeRequest.StopTransmit());
        yield return Exchange.Must(BridgeRequest.SetDestination(Config.Port, server));
        yield return Exchange.Must(BridgeRequest.StartTransmit());
        var links = Exchange.Must(BridgeRequest.ReadLinks());
        yield return links;
        if (LinkConfig.Merge(Config.Spans, links.Payload).AsSpan().SequenceEqual(links.Payload)) yield break;
        WasConfigured = true;
        foreach (var exchange in ConfigureAll()) yield return exchange;
    }
}
