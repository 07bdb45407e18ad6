using System.Collections.Immutable;
using System.Globalization;
using Appliance.Core.Configuration.Schema;
using Appliance.Core.FoneBridge;
using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Core.Configuration;

/// <summary>The settings of a foneBRIDGE in TOML: makes the record of a section that was checked, and writes it.</summary>
public static class BridgeText
{
    /// <summary>A whole <c>[device.NAME]</c>; what is read from it makes the same packets.</summary>
    /// <param name="name">Of the section.</param>
    /// <param name="card">Interface that the bridge is reached by; null: not known, a comment in its place.</param>
    /// <param name="config">Its host is taken as the address.</param>
    public static string Device(string name, string? card, BridgeConfig config)
    {
        var text = new TomlText();
        text.Title($"[device.{TomlText.Key(name)}]").Line("driver", "fonebridge").Line("address", config.Host);
        _ = card is null ? text.Raw("# interface", "\"eth1\"      # the card of the nodes that it is reached by")
            : text.Line("interface", card);
        Write(text, name, config);
        return text.ToString();
    }

    /// <summary>Why a configuration that a redfone.conf can say cannot be said in TOML, where order has no meaning; empty: it
    /// can.</summary>
    public static string Obstacle(BridgeConfig config)
    {
        for (var at = 0; at < config.Spans.Length; at++)
            if (config.Spans[at] is { IsE1: true, Esf: true })
                return $"[span{at + 1}] has framing=esf of a T1 and becomes an E1 by encoding=hdb3: framing=ccs or cas is meant, "
                    + "or encoding=b8zs";
        return "";
    }

    internal static BridgeConfig? Build(Section device)
    {
        if (device.IsWritten("config")) return null;
        ImmutableArray<SpanConfig?> spans =
        [
            .. Selection.Range(1, BridgeConfig.SpanCount)
                .Select(number => device.Has(FoneBridgeSchema.SpanKey(number), out Section span) ? Span(span) : null),
        ];
        var dsp = device.Get("dsp", "");
        Companding? law = dsp switch { "ulaw" => Companding.MuLaw, "alaw" => Companding.ALaw, _ => null };
        return new BridgeConfig(
            device.Get<string>("address"), device.Get<int>("port"), Server: null, device.Get<ImmutableArray<byte>>("priorities"),
            !device.Get<bool>("wplloff"), spans,
            new DspConfig(law, dsp == "off", device.Get<bool>("dspdisabled"),
                device.Has("channels", out Section channels) ? Channels(channels, spans) : default));
    }

    internal static SpanConfig Span(Section span)
    {
        var framing = span.Get<string>("framing");
        var isJ1 = span.Get<bool>("j1");
        var isE1 = IsE1(framing);
        var (buildOut, equaliser) = span.Has("longhaul", out int far) ? (LineBuildOut.LongHaul[far], true)
            : span.Has("shorthaul", out int near) ? (LineBuildOut.ShortHaul[near], false) : ((byte)0, false);
        return new SpanConfig(
            isE1, isJ1, framing == "esf", span.Get("encoding", "") == "ami", framing == "cas" || span.Get<bool>("rbs"),
            span.Get<bool>("crc4"), span.Get<bool>("loopback"), equaliser, isJ1 ? LineBuildOut.J1 : buildOut,
            span.Get<bool>("dejitter"), span.Get<bool>("slave"));
    }

    internal static bool IsE1(string framing) => framing is "ccs" or "cas";

    internal static void Write(TomlText text, string name, BridgeConfig config)
    {
        var priorities = string.Join(", ", config.Priorities.Select(priority => priority.ToString(CultureInfo.InvariantCulture)));
        text.Line("port", config.Port).Raw("priorities", $"[{priorities}]")
            .Line("wplloff", !config.Pll);
        if (config.Dsp.Off) text.Line("dsp", "off");
        else if (config.Dsp.Companding is { } law) text.Line("dsp", law == Companding.ALaw ? "alaw" : "ulaw");
        text.Line("dspdisabled", config.Dsp.Bypassed);
        for (var at = 0; at < config.Spans.Length; at++)
        {
            if (config.Spans[at] is not { } span) continue;
            text.Title($"[device.{TomlText.Key(name)}.{FoneBridgeSchema.SpanKey(at + 1)}]");
            Write(text, span);
        }

        if (config.Dsp.Channels.IsDefault) return;
        text.Title($"[device.{TomlText.Key(name)}.channels]");
        foreach (var (key, type) in ChannelKeys) text.Raw(key, $"[{string.Join(", ", Ranges(config, type))}]");
    }

    private static void Write(TomlText text, SpanConfig span)
    {
        text.Line("framing", span switch
        {
            { IsE1: true, Signalling: true } => "cas",
            { IsE1: true } => "ccs",
            { Esf: true } => "esf",
            _ => "sf",
        });
        text.Line("encoding", span.Ami ? "ami" : span.IsE1 ? "hdb3" : "b8zs");
        Flag("j1", span.IsJ1);
        Flag("crc4", span.Crc4);
        Flag("rbs", span is { IsE1: false, Signalling: true });
        Flag("loopback", span.Loopback);
        Flag("dejitter", span.Dejitter);
        Flag("slave", span.Slave);
        if (span.Equaliser) text.Line("longhaul", Math.Max(0, Array.IndexOf(LineBuildOut.LongHaul, span.BuildOut)));
        else if (!span.IsJ1 && span.BuildOut != 0) text.Line("shorthaul", Array.IndexOf(LineBuildOut.ShortHaul, span.BuildOut));

        void Flag(string key, bool value)
        {
            if (value) text.Line(key, value);
        }
    }

    internal static (string Key, ChannelType Type)[] ChannelKeys { get; } =
        [("voice-a", ChannelType.VoiceA), ("voice-b", ChannelType.VoiceB), ("data", ChannelType.Data)];

    private static ImmutableArray<ChannelType> Channels(Section section, ImmutableArray<SpanConfig?> spans)
    {
        var types = new ChannelType[GpakFlash.Channels];
        Array.Fill(types, ChannelType.Off);
        foreach (var (key, type) in ChannelKeys)
        foreach (var channel in section.Get(key, ImmutableArray<int>.Empty))
            types[DspPlan.Native(spans, channel)] = type;
        return [.. types];
    }

    /// <summary>The channels of a type as an operator counts them: 5, "7-9".</summary>
    private static IEnumerable<string> Ranges(BridgeConfig config, ChannelType type)
    {
        for (var channel = 1; channel <= DspPlan.UserChannelMax; channel++)
        {
            var first = channel;
            if (!Is(channel)) continue;
            while (Is(channel + 1)) channel++;
            yield return first == channel ? first.ToString(CultureInfo.InvariantCulture)
                : string.Create(CultureInfo.InvariantCulture, $"\"{first}-{channel}\"");
        }

        bool Is(int channel) => channel <= DspPlan.UserChannelMax && DspPlan.Native(config.Spans, channel) is >= 0 and var native
            && config.Dsp.Channels[native] == type;
    }
}
