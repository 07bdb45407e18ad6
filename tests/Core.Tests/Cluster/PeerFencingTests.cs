using Appliance.Core.Cluster;
using Appliance.Core.Replica;
using Appliance.Core.Time;

namespace Appliance.Core.Tests.Cluster;

/// <summary>Stories of a copy that becomes old, and of one that nobody can vouch for.</summary>
public sealed class PeerFencingTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Both in sync, node 0 serves.</summary>
    private static Pair Serving(TimeSpan? wait = null, bool address = true)
    {
        var pair = new Pair(Example.Replicated(wait, address));
        pair.Boot(0);
        pair.Boot(1);
        Stand(pair, 0, DataStanding.UpToDate);
        Stand(pair, 1, DataStanding.UpToDate);
        Assert.True(pair.RunUntil(() => pair.RoleOf(0) == Role.Active, Second * 8), Told(pair));
        pair.Run(Second);
        return pair;
    }

    private static void Stand(Pair pair, int node, DataStanding standing, bool asks = false) =>
        pair.Send(node, new Event.DataChanged(0, standing, asks));

    private static string Told(Pair pair) => string.Join('\n', pair.Story);

    private static bool Ordered<T>(Pair pair, int node) => pair.Orders[node].OfType<T>().Any();

    [Fact]
    public void A_process_that_says_nothing_is_not_fit()
    {
        var pair = new Pair(Example.Replicated());
        pair.Boot(0);
        pair.Boot(1);
        pair.Run(Second * 10);
        Assert.Equal(Role.Passive, pair.RoleOf(0));
        Assert.Contains("does not say how the data stands", pair.Nodes[0]!.Groups[0].Why, StringComparison.Ordinal);
        Stand(pair, 0, DataStanding.UpToDate);
        Assert.True(pair.RunUntil(() => pair.RoleOf(0) == Role.Active, Second * 5), Told(pair));
    }

    [Fact]
    public void A_lost_replication_link_outdates_the_other_copy_before_the_primary_goes_on()
    {
        var pair = Serving();
        Stand(pair, 1, DataStanding.Consistent);
        pair.Run(Second);
        Assert.Empty(pair.Orders[1]); // Nobody said that it writes alone.
        Stand(pair, 0, DataStanding.Alone, asks: true);
        Assert.True(pair.RunUntil(() => Ordered<ReplicaOrder.Outdate>(pair, 1), Second / 4), Told(pair));
        pair.Run(Second);
        Assert.False(Ordered<ReplicaOrder.PeerFenced>(pair, 0)); // Not yet noted.
        Stand(pair, 1, DataStanding.Outdated);
        Assert.True(pair.RunUntil(() => Ordered<ReplicaOrder.PeerFenced>(pair, 0), Second / 4), Told(pair));
        Assert.Equal(new ReplicaOrder.PeerFenced(Outdated: true), pair.Orders[0][0]);
    }

    [Fact]
    public void The_order_to_outdate_is_repeated_until_it_is_noted_and_never_given_to_a_copy_in_sync()
    {
        var pair = Serving();
        Stand(pair, 0, DataStanding.Alone, asks: true);
        pair.Run(Second * 3);
        Assert.Empty(pair.Orders[1]); // Its replica does not know yet that the connection is gone.
        Stand(pair, 1, DataStanding.Consistent);
        pair.Run(Second * 2.5);
        Assert.InRange(pair.Orders[1].Count, 2, 3);
        Stand(pair, 0, DataStanding.UpToDate);
        Stand(pair, 1, DataStanding.UpToDate);
        pair.Run(Second * 3);
        Assert.InRange(pair.Orders[1].Count, 2, 3);
    }

    [Fact]
    public void A_copy_that_heard_of_newer_data_is_not_served_even_if_it_was_not_noted()
    {
        var pair = Serving();
        Stand(pair, 1, DataStanding.Consistent);
        Stand(pair, 0, DataStanding.Alone);
        pair.Run(Second / 2);
        pair.PowerOff(0);
        pair.Run(TimeSpan.FromMinutes(5));
        Assert.Equal(Role.Passive, pair.RoleOf(1));
        Assert.Contains("pbx-a wrote without this node", pair.Nodes[1]!.Groups[0].Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dead_primary_is_followed_by_the_copy_that_was_in_sync()
    {
        var pair = Serving();
        pair.PowerOff(0);
        pair.Run(Second / 10);
        Stand(pair, 1, DataStanding.Consistent);
        Assert.True(pair.RunUntil(() => pair.RoleOf(1) == Role.Activating, Second), Told(pair));
        var mandate = PeerFencing.Mandate(new Situation(pair.Nodes[1]!, 0, pair.Now));
        Assert.True(mandate is { PeerIsHarmless: true, PeerIsGone: true, Term: > 1 });
    }

    [Fact]
    public void A_dead_peer_is_not_waited_for_by_users()
    {
        var pair = Serving();
        pair.Send(0, new Event.DataChanged(0, DataStanding.UpToDate, Connected: true));
        pair.PowerOff(1);
        Assert.True(pair.RunUntil(() => Ordered<ReplicaOrder.PeerDead>(pair, 0), Second), Told(pair));
        pair.Send(0, new Event.DataChanged(0, DataStanding.Alone, AskFence: true));
        Assert.True(pair.RunUntil(() => Ordered<ReplicaOrder.PeerFenced>(pair, 0), Second / 4), Told(pair));
        pair.Run(Second * 3);
        Assert.Single(pair.Orders[0].OfType<ReplicaOrder.PeerDead>());
    }

    [Fact]
    public void A_node_that_is_cut_off_does_not_wait_for_word_of_its_peer()
    {
        var pair = Serving();
        pair.Send(0, new Event.DataChanged(0, DataStanding.UpToDate, Connected: true));
        (pair.Speaks[0], pair.Speaks[1], pair.SeesReferences[0], pair.OnLan[0]) = (false, false, false, false);
        pair.CannotStop[0] = true; // What waits for its disk does not end.
        Assert.True(pair.RunUntil(() => pair.RoleOf(0) == Role.Deactivating, Second * 2), Told(pair));
        Assert.True(pair.RunUntil(() => Ordered<ReplicaOrder.FailIo>(pair, 0), Second / 4), Told(pair));
        Assert.False(Ordered<ReplicaOrder.PeerFenced>(pair, 0));
    }

    [Fact]
    public void A_planned_switchover_has_a_harmless_peer_that_is_there()
    {
        var pair = Serving();
        pair.Order(0, new Command.Switchover("pbx"));
        Assert.True(pair.RunUntil(() => pair.RoleOf(1) == Role.Activating, Second * 5), Told(pair));
        Assert.True(PeerFencing.Mandate(new Situation(pair.Nodes[1]!, 0, pair.Now)) is { PeerIsHarmless: true, PeerIsGone: false });
    }

    [Fact]
    public void A_dead_peer_is_no_reason_to_wait()
    {
        var pair = Serving();
        Stand(pair, 0, DataStanding.Alone, asks: true);
        pair.PowerOff(1);
        Assert.True(pair.RunUntil(() => Ordered<ReplicaOrder.PeerFenced>(pair, 0), Second * 2), Told(pair));
        Assert.Equal(new ReplicaOrder.PeerFenced(Outdated: false), pair.Orders[0][0]);
    }

    [Fact]
    public void A_peer_that_said_goodbye_is_no_reason_to_wait()
    {
        var pair = Serving();
        pair.Order(1, new Command.Stop(KeepResources: false));
        pair.Run(Second);
        Stand(pair, 0, DataStanding.Alone, asks: true);
        Assert.True(pair.RunUntil(() => Ordered<ReplicaOrder.PeerFenced>(pair, 0), Second / 2), Told(pair));
    }

    [Fact]
    public void A_primary_that_is_cut_off_itself_does_not_write_alone()
    {
        var pair = Serving();
        Stand(pair, 0, DataStanding.Alone, asks: true);
        (pair.Speaks[1], pair.SeesReferences[0], pair.OnLan[0]) = (false, false, false);
        Assert.True(pair.RunUntil(() => pair.RoleOf(0) != Role.Active, Second * 3), Told(pair));
        pair.Run(Second * 3);
        Assert.False(Ordered<ReplicaOrder.PeerFenced>(pair, 0));
    }

    [Fact]
    public void A_peer_whose_replica_is_broken_holds_nobody_up_for_long()
    {
        var pair = Serving();
        Stand(pair, 1, DataStanding.Unknown);
        Stand(pair, 0, DataStanding.Alone, asks: true);
        pair.Run(Second * 4);
        Assert.Empty(pair.Orders[0]);
        Assert.True(pair.RunUntil(() => Ordered<ReplicaOrder.PeerFenced>(pair, 0), Second * 1.5), Told(pair));
        Stand(pair, 0, DataStanding.Alone);
        Stand(pair, 1, DataStanding.Consistent); // Its process is back, without a connection: too late to be served.
        Assert.True(pair.RunUntil(() => Ordered<ReplicaOrder.Outdate>(pair, 1), Second / 2), Told(pair));
    }

    [Fact]
    public void Users_that_wait_for_a_peer_that_does_not_answer_are_an_alarm()
    {
        var pair = Serving();
        Stand(pair, 1, DataStanding.Consistent);
        Stand(pair, 0, DataStanding.Alone, asks: true);
        pair.Run(Second * 6);
        Assert.Contains("users' writes wait", Told(pair), StringComparison.Ordinal);
        Assert.Empty(pair.Orders[0]);
    }

    [Fact]
    public void A_node_that_starts_alone_waits_for_its_peer_and_then_says_what_it_risks()
    {
        var pair = new Pair(Example.Replicated(wait: Second * 30));
        pair.Boot(1);
        Stand(pair, 1, DataStanding.Consistent);
        pair.Run(Second * 29);
        Assert.Equal(Role.Passive, pair.RoleOf(1));
        Assert.Contains("wait-for-peer", pair.Nodes[1]!.Groups[0].Why, StringComparison.Ordinal);
        Assert.True(pair.RunUntil(() => pair.RoleOf(1) == Role.Active, Second * 4), Told(pair));
        Assert.Contains("which may be the older one", Told(pair), StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_alone_that_knows_its_copy_to_be_the_newest_does_not_wait()
    {
        var pair = new Pair(Example.Replicated());
        pair.Boot(1);
        Stand(pair, 1, DataStanding.Alone);
        Assert.True(pair.RunUntil(() => pair.RoleOf(1) == Role.Active, Second * 7), Told(pair));
        Assert.DoesNotContain("older one", Told(pair), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_copies_that_were_not_compared_wait_for_each_other_and_the_newer_one_wins()
    {
        var pair = new Pair(Example.Replicated());
        pair.Boot(0);
        pair.Boot(1);
        Stand(pair, 0, DataStanding.Consistent);
        Stand(pair, 1, DataStanding.Consistent);
        pair.Run(Second * 20);
        Assert.Equal((Role.Passive, Role.Passive), (pair.RoleOf(0), pair.RoleOf(1)));
        Stand(pair, 0, DataStanding.Inconsistent);
        Stand(pair, 1, DataStanding.UpToDate);
        Assert.True(pair.RunUntil(() => pair.RoleOf(1) == Role.Active, Second * 4), Told(pair));
    }

    [Fact]
    public void A_copy_beside_one_that_is_known_to_be_old_is_served_at_once()
    {
        var pair = new Pair(Example.Replicated());
        pair.Boot(0);
        pair.Boot(1);
        Stand(pair, 0, DataStanding.Outdated);
        Stand(pair, 1, DataStanding.Consistent);
        Assert.True(pair.RunUntil(() => pair.RoleOf(1) == Role.Active, Second * 8), Told(pair));
    }

    [Fact]
    public void Without_an_address_to_ask_for_silence_is_all_there_is()
    {
        var pair = Serving(address: false);
        pair.PowerOff(0);
        Stand(pair, 1, DataStanding.Consistent);
        Assert.True(pair.RunUntil(() => pair.RoleOf(1) == Role.Activating, Second * 2), Told(pair));
    }

    [Theory]
    [InlineData(DiskState.UpToDate, ConnectionState.Connected, false, false, false, DataStanding.UpToDate)]
    [InlineData(DiskState.UpToDate, ConnectionState.SyncSource, false, false, true, DataStanding.UpToDate)]
    [InlineData(DiskState.UpToDate, ConnectionState.WFConnection, false, false, false, DataStanding.UpToDate)]
    [InlineData(DiskState.UpToDate, ConnectionState.WFConnection, false, false, true, DataStanding.Alone)]
    [InlineData(DiskState.UpToDate, ConnectionState.WFReportParams, true, false, false, DataStanding.Alone)]
    [InlineData(DiskState.UpToDate, ConnectionState.StandAlone, false, true, false, DataStanding.Alone)]
    [InlineData(DiskState.Consistent, ConnectionState.Connected, false, false, false, DataStanding.Consistent)]
    [InlineData(DiskState.Consistent, ConnectionState.WFConnection, false, false, false, DataStanding.Consistent)]
    [InlineData(DiskState.Outdated, ConnectionState.Connected, false, false, false, DataStanding.Outdated)]
    [InlineData(DiskState.Inconsistent, ConnectionState.SyncTarget, false, false, false, DataStanding.Inconsistent)]
    [InlineData(DiskState.Failed, ConnectionState.Connected, false, true, false, DataStanding.Diskless)]
    [InlineData(DiskState.Attaching, ConnectionState.StandAlone, false, false, false, DataStanding.Unknown)]
    public void A_standing_is_a_promise_about_the_other_node_too(
        DiskState disk, ConnectionState connection, bool asks, bool alone, bool peerOutdated, DataStanding expected) =>
        Assert.Equal(expected, DataStandings.Of(new ReplicaFacts(connection, disk, asks, alone, peerOutdated)));
}
