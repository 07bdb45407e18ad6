using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Core.FoneBridge;

/// <summary>Asks who the bridge is and how its spans are configured. Changes nothing.</summary>
public sealed class QuerySession : BridgeSession
{
    public StaticInfo? Info { get; private set; }

    /// <summary>64 bytes.</summary>
    public byte[] Links { get; private set; } = [];

    protected override string DoneWords => "the bridge answered";

    protected override IEnumerable<Exchange> Script()
    {
        var who = Exchange.Must(BridgeRequest.GetStaticInfo());
        yield return who;
        Info = StaticInfo.Read(who.Payload);
        var links = Exchange.Must(BridgeRequest.ReadLinks());
        yield return links;
        Links = links.Payload;
    }
}
