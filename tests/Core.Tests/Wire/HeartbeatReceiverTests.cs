using System.Diagnostics;
using Appliance.Core.Cluster;
using Appliance.Core.Wire;

namespace Appliance.Core.Tests.Wire;

public class HeartbeatReceiverTests
{
    private const ulong Ours = 0x1_0000_0009;

    private readonly OwnSequences _own = new(Ours, TimeSpan.FromMilliseconds(600));
    private readonly HeartbeatReceiver _receiver;

    public HeartbeatReceiverTests() =>
        _receiver = new HeartbeatReceiver(Samples.Authenticator(), 0, Ours, _own, links: 2, TimeSpan.FromMilliseconds(300));

    [Fact]
    public void Heartbeat_of_the_peer_is_believed_once_a_link()
    {
        Assert.Equal(Rejection.None, Take(Samples.Busy()));
        Assert.Equal(Rejection.Replayed, Take(Samples.Busy()));
        Assert.Equal(Rejection.None, Take(Samples.Busy(), link: 1));
    }

    [Fact]
    public void Own_broadcast_that_comes_back_is_recognised() =>
        Assert.Equal(Rejection.Own, Take(Samples.Busy() with { Sender = 0, Incarnation = Ours }));

    [Fact]
    public void Second_machine_with_our_number_is_noticed() =>
        Assert.Equal(Rejection.WrongSender, Take(Samples.Busy() with { Sender = 0 }));

    [Fact]
    public void Witness_does_not_speak_on_a_link_between_nodes() =>
        Assert.Equal(Rejection.WrongSender, Take(Samples.Busy() with { Sender = 2 }));

    [Fact]
    public void Authentic_nonsense_is_malformed()
    {
        var frame = new byte[FrameLayout.FrameSizeMax];
        var length = HeartbeatCodec.Encode(Samples.Busy(), Samples.Cluster, frame);
        frame[9] = 0x80;
        var sealedLength = Samples.Authenticator().Seal(frame, length);
        Assert.Equal(Rejection.Malformed, _receiver.Take(0, 1, frame.AsSpan(0, sealedLength), Samples.At(0), out _, out _));
    }

    [Fact]
    public void Echo_of_what_was_said_just_now_is_fresh_and_an_old_one_is_not()
    {
        var sequence = (uint)_own.Next(Samples.At(0));
        var echo = Samples.Busy() with { EchoIncarnation = unchecked((uint)Ours), EchoSequence = sequence };
        Assert.True(IsFresh(echo with { Sequence = 1 }, at: 600));
        Assert.False(IsFresh(echo with { Sequence = 2 }, at: 601));
        Assert.False(IsFresh(echo with { Sequence = 3, EchoIncarnation = 8 }, at: 10));
        Assert.False(IsFresh(echo with { Sequence = 4, EchoSequence = sequence + 1 }, at: 10));
        Assert.False(IsFresh(echo with { Sequence = 5, EchoSequence = sequence - 1 }, at: 10));
    }

    [Fact]
    public void Echo_names_the_newest_heartbeat_heard()
    {
        var reply = new Heartbeat();
        _receiver.Echo(1, ref reply);
        Assert.Equal((0U, 0U), (reply.EchoIncarnation, reply.EchoSequence));
        Take(Samples.Busy());
        _receiver.Echo(1, ref reply);
        Assert.Equal((0x55667788U, 0x05060708U), (reply.EchoIncarnation, reply.EchoSequence));
    }

    [Fact]
    public void Incarnation_remembered_but_not_heard_is_not_echoed()
    {
        _receiver.Of(1).Remember(77);
        var reply = new Heartbeat();
        _receiver.Echo(1, ref reply);
        Assert.Equal(0U, reply.EchoIncarnation);
    }

    [Fact]
    public void Speaking_and_hearing_do_not_allocate()
    {
        var authenticator = Samples.Authenticator();
        var frame = new byte[FrameLayout.FrameSizeMax];
        var said = Samples.Full();
        var counters = new LinkCounters();
        Rounds(1000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var begin = Stopwatch.GetTimestamp();
        Rounds(100_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        var each = Stopwatch.GetElapsedTime(begin).TotalNanoseconds / 100_000;
        Console.WriteLine($"encode, sign, verify, decode with eight groups: {each:0} ns (JIT)");
        Assert.Equal(101_000, counters.Accepted);

        void Rounds(int count)
        {
            for (var round = 0; round < count; round++)
            {
                said.Sequence++;
                var length = authenticator.Seal(frame, HeartbeatCodec.Encode(said, Samples.Cluster, frame));
                counters.Count(_receiver.Take(0, 1, frame.AsSpan(0, length), Samples.At(round), out _, out _));
            }
        }
    }

    private bool IsFresh(in Heartbeat heartbeat, int at)
    {
        Assert.Equal(Rejection.None, _receiver.Take(0, 1, Samples.Frame(heartbeat), Samples.At(at), out _, out var fresh));
        return fresh;
    }

    private Rejection Take(in Heartbeat heartbeat, int link = 0) =>
        _receiver.Take(link, 1, Samples.Frame(heartbeat), Samples.At(0), out _, out _);
}
