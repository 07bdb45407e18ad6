using Appliance.Core.Dahdi;

namespace Appliance.Core.Tests.Dahdi;

public sealed class ProcDahdiTests
{
    private const string Primary = "Span 1: TE4/0/1 \"T4XXP (PCI) Card 0 Span 1\" (MASTER) HDB3/CCS/CRC4 ClockSource \n"
        + "\tIRQ misses: 3\n\n"
        + "\t   1 TE4/0/1/1 Clear (In use) (EC: MG2 - INACTIVE) \n"
        + "\t   2 TE4/0/1/2 Clear (EC: MG2 - ACTIVE) \n"
        + "\t  16 TE4/0/1/16 HDLCFCS (In use) \n";

    [Fact]
    public void A_primary_rate_span_without_alarm()
    {
        var span = Read(Primary);
        Assert.Equal((1, "TE4/0/1", "T4XXP (PCI) Card 0 Span 1"), (span.Number, span.Name, span.Description));
        Assert.Equal((true, true, "HDB3/CCS/CRC4", DahdiAlarms.None), (span.IsMaster, span.IsClockSource, span.Line, span.Alarms));
        Assert.Equal([new DahdiCounter("IRQ misses", 3)], span.Counters.ToArray());
        Assert.Equal(
            [
                new DahdiChannel(1, "TE4/0/1/1", "Clear", true, DahdiAlarms.None, "MG2 - INACTIVE"),
                new DahdiChannel(2, "TE4/0/1/2", "Clear", false, DahdiAlarms.None, "MG2 - ACTIVE"),
                new DahdiChannel(16, "TE4/0/1/16", "HDLCFCS", true),
            ],
            span.Channels.ToArray());
        Assert.Equal((2, true), (span.InUse, span.IsConfigured));
    }

    [Theory]
    [InlineData("RED ", DahdiAlarms.Red)]
    [InlineData("YELLOW ", DahdiAlarms.Yellow)]
    [InlineData("BLUE YELLOW RED LOOP RECOVERING NOTOPEN ", DahdiAlarms.Blue | DahdiAlarms.Yellow | DahdiAlarms.Red | DahdiAlarms.Loop
        | DahdiAlarms.Recovering | DahdiAlarms.NotOpen)]
    [InlineData("RED ClockSource ", DahdiAlarms.Red)]
    [InlineData("", DahdiAlarms.None)]
    public void Alarms_stand_behind_the_line(string words, DahdiAlarms alarms) =>
        Assert.Equal(alarms, Read($"Span 2: TE4/0/2 \"x\" HDB3/CCS {words}\n").Alarms);

    [Fact]
    public void Alarm_words_inside_a_name_or_a_description_are_no_alarms()
    {
        var span = Read("Span 3: RED/0 \"the RED \"inner\" one (MASTER) YELLOW\" AMI/D4 \n\t   1 RED/0/1 FXSKS \n");
        Assert.Equal((DahdiAlarms.None, false, "RED/0"), (span.Alarms, span.IsMaster, span.Name));
        Assert.Equal("the RED \"inner\" one (MASTER) YELLOW", span.Description);
        Assert.Equal(new DahdiChannel(1, "RED/0/1", "FXSKS", false), Assert.Single(span.Channels));
    }

    [Fact]
    public void An_analogue_card_has_alarms_of_its_ports()
    {
        var span = Read("Span 1: WCTDM/0 \"Wildcard TDM410P\" (MASTER) \n\n\t   1 WCTDM/0/0 FXOKS (In use) (no pcm) \n"
            + "\t   2 WCTDM/0/1 FXSKS (In use) RED (EC: OSLEC - INACTIVE) \n\t   3 WCTDM/0/2 Reserved \n\t   4 WCTDM/0/3 \n");
        Assert.Equal("", span.Line);
        Assert.Equal([DahdiAlarms.None, DahdiAlarms.Red, DahdiAlarms.None, DahdiAlarms.None],
            span.Channels.Select(channel => channel.Alarms));
        Assert.Equal(["FXOKS", "FXSKS", "Reserved", ""], span.Channels.Select(channel => channel.Signalling));
        Assert.True(span.IsConfigured);
    }

    [Fact]
    public void Signalling_of_several_words_and_masters_of_bundles()
    {
        var span = Read("Span 1: a \"\" ESF/B8ZS \n\t  24 a/24 Hardware-assisted HDLC (In use) \n\t   1 a/1 HDLCNET Master \n"
            + "\t   2 a/2 SF (ToneOnly) \n");
        Assert.Equal(["Hardware-assisted HDLC", "HDLCNET", "SF (ToneOnly)"], span.Channels.Select(channel => channel.Signalling));
    }

    [Theory]
    [InlineData("Span 1: a \"b\" \n\t   1 a/1 Unconfigured \n\t   2 a/2 \n", false)]
    [InlineData("Span 1: a \"b\" \n", false)]
    [InlineData("Span 1: a \"b\" HDB3/CCS \n", true)]
    [InlineData("Span 1: a \"b\" \n\t   1 a/1 Clear \n", true)]
    public void A_span_has_a_purpose_when_dahdi_cfg_gave_it_one(string text, bool configured) =>
        Assert.Equal(configured, Read(text).IsConfigured);

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("Span")]
    [InlineData("Span :")]
    [InlineData("Span 1")]
    [InlineData("Span 1:")]
    [InlineData("Span 1: name")]
    [InlineData("Span 1: name \"open")]
    [InlineData("Span 0: a \"b\"")]
    [InlineData("Span -1: a \"b\"")]
    [InlineData("Span x: a \"b\"")]
    [InlineData("Span 99999999999: a \"b\"")]
    [InlineData("\"Span 1: a\"")]
    [InlineData("\0\0\0")]
    public void Nonsense_is_refused_with_words(string text)
    {
        Assert.Null(ProcDahdi.Read(text, out var problem));
        Assert.Contains("expected", problem, StringComparison.Ordinal);
        Assert.DoesNotContain(problem, char.IsControl);
    }

    [Fact]
    public void Too_much_of_anything_is_refused()
    {
        Assert.Null(ProcDahdi.Read("Span 1: a \"b\"\n" + new string('x', ProcDahdi.TextMax), out var problem));
        Assert.Contains("characters", problem, StringComparison.Ordinal);
        var many = string.Concat(Enumerable.Range(1, ProcDahdi.ChannelsMax + 1).Select(number => $"\t{number} a/{number} Clear\n"));
        Assert.Null(ProcDahdi.Read("Span 1: a \"b\"\n" + many, out problem));
        Assert.Contains("channels", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_truncation_and_every_flipped_character_is_survived()
    {
        for (var length = 0; length < Primary.Length; length++) _ = ProcDahdi.Read(Primary[..length], out _);
        var random = new Random(7);
        for (var round = 0; round < 20_000; round++)
        {
            var text = Primary.ToCharArray();
            for (var hits = random.Next(1, 6); hits > 0; hits--) text[random.Next(text.Length)] = (char)random.Next(0, 256);
            if (ProcDahdi.Read(new string(text), out _) is not { } span) continue;
            Assert.True(span.Number > 0);
            Assert.All(span.Channels, channel => Assert.DoesNotContain(channel.Name + channel.Signalling, char.IsControl));
        }
    }

    [Fact]
    public void A_counter_is_what_stands_behind_the_last_colon() => Assert.Equal(
        [new DahdiCounter("IRQ: misses", 3), new DahdiCounter("CRC4 error count", -1)],
        Read("Span 1: a \"b\"\n\tIRQ: misses: 3\n\tCRC4 error count: -1\n\tTiming slips\n").Counters.ToArray());

    [Fact]
    public void Who_uses_a_channel_may_be_named() =>
        Assert.True(Assert.Single(Read("Span 1: a \"b\"\n\t1 a/1 Clear (In use by asterisk) \n").Channels) is { InUse: true,
            Signalling: "Clear" });

    [Fact]
    public void Proc_and_sys_each_know_alarms_that_the_other_one_does_not() => Assert.Equal(
        DahdiAlarms.Yellow | DahdiAlarms.Red,
        SysDahdi.Read(1, Read("Span 1: a \"b\" HDB3/CCS YELLOW \n"), name => name == "alarms" ? "0x8\n" : null).Alarms);

    [Fact]
    public void Recovering_is_news_and_no_alarm()
    {
        var news = Assert.Single(DahdiNews.Of(Reading(Line(1, "RED ")), Reading(Line(1, "RECOVERING "))));
        Assert.Equal((false, "RED", "RECOVERING"), (news.IsAlarm, news.From, news.To));
        Assert.True(Assert.Single(DahdiNews.Of(Reading(Line(1)), Reading(Line(1, "RECOVERING YELLOW ")))).IsAlarm);
        // Nobody gave it a purpose, nobody misses it.
        Assert.Empty(DahdiNews.Of(Reading(Read("Span 1: a \"b\" \n")), Reading()));
    }

    [Fact]
    public void Sys_adds_what_proc_does_not_say()
    {
        var files = new Dictionary<string, string>
        {
            ["alarms"] = "0x108\n", ["basechan"] = "1\n", ["channels"] = "31\n", ["local_spanno"] = "2\n", ["syncsrc"] = "1\n",
            ["spantype"] = "E1\n", ["is_sync_master"] = "0\n", ["lineconfig"] = "HDB3/CCS/CRC4\n",
        };
        var span = SysDahdi.Read(1, Read(Primary), name => files.GetValueOrDefault(name));
        Assert.Equal(DahdiAlarms.Red | DahdiAlarms.SignalLost, span.Alarms);
        Assert.Equal("RED LOS", DahdiAlarmWords.Of(span.Alarms));
        Assert.Equal((1, 31, 2, 1, "E1", true), (span.BaseChannel, span.ChannelCount, span.LocalNumber, span.SyncSource, span.Kind,
            span.IsMaster));
    }

    [Theory]
    [InlineData("0x")]
    [InlineData("0xffffffff")]
    [InlineData("RED")]
    [InlineData("-1")]
    [InlineData("")]
    public void Nonsense_in_sys_is_no_alarm(string alarms) =>
        Assert.Equal(DahdiAlarms.None, SysDahdi.Read(1, null, name => name == "alarms" ? alarms : "\0x\u001b[2J").Alarms);

    [Fact]
    public void A_span_that_only_sys_shows()
    {
        var span = SysDahdi.Read(4, null, name => name switch { "name" => "DYN/1\n", "desc" => "x\n", _ => null });
        Assert.Equal((4, "DYN/1", "x", -1), (span.Number, span.Name, span.Description, span.ChannelCount));
    }

    [Fact]
    public void News_are_told_once_and_only_of_spans_with_a_purpose()
    {
        var well = Reading(Line(1), Line(2));
        var red = Reading(Line(1, "RED "), Line(2));
        var change = Assert.Single(DahdiNews.Of(well, red));
        Assert.Equal(
            new DahdiChange(1, true, "OK", "RED", "span 1 TE/1 RED: no signal: cable, relay position or the exchange"), change);
        Assert.Empty(DahdiNews.Of(red, red));
        Assert.Equal((false, "RED", "OK"), (Assert.Single(DahdiNews.Of(red, well)) is var back) switch
        {
            _ => (back.IsAlarm, back.From, back.To),
        });
        Assert.Equal("missing", Assert.Single(DahdiNews.Of(well, Reading(Line(1)))).To);
        Assert.Empty(DahdiNews.Of(Reading(), Reading(Read("Span 1: a \"b\" RED \n"))));
    }

    [Theory]
    [InlineData("RED ", false, "span 1 TE/1 RED: no signal")]
    [InlineData("BLUE ", false, "BLUE")]
    [InlineData("NOTOPEN ", false, "dahdi_cfg")]
    [InlineData("YELLOW ", true, "does not hear us")]
    [InlineData("RECOVERING ", true, "RECOVERING")]
    [InlineData("", true, "without alarm")]
    public void Only_alarms_that_stop_calls_are_a_failure(string alarm, bool ok, string words)
    {
        var verdict = SpanVerdict.Of(Reading(Line(1, alarm)), [1]);
        Assert.Equal(ok, verdict.Ok);
        Assert.Contains(words, verdict.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_span_that_is_not_there_is_a_failure() =>
        Assert.Equal(new SpanVerdict(false, "span 2 is not there: DAHDI is not loaded"),
            SpanVerdict.Of(Reading(Line(1)) with { Problem = "DAHDI is not loaded" }, [1, 2]));

    private static DahdiSpan Line(int number, string alarm = "") => Read($"Span {number}: TE/{number} \"x\" HDB3/CCS {alarm}\n");

    private static DahdiReading Reading(params DahdiSpan[] spans) => new([.. spans], "");

    private static DahdiSpan Read(string text)
    {
        var span = ProcDahdi.Read(text, out var problem);
        Assert.True(span is not null, problem);
        return span;
    }
}
