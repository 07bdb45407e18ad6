using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Core.FoneBridge;

/// <summary>
/// Proves what can be proven without changing anything: the spans are as wanted, and by the bridge's own counter voice leaves the port.
/// Whether TX is on and where voice goes cannot be read back.
/// </summary>
/// <param name="config">What the bridge was told.</param>
/// <param name="counts">Also look at the counter; not needed by who hears the voice.</param>
public sealed class VerifySession(BridgeConfig config, bool counts = true) : BridgeSession
{
    /// <summary>A bridge sends a thousand frames a second.</summary>
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);

    private const int LooksMax = 25;

    protected override string DoneWords => "verified";

    protected override IEnumerable<Exchange> Script()
    {
        var links = Exchange.Must(BridgeRequest.ReadLinks());
        yield return links;
        if (!LinkConfig.Merge(config.Spans, links.Payload).AsSpan().SequenceEqual(links.Payload))
        {
            Fail("the bridge has other spans than it was told: it may have lost power meanwhile, configure it again");
            yield break;
        }

        if (!counts || config.Server is null) yield break; // An inline echo canceller sends nothing.
        var first = Exchange.Must(BridgeRequest.GetStatistics());
        yield return first;
        var before = Sent(first);
        for (var look = 0; look < LooksMax; look++)
        {
            yield return Exchange.Pause(Between);
            var next = Exchange.Must(BridgeRequest.GetStatistics());
            yield return next;
            // Replies to our own questions leave the port too: one a look.
            if (Sent(next) - before > (uint)look + 1) yield break;
        }

        Fail($"the counter of port {config.Port} shows no voice leaving the bridge");
    }

    private uint Sent(Exchange exchange) => BridgeStatistics.Read(exchange.Payload).Sent[config.Port - 1];
}
