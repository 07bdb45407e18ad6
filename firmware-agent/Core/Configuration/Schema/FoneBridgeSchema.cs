using System.Collections.Immutable;

namespace Appliance.Core.Configuration.Schema;

/// <summary>The keys of a <c>[device.NAME]</c> with <c>driver = "fonebridge"</c>: where its redfone.conf is, or the same in
/// TOML.</summary>
public static class FoneBridgeSchema
{
    public static readonly SectionSchema Span = new(
        "[device.NAME.span1]",
        "A span of a foneBRIDGE whose settings are here; likewise `span2`, `span3`, `span4`. A span without a section keeps what "
            + "the bridge has.",
        [
            new("framing", new ChoiceType("esf", "sf", "ccs", "cas"),
                "`esf`, `sf`: a T1; `ccs`: an E1 with a D-channel, `cas`: an E1 without.") { Required = true },
            new("encoding", new ChoiceType("b8zs", "hdb3", "ami"), "Line code. Without it: `b8zs` on a T1, `hdb3` on an E1."),
            new("j1", Types.Boolean, "The T1 is a J1 (Japan).") { Default = "false" },
            new("crc4", Types.Boolean, "CRC multiframe of an E1.") { Default = "false" },
            new("rbs", Types.Boolean, "Robbed-bit signalling: a T1 without a D-channel.") { Default = "false" },
            new("loopback", Types.Boolean, "The line gets its own signal back: for tests.") { Default = "false" },
            new("dejitter", Types.Boolean, "Jitter attenuators on.") { Default = "false" },
            new("slave", Types.Boolean, "Firmware before build 36: takes the clock from this span.") { Default = "false" },
            new("shorthaul", new IntegerType(0, 4), "Cable of a T1: up to 133, 266, 399, 533, 655 feet."),
            new("longhaul", new IntegerType(0, 3), "A long line: 0, 7.5, 15, 22.5 dB; not with `shorthaul`."),
        ]);

    public static readonly SectionSchema Channels = new(
        "[device.NAME.channels]",
        "What the echo canceller does with each channel, counted from 1 through all spans (31 of an E1, 24 of a T1, 31 of a span "
            + "that has no "
            + "section). A channel that is not listed is off. Without the section: voice on all, the D-channels untouched.",
        [
            new("voice-a", new BridgeChannelsType(), "Voice, the canceller's first kind."),
            new("voice-b", new BridgeChannelsType(), "Voice, its second kind; the usual one."),
            new("data", new BridgeChannelsType(), "Passed through untouched: D-channels."),
        ]);

    /// <summary>What may stand instead of <c>config</c>.</summary>
    public static ImmutableArray<Key> Settings { get; } =
    [
        new("port", new IntegerType(1, 2), "Ethernet port of the bridge that voice leaves from.") { Default = "1" },
        new("priorities", new PrioritiesType(),
            "For each span: 0 the clock is taken from it, 1 to 3 who follows when it fails; all 0: the bridge's own clock.")
            { Default = "[0, 1, 2, 3]" },
        new("wplloff", Types.Boolean, "The wander filter of the clock is off.") { Default = "false" },
        new("dsp", new ChoiceType("ulaw", "alaw", "off"),
            "Law of the echo canceller, or `off`: it touches nothing. Without it: `alaw` when the first span is an E1, else `ulaw`."),
        new("dspdisabled", Types.Boolean, "The echo canceller is taken out of the path.") { Default = "false" },
        new("channels", new SectionType(Channels), "What the echo canceller does with each channel, see `[device.NAME.channels]`."),
        .. Spans(),
    ];

    public static ImmutableArray<Key> Keys { get; } =
    [
        new("address", Types.Address, "Numeric address of the bridge.") { Required = true },
        new("interface", Types.Interface, "Interface it is reached by.") { Required = true },
        new("voice-interface", Types.Interface,
            "Interface of the node that voice is sent to, when that is another one; the bridge is told the address of this card."),
        new("config", Types.Path, "Its redfone.conf. Either this, or the keys below."),
        .. Settings,
    ];

    private static IEnumerable<Key> Spans()
    {
        for (var number = 1; number <= Core.FoneBridge.BridgeConfig.SpanCount; number++)
            yield return new Key(SpanKey(number), new SectionType(Span), $"Span {number}, see `[device.NAME.span1]`.");
    }

    /// <param name="number">From 1.</param>
    public static string SpanKey(int number) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"span{number}");
}
