using System.Collections.Immutable;
using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Core.FoneBridge;

/// <summary>What becomes of the configuration that the bridge keeps across a loss of power.</summary>
[Flags]
public enum KeptConfig
{
    AsItIs = 0,

    /// <summary>Forgets it.</summary>
    Clear = 1,

    /// <summary>Keeps what is set now.</summary>
    Store = 2,
}

/// <summary>Configures a bridge with the requests of the vendor's client, in its order, byte for byte.</summary>
public class ConfigureSession(BridgeConfig config, KeptConfig kept = KeptConfig.AsItIs) : BridgeSession
{
    private const byte JitterOn = 0x08;
    private const byte JitterTransmit = 0x21;
    private const byte JitterReceive = 0x27;
    private bool _linksDiffer;
    private bool _prioritiesDiffer;

    /// <summary>Null until the bridge said who it is.</summary>
    public StaticInfo? Info { get; private set; }

    /// <summary>What the bridge shall be.</summary>
    public BridgeConfig Config => config;

    protected override string DoneWords => "the bridge is configured and sends voice";

    protected override IEnumerable<Exchange> Script()
    {
        foreach (var exchange in Identify()) yield return exchange;
        foreach (var exchange in ConfigureAll()) yield return exchange;
    }

    /// <summary>Asks who it is, and refuses before anything is touched what could not be finished.</summary>
    protected IEnumerable<Exchange> Identify()
    {
        var who = Exchange.Must(BridgeRequest.GetStaticInfo());
        yield return who;
        Info = StaticInfo.Read(who.Payload);
        if (config.Server is null && !Info.Flash.IsInline)
            Fail("server= is missing in [globals]; this bridge sends voice and must be told where to");
    }

    /// <summary>All but the first request.</summary>
    protected IEnumerable<Exchange> ConfigureAll()
    {
        if (Info is not { } info || (config.Server is null && !info.Flash.IsInline)) yield break;
        if (info.HasDsp)
        {
            var stop = false;
            foreach (var exchange in Dsp(info, () => stop = true)) yield return exchange;
            if (stop) yield break;
        }

        foreach (var exchange in Spans(info)) yield return exchange;
        if (!info.Flash.IsInline) yield return Exchange.Must(BridgeRequest.StartTransmit());
        if (kept.HasFlag(KeptConfig.Clear)) yield return Exchange.Must(BridgeRequest.Clear());
        if (kept.HasFlag(KeptConfig.Store)) yield return Exchange.Must(BridgeRequest.Store());
    }

    private IEnumerable<Exchange> Dsp(StaticInfo info, Action stop)
    {
        if (!info.Flash.IsInline) yield return Exchange.May(BridgeRequest.StopTransmit());
        yield return Exchange.Must(BridgeRequest.BypassDsp(config.Dsp.Bypassed));
        if (config.Dsp.Bypassed) yield break;
        var flash = Exchange.Must(BridgeRequest.GetGpakFlash());
        yield return flash;
        var found = GpakFlash.Read(flash.Payload);
        var types = DspPlan.Types(config);
        if (!found.Types.AsSpan().SequenceEqual(types))
            foreach (var type in Enum.GetValues<ChannelType>())
                yield return Exchange.Must(BridgeRequest.SetChannels(type, GpakFlash.Mask(types, type)));
        if (DspPlan.Law(config) is not { } law || found.Companding == (byte)law) yield break;
        yield return Exchange.Must(BridgeRequest.SetCompanding(law));
        Fail($"the DSP was set to {law.Words()} and obeys after a reset: reset the bridge and configure it again", needsReset: true);
        stop();
    }

    private IEnumerable<Exchange> Spans(StaticInfo info)
    {
        var links = Exchange.Must(BridgeRequest.ReadLinks());
        yield return links;
        var wanted = LinkConfig.Merge(config.Spans, links.Payload);
        _linksDiffer = !wanted.AsSpan().SequenceEqual(links.Payload);
        if (!info.Flash.IsInline) yield return Exchange.Must(BridgeRequest.StopTransmit());
        yield return Exchange.May(BridgeRequest.ClockPll(config.Pll));
        var priorities = Priorities(info);
        if (!_linksDiffer)
        {
            var now = Exchange.Must(BridgeRequest.ReadPriorities(priorities));
            yield return now;
            _prioritiesDiffer = !priorities.AsSpan().SequenceEqual(now.Payload);
        }

        if (!info.Flash.IsInline) yield return Exchange.Must(BridgeRequest.SetDestination(config.Port, config.Server!.Value));
        if (_linksDiffer)
        {
            var set = Exchange.Must(BridgeRequest.WriteLinks(wanted));
            yield return set;
            if (!set.Payload.AsSpan().SequenceEqual(wanted)) Note("the bridge took the spans' configuration, but reports another one");
        }

        if (_linksDiffer || _prioritiesDiffer) yield return Exchange.May(BridgeRequest.WritePriorities(priorities));
        foreach (var exchange in JitterAttenuators()) yield return exchange;
    }

    private IEnumerable<Exchange> JitterAttenuators()
    {
        for (var number = 0; number < config.Spans.Length; number++)
        {
            if (config.Spans[number] is not { } span) continue;
            var value = span.Dejitter ? JitterOn : (byte)0;
            yield return Exchange.May(BridgeRequest.WriteLine(number, JitterTransmit, value));
            yield return Exchange.May(BridgeRequest.WriteLine(number, JitterReceive, value));
        }
    }

    /// <summary>Old firmware is told master (1) or slave (0) in the same four bytes.</summary>
    private byte[] Priorities(StaticInfo info) =>
        info.HasClockOrder ? [.. config.Priorities] : [.. config.Spans.Select(span => (byte)(span is { Slave: true } ? 0 : 1))];
}
