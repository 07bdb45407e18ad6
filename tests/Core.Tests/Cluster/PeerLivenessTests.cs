using Appliance.Core.Cluster;
using Appliance.Core.Time;

namespace Appliance.Core.Tests.Cluster;

public class PeerLivenessTests
{
    private static readonly Core.Configuration.HeartbeatConfig Timing = Example.Config().Heartbeat;

    private static Instant At(long milliseconds) => Instant.FromMilliseconds(100_000 + milliseconds);

    private static Event.Heard Heard(long at, ulong sequence = 1, NodeFlags flags = NodeFlags.None, bool fresh = true, int link = 0) =>
        new(link, new Heartbeat { Sender = 1, Incarnation = 3, Sequence = sequence, Flags = flags }, At(at), fresh);

    private static PeerLiveness HeardOnce() => PeerLiveness.Start(2).Hear(Heard(0));

    private static PeerState Judge(PeerLiveness peer, long now) => peer.Judge(Timing, At(0), At(0), At(now)).State;

    [Theory]
    [InlineData(299, PeerState.Up)]
    [InlineData(300, PeerState.Late)]
    [InlineData(599, PeerState.Late)]
    [InlineData(600, PeerState.Dead)]
    public void Silence_is_judged_at_the_boundary(long silence, PeerState expected) => Assert.Equal(expected, Judge(HeardOnce(), silence));

    [Theory]
    [InlineData(4999, PeerState.Unknown)]
    [InlineData(5000, PeerState.Dead)]
    public void Nobody_dies_unheard_within_initdead(long now, PeerState expected) =>
        Assert.Equal(expected, Judge(PeerLiveness.Start(2), now));

    [Fact]
    public void One_link_that_speaks_keeps_the_peer_alive()
    {
        var peer = HeardOnce().Hear(Heard(590, 2, link: 1));
        var judged = peer.Judge(Timing, At(0), At(0), At(700));
        Assert.Equal((PeerState.Up, LinkState.Down, LinkState.Up), (judged.State, judged.Links[0].State, judged.Links[1].State));
    }

    [Fact]
    public void A_goodbye_needs_no_silence() => Assert.Equal(PeerState.Left, Judge(HeardOnce().Hear(Heard(10, 2, NodeFlags.Goodbye)), 11));

    [Fact]
    public void A_goodbye_that_may_be_a_recording_is_not_believed() =>
        Assert.Equal(PeerState.Up, Judge(HeardOnce().Hear(Heard(10, 2, NodeFlags.Goodbye, fresh: false)), 11));

    [Fact]
    public void Our_own_deafness_is_not_the_peers_silence() =>
        Assert.Equal(PeerState.Up, HeardOnce().Judge(Timing, At(0), deafUntil: At(10_000), At(10_100)).State);

    [Fact]
    public void After_our_own_deafness_the_peer_has_deadtime_again() =>
        Assert.Equal(PeerState.Dead, HeardOnce().Judge(Timing, At(0), deafUntil: At(10_000), At(10_600)).State);

    [Fact]
    public void An_older_sequence_refreshes_the_link_but_not_the_facts()
    {
        var peer = HeardOnce().Hear(Heard(100, 9)).Hear(Heard(200, 5, NodeFlags.Standby, link: 1));
        Assert.Equal(NodeFlags.None, peer.Last.Flags);
        Assert.Equal(At(200), peer.Links[1].HeardAt);
    }
}
