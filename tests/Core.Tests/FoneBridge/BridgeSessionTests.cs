using System.Net;
using Appliance.Core.FoneBridge;
using Appliance.Core.FoneBridge.Wire;
using Appliance.Core.Time;

namespace Appliance.Core.Tests.FoneBridge;

/// <summary>Silence, refusals and lies: a session ends in time, and voice is on again or its last sentence says that it is not.</summary>
public class BridgeSessionTests
{
    public static TheoryData<string> Kinds => ["configure", "configure-dsp", "steer", "statistics", "set-ip", "query", "verify"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Bridge_that_dies_at_any_step_leaves_no_silence_untold(string kind)
    {
        for (var step = 0; step < Length(kind); step++)
        {
            var bridge = Bridge(kind);
            var sent = 0;
            var talk = new Talk(Session(kind), request => sent++ < step ? bridge.Answer(request) : null);
            CheckVoice(talk.Play(), talk, bridge, recovers: false);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Bridge_that_refuses_any_step_sends_voice_again(string kind)
    {
        for (var step = 0; step < Length(kind); step++)
        {
            for (byte status = 1; status <= 9; status++)
            {
                var bridge = Bridge(kind);
                var sent = 0;
                var talk = new Talk(Session(kind), request => sent++ == step ? [0, status] : bridge.Answer(request));
                CheckVoice(talk.Play(), talk, bridge, recovers: true);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void One_lost_request_or_reply_at_any_step_costs_one_repetition(string kind)
    {
        for (var step = 0; step < Length(kind); step++)
        {
            var bridge = Bridge(kind);
            var sent = 0;
            var talk = new Talk(Session(kind), request => sent++ == step ? null : bridge.Answer(request));
            var outcome = talk.Play();
            var repeated = talk.Effects.OfType<BridgeEffect.Send>().ElementAt(step).Request;
            Assert.Equal(repeated.IsIdempotent, outcome.Ok);
            if (repeated.IsIdempotent) Assert.Equal(talk.Sent[step], talk.Sent[step + 1]);
            CheckVoice(outcome, talk, bridge, recovers: true);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Cut_replies_at_any_step_are_never_believed(string kind)
    {
        for (var step = 0; step < Length(kind); step++)
        {
            for (var keep = 0; keep < 360; keep += keep < 12 ? 1 : 29)
            {
                var bridge = Bridge(kind);
                var (sent, cut) = (0, false);
                var talk = new Talk(Session(kind), request =>
                {
                    var reply = bridge.Answer(request);
                    cut = sent == step && keep < reply.Length;
                    return sent++ == step && cut ? reply[..keep] : reply;
                });
                CheckVoice(talk.Play(), talk, bridge, recovers: true);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Flipped_bits_in_any_reply_never_end_in_silence(string kind)
    {
        for (var step = 0; step < Length(kind); step++)
        {
            for (var bit = 0; bit < 354 * 8; bit++)
            {
                var bridge = Bridge(kind);
                var (sent, beyond) = (0, false);
                var talk = new Talk(Session(kind), request =>
                {
                    var reply = bridge.Answer(request);
                    if (sent++ != step) return reply;
                    beyond = bit / 8 >= reply.Length;
                    byte[] changed = [.. reply];
                    if (!beyond) changed[bit / 8] ^= (byte)(1 << (bit % 8));
                    return changed;
                });
                CheckVoice(talk.Play(), talk, bridge, recovers: true);
                if (beyond) break;
            }
        }
    }

    [Fact]
    public void Garbage_is_never_believed_and_never_ends_in_silence()
    {
        var random = new Random(20261121);
        for (var round = 0; round < 3000; round++)
        {
            var bridge = Bridge("configure-dsp");
            var talk = new Talk(Session("configure-dsp"), request =>
            {
                if (random.Next(4) > 0) return bridge.Answer(request);
                var garbage = new byte[random.Next(1500)];
                random.NextBytes(garbage);
                return garbage;
            });
            CheckVoice(talk.Play(), talk, bridge, recovers: false);
        }
    }

    [Fact]
    public void Reply_to_an_earlier_attempt_is_welcome_and_the_second_one_is_kept_out()
    {
        var session = new ConfigureSession(GoldenSessionTests.Config("e1.conf"));
        var bridge = PlainBridge.Of("e1-nodsp");
        var now = Instant.FromMilliseconds(0);
        _ = session.Step(new BridgeEvent.Started(), now);
        now = session.Deadline!.Value;
        var repeated = Assert.IsType<BridgeEffect.Send>(Assert.Single(session.Step(new BridgeEvent.Tick(), now)));
        var next = session.Step(new BridgeEvent.Arrived(bridge.Answer(repeated.Request)), now);
        Assert.IsType<BridgeEffect.Renew>(next[0]);
        Assert.Equal(BridgeCommand.Reconfig, Assert.IsType<BridgeEffect.Send>(next[1]).Request.Command);
    }

    [Fact]
    public void Every_first_request_drains_what_came_before()
    {
        var talk = new Talk(Session("configure"), Bridge("configure").Answer);
        _ = talk.Play();
        Assert.Equal(talk.Sent.Count, talk.Effects.OfType<BridgeEffect.Drain>().Count());
        Assert.Empty(talk.Effects.OfType<BridgeEffect.Renew>());
    }

    [Fact]
    public void Interrupted_session_starts_voice_again_before_it_ends()
    {
        for (var step = 0; step < Length("configure"); step++)
        {
            var bridge = Bridge("configure");
            var session = Session("configure");
            var now = Instant.FromMilliseconds(0);
            var effects = session.Step(new BridgeEvent.Started(), now);
            for (var at = 0; session.Outcome is null; at++)
            {
                var request = effects.OfType<BridgeEffect.Send>().Single().Request;
                var reply = bridge.Answer(request);
                effects = at == step
                    ? session.Step(new BridgeEvent.Cancelled(), now)
                    : session.Step(new BridgeEvent.Arrived(reply), now);
            }

            Assert.True(bridge.Transmits);
            Assert.Contains("interrupted", session.Outcome.Words, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Failure_says_what_was_asked_how_often_and_that_the_lines_are_silent()
    {
        var bridge = Bridge("configure");
        var outcome = new Talk(
            Session("configure"), request => request.Command is BridgeCommand.Reconfig && request.Parameter != 0 || !bridge.Transmits
                && request.StartsTransmit ? null : bridge.Answer(request)).Play();
        Assert.Equal(
            "the bridge does not answer the request to configure the spans (4 attempts); TX is off and could not be started again: "
            + "the lines are silent until the bridge is configured",
            outcome.Words);
    }

    [Fact]
    public void Steering_is_four_exchanges_and_a_look()
    {
        var bridge = PlainBridge.Of("e1-nodsp");
        var config = GoldenSessionTests.Config("e1.conf");
        _ = new Talk(new ConfigureSession(config), bridge.Answer).Play();
        var talk = new Talk(new SteerSession(config with { Server = new EthernetAddress(0x020000000007) }), bridge.Answer);
        Assert.True(talk.Play().Ok);
        Assert.Equal(
            ["0007", "0014", "0015020000000007", "0114", "0001" + new string('0', 128)], talk.Sent.Select(Convert.ToHexStringLower));
        Assert.Equal("020000000007", Convert.ToHexStringLower(bridge.Destination));
    }

    [Fact]
    public void Steering_a_bridge_that_forgot_configures_it()
    {
        var bridge = PlainBridge.Of("e1-nodsp");
        var session = new SteerSession(GoldenSessionTests.Config("e1.conf"));
        var outcome = new Talk(session, bridge.Answer).Play();
        Assert.True(outcome.Ok);
        Assert.True(session.WasConfigured);
        Assert.True(bridge.Transmits);
        Assert.Equal(RecordedSessions.Requests("e1-nodsp").Single(packet => packet[0] == 0x0F && packet[1] == 1)[2..], bridge.Links);
    }

    [Fact]
    public void Address_block_that_is_damaged_is_not_written()
    {
        var info = RecordedSessions.Replies("e1-nodsp")[0][2..];
        info[100] ^= 1;
        var talk = new Talk(new SetAddressSession(1, IPAddress.Parse("10.0.0.1"), reset: true), new PlainBridge(info).Answer);
        Assert.False(talk.Play().Ok);
        Assert.DoesNotContain(talk.Sent, packet => packet[1] is 3 or 6 or 12);
    }

    [Fact]
    public void Flash_that_does_not_read_back_is_not_reset_into()
    {
        // The plain bridge forgets what is written to its flash.
        var talk = new Talk(new SetAddressSession(2, IPAddress.Parse("10.0.0.1"), reset: true), Bridge("set-ip").Answer);
        var outcome = talk.Play();
        Assert.Contains("does not read back", outcome.Words, StringComparison.Ordinal);
        Assert.DoesNotContain(talk.Sent, packet => packet[1] == 12);
    }

    [Fact]
    public void Flash_is_given_ten_seconds_and_not_asked_twice()
    {
        // Everything but the order that writes the flash is answered.
        Instant asked = default;
        Talk? talk = null;
        var bridge = Bridge("set-ip");
        talk = new Talk(new SetAddressSession(1, IPAddress.Parse("10.0.0.1"), reset: false), request =>
        {
            if (request.Command != BridgeCommand.StartWrite) return bridge.Answer(request);
            asked = talk!.Now;
            return null;
        });
        Assert.False(talk.Play().Ok);
        Assert.Equal(TimeSpan.FromSeconds(10), talk.Now - asked);
        Assert.Single(talk.Sent, packet => packet[1] == (byte)BridgeCommand.StartWrite);
    }

    [Fact]
    public void After_something_strange_the_next_request_leaves_from_another_port()
    {
        var session = new QuerySession();
        var now = Instant.FromMilliseconds(1000);
        Assert.IsType<BridgeEffect.Drain>(session.Step(new BridgeEvent.Started(), now)[0]);
        Assert.Empty(session.Step(new BridgeEvent.Arrived([0, 0, 7]), now));
        // The reply is there; whose the strange thing was, and what else is under way to this port, nobody knows.
        Assert.IsType<BridgeEffect.Renew>(session.Step(new BridgeEvent.Arrived(RecordedSessions.Replies("q")[0]), now)[0]);
    }

    [Fact]
    public void Bits_that_do_not_belong_to_a_counter_are_not_counted()
    {
        var bridge = PlainBridge.Of("e1-nodsp");
        _ = new Talk(new ConfigureSession(GoldenSessionTests.Config("e1.conf")), bridge.Answer).Play();
        var session = new StatisticsSession();
        Assert.True(new Talk(session, request => request.Command == BridgeCommand.LineReadRegister
            ? [request.Parameter, 0, .. request.Payload, 0xFF] : bridge.Answer(request)).Play().Ok);
        Assert.Equal(new LineCounters(1, 0xFFFF, 0xFFF, 0x3FF, 0x3FF, 0x1F), session.Lines[0]);
    }

    [Fact]
    public void Line_counters_are_latched_and_read_as_recorded()
    {
        var bridge = PlainBridge.Of("e1-nodsp");
        _ = new Talk(new ConfigureSession(GoldenSessionTests.Config("e1.conf")), bridge.Answer).Play();
        var session = new StatisticsSession();
        var talk = new Talk(session, bridge.Answer);
        Assert.True(talk.Play().Ok);
        var sent = talk.Sent.Select(Convert.ToHexStringLower).ToArray();
        Assert.Equal(
            ["0007", "0001" + new string('0', 128), "001b", "0023c200", "0023c202", "00230e08", "00240f0000000100", "00230e09"], sent[..8]);
        Assert.Contains("00230e28", sent);
        Assert.Contains("02230e08", sent);
        Assert.Contains("02230e28", sent);
        Assert.Equal(new LineCounters(1, 0x0101, 0x101, 0x101, 0x101, 1), session.Lines[0]);
        Assert.Equal(4, session.Lines.Count);
    }

    private static void CheckVoice(BridgeOutcome outcome, Talk talk, PlainBridge bridge, bool recovers)
    {
        var stopped = talk.Sent.FindLastIndex(packet => packet[1] == 20 && packet[0] == 0);
        var started = talk.Sent.FindLastIndex(packet => packet[1] == 20 && packet[0] == 1);
        Assert.True(started >= stopped, "TX was stopped and never started again");
        Assert.Equal(outcome.Transmit == TransmitState.Off, outcome.Words.Contains("the lines are silent", StringComparison.Ordinal));
        Assert.Equal(stopped < 0 && started < 0, outcome.Transmit == TransmitState.Untouched);
        if (outcome.Transmit == TransmitState.On) Assert.True(bridge.Transmits);
        if (recovers) Assert.NotEqual(TransmitState.Off, outcome.Transmit);
        if (!outcome.Ok) Assert.NotEmpty(outcome.Words);
    }

    private static int Length(string kind)
    {
        var talk = new Talk(Session(kind), Bridge(kind).Answer);
        _ = talk.Play();
        return talk.Sent.Count;
    }

    private static PlainBridge Bridge(string kind)
    {
        var bridge = PlainBridge.Of(kind == "configure-dsp" ? "dspT1" : "e1-nodsp");
        if (kind == "verify") _ = new Talk(new ConfigureSession(GoldenSessionTests.Config("e1.conf")), bridge.Answer).Play();
        return bridge;
    }

    private static BridgeSession Session(string kind) => kind switch
    {
        "configure" => new ConfigureSession(GoldenSessionTests.Config("e1.conf"), KeptConfig.Store),
        "configure-dsp" => new ConfigureSession(GoldenSessionTests.Config("t1.conf")),
        "steer" => new SteerSession(GoldenSessionTests.Config("e1.conf")),
        "statistics" => new StatisticsSession(),
        "verify" => new VerifySession(GoldenSessionTests.Config("e1.conf")),
        "set-ip" => new SetAddressSession(1, IPAddress.Parse("10.99.0.77"), reset: false),
        _ => new QuerySession(),
    };
}
