using System.Collections.Immutable;
using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Core.FoneBridge;

/// <summary>Which type each of the DSP's 128 channels should have. Native channel: 32 times the span, plus the timeslot.</summary>
public static class DspPlan
{
    /// <summary>Channels of a span in the DSP.</summary>
    private const int Stride = 32;

    /// <summary>Timeslots an operator counts for a span that is not configured.</summary>
    private const int AbsentTimeslots = 31;

    /// <summary>Highest channel an operator may name: four E1.</summary>
    public const int UserChannelMax = 124;

    public static byte[] Types(BridgeConfig config)
    {
        if (config.Dsp.Off) return new byte[GpakFlash.Channels]; // ChannelType.Data
        var types = config.Dsp.Channels.IsDefault ? Usual(config.Spans) : config.Dsp.Channels.AsSpan();
        var bytes = new byte[GpakFlash.Channels];
        for (var channel = 0; channel < bytes.Length; channel++) bytes[channel] = (byte)types[channel];
        return bytes;
    }

    /// <summary>Law of the first configured span unless the file names one; null: left as it is, as with dsp=off.</summary>
    public static Companding? Law(BridgeConfig config)
    {
        if (config.Dsp.Companding is { } named) return named;
        if (config.Dsp.Off) return null;
        return config.Spans.FirstOrDefault(span => span is not null) is { IsE1: true } ? Companding.ALaw : Companding.MuLaw;
    }

    /// <summary>Native channel of one that operators count from 1 through all spans; -1: there is none of that number.</summary>
    public static int Native(ImmutableArray<SpanConfig?> spans, int userChannel)
    {
        var rest = userChannel - 1;
        for (var span = 0; span < spans.Length; span++)
        {
            var timeslots = spans[span]?.Timeslots ?? AbsentTimeslots;
            if (rest < timeslots) return (span * Stride) + rest;
            rest -= timeslots;
        }

        return -1;
    }

    private static ChannelType[] Usual(ImmutableArray<SpanConfig?> spans)
    {
        var types = new ChannelType[GpakFlash.Channels];
        Array.Fill(types, ChannelType.Off);
        for (var number = 0; number < spans.Length; number++)
        {
            if (spans[number] is not { } span) continue;
            Array.Fill(types, ChannelType.VoiceB, number * Stride, span.Timeslots);
            if (!span.Signalling) types[(number * Stride) + span.DChannel] = ChannelType.Data;
        }

        return types;
    }
}
