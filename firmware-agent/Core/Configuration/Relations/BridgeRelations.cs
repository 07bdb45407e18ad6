using System.Collections.Immutable;
using Appliance.Core.Configuration.Schema;
using Appliance.Core.FoneBridge;

namespace Appliance.Core.Configuration.Relations;

/// <summary>A foneBRIDGE: one source of its settings, and settings that a redfone.conf could have too.</summary>
internal static class BridgeRelations
{
    public static void Check(Section device, Findings findings)
    {
        if (device.Has("address", out string address) && NumericAddress.IsIPv6(address))
            Tell(device, "address", findings, "found an IPv6 address; a foneBRIDGE has IPv4 only");
        var written = FoneBridgeSchema.Settings.Where(key => device.IsWritten(key.Name)).Select(key => key.Name).ToArray();
        if (device.IsWritten("config"))
        {
            foreach (var key in written)
                Tell(device, key, findings,
                    "found beside config; expected either config, or the settings here (appliance fonebridge convert "
                    + "writes those of a redfone.conf)");
            return;
        }

        var numbers = Selection.Range(1, BridgeConfig.SpanCount).Where(number => device.IsWritten(FoneBridgeSchema.SpanKey(number)));
        if (!numbers.Any())
        {
            findings.Error(device.At, device.PathOf(written.Length > 0 ? "span1" : "config"),
                written.Length > 0 ? "is missing, and no other span is configured; expected at least one"
                    : "is missing; expected the path of its redfone.conf, or its settings here, with at least span1");
            return;
        }

        foreach (var number in numbers)
            if (device.Has(FoneBridgeSchema.SpanKey(number), out Section span)) Span(span, findings);
        if (device.Has("channels", out Section channels)) Channels(device, channels, findings);
    }

    private static void Span(Section span, Findings findings)
    {
        if (!span.Has("framing", out string framing)) return;
        var isE1 = BridgeText.IsE1(framing);
        var line = isE1 ? "an E1" : "a T1";
        if (span.Has("encoding", out string code) && code != "ami" && code == "hdb3" != isE1)
            Tell(span, "encoding", findings,
                $"found \"{code}\", but framing \"{framing}\" is {line}; expected \"{(isE1 ? "hdb3" : "b8zs")}\" or \"ami\"");
        if (isE1 && span.Get("j1", false)) Tell(span, "j1", findings,
            $"a J1 is a T1, but framing \"{framing}\" is an E1; expected esf or sf");
        if (isE1 && span.Get("rbs", false)) Tell(span, "rbs", findings, "robbed bits are for a T1; expected framing = \"cas\" instead");
        if (span.IsWritten("shorthaul") && span.IsWritten("longhaul"))
            Tell(span, "longhaul", findings, "found shorthaul and longhaul; expected one of them");
        else if (span.IsWritten("shorthaul") && span.Get("j1", false))
            Tell(span, "shorthaul", findings, "has no effect on a J1; remove it");
    }

    private static void Channels(Section device, Section channels, Findings findings)
    {
        var spans = Spans(device);
        if (spans.IsDefault) return; // One of them is wrong: how many channels there are is not known.
        var owner = new Dictionary<int, string>();
        foreach (var (key, _) in BridgeText.ChannelKeys)
        foreach (var channel in channels.Get(key, ImmutableArray<int>.Empty))
        {
            if (DspPlan.Native(spans, channel) < 0)
            {
                Tell(channels, key, findings, $"there is no channel {channel}: the configured spans have fewer timeslots");
                break;
            }

            if (owner.TryAdd(channel, key)) continue;
            Tell(channels, key, findings, $"channel {channel} stands in {owner[channel]} too; expected it once");
            break;
        }
    }

    private static ImmutableArray<SpanConfig?> Spans(Section device)
    {
        var spans = new SpanConfig?[BridgeConfig.SpanCount];
        for (var at = 0; at < spans.Length; at++)
        {
            var key = FoneBridgeSchema.SpanKey(at + 1);
            if (!device.IsWritten(key)) continue;
            if (!device.Has(key, out Section span) || !span.Has("framing", out string _)) return default;
            spans[at] = BridgeText.Span(span);
        }

        return [.. spans];
    }

    private static void Tell(Section section, string key, Findings findings, string message) =>
        findings.Error(section.Place(key), section.PathOf(key), message);
}
