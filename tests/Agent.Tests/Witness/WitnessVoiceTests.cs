using System.Net;
using Appliance.Agent.Tests.Heartbeat;
using Appliance.Agent.Witness;
using Appliance.Core;
using Appliance.Core.Cluster;
using Appliance.Core.Time;
using Appliance.Core.Wire;
using Facts = Appliance.Core.Cluster.Heartbeat;

namespace Appliance.Agent.Tests.Witness;

public class WitnessVoiceTests
{
    private static readonly WitnessOptions Options = new("", "test", new IPEndPoint(IPAddress.Loopback, 1), "", Ms(600), Ms(100));

    private readonly List<WitnessMemory> _written = [];
    private readonly List<string> _log = [];
    private readonly WitnessVoice _voice;
    private string? _writeProblem;
    private int _now = 10_000;
    private ulong _sequence;
    private Facts _answer;

    public WitnessVoiceTests() => _voice = new WitnessVoice(
        Options, Speaker.Keys(), WitnessMemory.Nothing with { Incarnation = 3 }, Write, (_, line) =>
            _log.Add(line), Instant.FromMilliseconds(_now));

    [Fact]
    public void Vote_is_durable_before_it_is_spoken()
    {
        Listen(1000);
        Assert.Equal(Vote.None, Say(1, new Vote(1, 1)));
        Assert.Equal(new Vote(1, 1), Say(1, new Vote(1, 1)));
        Assert.Equal(new Vote(1, 1), Assert.Single(_written).Votes[0]);
        Assert.Equal(3UL, _written[0].Incarnation);
    }

    [Fact]
    public void Vote_that_cannot_be_written_is_not_given_and_is_tried_again()
    {
        Listen(1000);
        Say(1, new Vote(1, 1));
        _writeProblem = "/var/lib/appliance-witness/votes: No space left on device";
        Assert.Equal(Vote.None, Say(1, new Vote(1, 1)));
        Assert.Equal(Vote.None, Say(1, new Vote(1, 1)));
        Assert.Single(_log);
        Assert.Contains("No space left on device", _log[0], StringComparison.Ordinal);
        _writeProblem = null;
        Assert.Equal(new Vote(1, 1), Say(1, new Vote(1, 1)));
    }

    [Fact]
    public void Refused_frames_get_no_answer_and_move_nothing()
    {
        Listen(1000);
        var frame = Frame(1, new Vote(1, 1));
        Assert.False(_voice.Answer(frame, Now()).IsEmpty);
        Assert.True(_voice.Answer(frame, Now()).IsEmpty);
        frame[20] ^= 1;
        Assert.True(_voice.Answer(frame, Now()).IsEmpty);
        Assert.True(_voice.Answer([], Now()).IsEmpty);
        Assert.Equal((1L, 1L, 1L), (_voice.Counters.Rejected(Rejection.Replayed), _voice.Counters.Rejected(Rejection.BadMac),
            _voice.Counters.Rejected(Rejection.Truncated)));
        Assert.Empty(_written);
    }

    [Fact]
    public void Answer_echoes_the_node_it_answers()
    {
        Say(0, Vote.None);
        Say(1, Vote.None);
        Assert.Equal((Limits.WitnessNumber, 3UL, 1U, (uint)_sequence), (
            _answer.Sender, _answer.Incarnation, _answer.EchoIncarnation, _answer.EchoSequence));
        Assert.Equal(0b11, _answer.LinksHeard);
    }

    /// <summary>One heartbeat of a node, with the echo of the witness' last answer; returns the vote of the answer.</summary>
    private Vote Say(byte node, Vote vote)
    {
        _now += 50;
        var frame = _voice.Answer(Frame(node, vote), Now());
        Assert.Equal(Rejection.None, new Authenticator(ClusterId.Of("test"), Speaker.Keys()).Open(frame, out var content));
        Assert.True(HeartbeatCodec.TryDecode(content, out _answer));
        return _answer.Groups[0].Vote;
    }

    private byte[] Frame(byte node, Vote vote)
    {
        var said = Speaker.Some(node) with { Incarnation = 1, Sequence = ++_sequence, EchoIncarnation = (uint)_answer.Incarnation,
            EchoSequence = (uint)_answer.Sequence };
        said.Groups[0] = said.Groups[0] with { Vote = vote };
        var frame = new byte[FrameLayout.FrameSizeMax];
        var cluster = ClusterId.Of("test");
        return frame[..new Authenticator(cluster, Speaker.Keys()).Seal(frame, HeartbeatCodec.Encode(said, cluster, frame))];
    }

    private void Listen(int milliseconds)
    {
        for (var passed = 0; passed < milliseconds; passed += 100)
        {
            _now += 100;
            _voice.Tick(Now());
        }
    }

    private Instant Now() => Instant.FromMilliseconds(_now);

    private string? Write(WitnessMemory memory)
    {
        if (_writeProblem is null) _written.Add(memory);
        return _writeProblem;
    }

    private static TimeSpan Ms(int value) => TimeSpan.FromMilliseconds(value);
}
