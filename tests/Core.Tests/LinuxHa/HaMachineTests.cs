using Appliance.Core.Cluster;
using Appliance.Core.LinuxHa;

namespace Appliance.Core.Tests.LinuxHa;

/// <summary>Stories of our node beside a Heartbeat. The same stories run against the real one in tests/Lab.</summary>
public class HaMachineTests
{
    private readonly MixedPair _pair = new();

    [Fact]
    public void Both_start_together_and_each_takes_its_own()
    {
        _pair.Twin.Start(_pair.Now);
        _pair.RunUntil(() => _pair.Node.Phase == HaPhase.Stable && _pair.Twin.IsStable, 12);
        _pair.Run(3);
        Assert.Equal((Holding.Local, Holding.Local), (_pair.Runs, _pair.Twin.Holds));
        Assert.Equal(0, _pair.Doubles);
    }

    [Fact]
    public void One_that_joins_a_serving_heartbeat_takes_nothing()
    {
        Joined();
        _pair.Run(30);
        Assert.Equal((Holding.None, Holding.All), (_pair.Runs, _pair.Twin.Holds));
        Assert.Empty(_pair.Told);
    }

    [Fact]
    public void Alone_it_waits_for_initdead_and_takes_all()
    {
        _pair.Run(4.9);
        Assert.Equal(HaPhase.Up, _pair.Node.Phase);
        _pair.RunUntil(() => _pair.Runs == Holding.All, 0.5);
    }

    [Theory]
    [InlineData(Holding.All)]
    [InlineData(Holding.Local)]
    [InlineData(Holding.Foreign)]
    public void A_standby_of_the_heartbeat_brings_its_groups(Holding given)
    {
        Joined();
        _pair.Twin.Standby(given);
        _pair.RunUntil(() => _pair.Runs == given.Mirror() && _pair.Twin.IsStable, 2);
        Assert.Equal(Holding.All & ~given, _pair.Twin.Holds);
        Assert.Null(_pair.Node.Handshake);
        Assert.Equal(0, _pair.Doubles);
    }

    [Fact]
    public void A_standby_here_gives_all_and_nothing_comes_back_until_online()
    {
        JoinedAndServing();
        _pair.Standby = true;
        _pair.RunUntil(() => _pair.Runs == Holding.None && _pair.Twin.Holds == Holding.All, 2);
        _pair.Run(30);
        Assert.Equal(Holding.None, _pair.Runs);
        _pair.Standby = false;
        _pair.Run(5);
        Assert.Equal((Holding.None, 0), (_pair.Runs, _pair.Doubles));
    }

    [Fact]
    public void A_switchover_goes_both_ways_at_once()
    {
        Joined();
        _pair.Wished = Holding.Local;
        _pair.RunUntil(() => _pair.Runs == Holding.Local, 2);
        _pair.Wished = Holding.None;
        _pair.Run(0.5);
        _pair.Wished = Holding.Local;
        _pair.RunUntil(() => _pair.Twin.Holds == Holding.All, 2);
        Assert.Equal(0, _pair.Doubles);
    }

    [Fact]
    public void The_heartbeat_takes_over_with_hb_takeover()
    {
        JoinedAndServing();
        _pair.Twin.Takeover(Holding.Local);
        _pair.RunUntil(() => _pair.Twin.Holds == Holding.Local && _pair.Runs == Holding.Local, 2);
        Assert.Equal(0, _pair.Doubles);
    }

    [Fact]
    public void A_heartbeat_that_does_not_answer_gets_nothing_and_we_go_on()
    {
        JoinedAndServing();
        _pair.Twin.IsMute = true;
        _pair.Standby = true;
        _pair.Run(9);
        Assert.Equal(Holding.All, _pair.Runs);
        _pair.RunUntil(() => _pair.Told.Any(text => text.Contains("did not agree", StringComparison.Ordinal)), 2);
        Assert.Equal(Holding.All, _pair.Runs);
        _pair.Twin.IsMute = false;
        _pair.RunUntil(() => _pair.Twin.Holds == Holding.All, 12);
    }

    [Fact]
    public void A_dead_heartbeat_is_followed_after_its_deadtime_and_not_before()
    {
        Joined();
        _pair.Twin.Kill();
        _pair.Run(2.4);
        Assert.Equal(Holding.None, _pair.Runs);
        _pair.RunUntil(() => _pair.Runs == Holding.All, 1);
        Assert.Contains("dead", _pair.Node.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_heartbeat_that_comes_back_is_told_what_we_hold_and_takes_nothing()
    {
        Joined();
        _pair.Twin.Kill();
        _pair.RunUntil(() => _pair.Runs == Holding.All, 4);
        _pair.Twin.Start(_pair.Now);
        _pair.RunUntil(() => _pair.Twin.IsStable, 2);
        _pair.Run(20);
        Assert.Equal((Holding.All, Holding.None, 0), (_pair.Runs, _pair.Twin.Holds, _pair.Doubles));
        Assert.Contains(_pair.Told, text => text.Contains("was restarted", StringComparison.Ordinal));
        Assert.DoesNotContain(_pair.Told, text => text.Contains("never restarted", StringComparison.Ordinal));
    }

    [Fact]
    public void A_heartbeat_that_leaves_is_followed_at_once()
    {
        Joined();
        _pair.Twin.Stop();
        _pair.RunUntil(() => _pair.Runs == Holding.All, 0.2);
        Assert.Equal(0, _pair.Doubles);
        _pair.Run(10);
        Assert.Equal(PeerState.Left, ToState());
    }

    [Fact]
    public void A_clean_end_here_stops_first_and_then_lets_the_heartbeat_take()
    {
        JoinedAndServing();
        _pair.Stopping = true;
        _pair.RunUntil(() => _pair.Twin.Holds == Holding.All, 1);
        Assert.Equal((Holding.None, false, 0), (_pair.Runs, _pair.IsOn, _pair.Doubles));
    }

    [Fact]
    public void A_killed_agent_loses_all_and_its_next_start_yields()
    {
        JoinedAndServing();
        _pair.Kill(groupsToo: true);
        _pair.RunUntil(() => _pair.Twin.Holds == Holding.All, 4);
        _pair.Restart();
        _pair.Run(10);
        Assert.Equal((Holding.None, Holding.All, false), (_pair.Runs, _pair.Twin.Holds, _pair.Twin.SeesDead));
    }

    /// <summary>A claim that was lost and is sent again after the next one must not undo that: the real one says "Both machines own our
    /// resources!" then and is in transition for ever.</summary>
    [Fact]
    public void Lost_claim_does_not_undo_the_next_one()
    {
        Joined();
        var random = new Random(11);
        _pair.Loses = (toUs, kind) => !toUs && kind == HaKind.Resource && random.Next(3) == 0;
        for (var round = 0; round < 100; round++)
        {
            _pair.Standby = false;
            _pair.Run(0.2);
            _pair.Twin.Standby(Holding.All);
            _pair.RunUntil(() => _pair.Runs == Holding.All && _pair.Node.Handshake is null && _pair.Twin.IsStable, 15);
            _pair.Standby = true;
            _pair.RunUntil(() => _pair.Twin.Holds == Holding.All && _pair.Node.Handshake is null, 15);
            _pair.Run(random.Next(3));
        }

        _pair.Run(5);
        Assert.Equal((Holding.None, true), _pair.Twin.Believes);
        Assert.Equal(0, _pair.Doubles);
    }

    [Fact]
    public void An_agent_that_was_away_shortly_takes_back_what_runs()
    {
        JoinedAndServing();
        _pair.Kill(groupsToo: false);
        _pair.Run(1);
        _pair.Restart();
        _pair.Run(10);
        Assert.Equal((Holding.All, Holding.None, 0), (_pair.Runs, _pair.Twin.Holds, _pair.Doubles));
        Assert.True(_pair.Node.IsDecided);
    }

    [Fact]
    public void An_agent_that_was_away_too_long_stops_what_the_heartbeat_took()
    {
        JoinedAndServing();
        _pair.Kill(groupsToo: false);
        _pair.RunUntil(() => _pair.Twin.Holds == Holding.All, 4);
        _pair.Restart();
        _pair.RunUntil(() => _pair.Runs == Holding.None, 2);
        _pair.Run(10);
        Assert.Equal(Holding.All, _pair.Twin.Holds);
    }

    [Fact]
    public void After_a_partition_the_heartbeat_restarts_itself_and_we_serve_on()
    {
        JoinedAndServing();
        _pair.IsCut = true;
        _pair.RunUntil(() => _pair.Twin.Holds == Holding.All, 5);
        _pair.RunUntil(() => _pair.Node.Peer.IsDead, 1);
        Assert.Equal(Holding.All, _pair.Runs);
        _pair.IsCut = false;
        var runs = _pair.Runs;
        for (var at = 0; at < 500; at++)
        {
            _pair.Run(0.01);
            runs &= _pair.Runs;
        }

        Assert.Equal((Holding.All, Holding.None), (runs, _pair.Twin.Holds));
        Assert.Contains(_pair.Told, text => text.Contains("never restarted", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(HaKind.AskResources)]
    [InlineData(HaKind.Resource)]
    public void One_lost_message_of_a_standby_comes_by_asking(HaKind lost)
    {
        foreach (var toUs in (bool[])[true, false])
        {
            var pair = new MixedPair();
            Join(pair);
            var left = 1;
            pair.Loses = (isToUs, kind) => isToUs == toUs && kind == lost && left-- > 0;
            pair.Twin.Standby(Holding.All);
            pair.RunUntil(() => pair.Runs == Holding.All && pair.Node.Handshake is null && pair.Twin.IsStable, 4);
            pair.Standby = true;
            left = 1;
            pair.RunUntil(() => pair.Twin.Holds == Holding.All && pair.Node.Handshake is null, 4);
            Assert.Equal(0, pair.Doubles);
            pair.Run(2);
            Assert.Equal((Holding.None, true), pair.Twin.Believes);
        }
    }

    [Fact]
    public void Every_tenth_message_lost_moves_nothing()
    {
        Joined();
        var random = new Random(5);
        _pair.Loses = (_, _) => random.Next(10) == 0;
        _pair.Run(120);
        Assert.Equal((Holding.None, Holding.All, false), (_pair.Runs, _pair.Twin.Holds, _pair.Twin.SeesDead));
    }

    [Fact]
    public void With_the_wrong_key_nobody_is_heard()
    {
        var pair = new MixedPair("auth 1\n1 sha1 another\n");
        pair.Twin.Start(pair.Now);
        pair.Run(4);
        Assert.Equal((HaPhase.Up, PeerState.Unknown), (pair.Node.Phase, pair.Node.PeerStateAt(pair.Now)));
    }

    [Fact]
    public void A_failed_group_is_offered_and_given()
    {
        JoinedAndServing();
        _pair.Failed = Holding.Foreign;
        _pair.RunUntil(() => _pair.Twin.Holds == Holding.Local, 2);
        _pair.Run(5);
        Assert.Equal((Holding.Local, Holding.Local, 0), (_pair.Runs, _pair.Twin.Holds, _pair.Doubles));
    }

    [Fact]
    public void A_failed_group_without_another_node_stays()
    {
        JoinedAndServing();
        _pair.Twin.Kill();
        _pair.Run(4);
        _pair.Failed = Holding.Local;
        _pair.Run(60);
        Assert.Equal(Holding.All, _pair.Node.Ours);
    }

    [Fact]
    public void A_node_in_standby_or_unfit_does_not_agree_to_take()
    {
        Joined();
        _pair.Unfit = Holding.Local;
        _pair.Run(1);
        _pair.Twin.Standby(Holding.All);
        _pair.Run(15);
        Assert.Equal((Holding.None, Holding.All), (_pair.Runs, _pair.Twin.Holds));
        Assert.Contains(_pair.Told, text => text.Contains("cannot take them now", StringComparison.Ordinal));
    }

    [Fact]
    public void Maintenance_moves_nothing_not_even_after_a_death()
    {
        Joined();
        _pair.Maintenance = true;
        _pair.Twin.Kill();
        _pair.Run(20);
        Assert.Equal(Holding.None, _pair.Runs);
        _pair.Maintenance = false;
        _pair.RunUntil(() => _pair.Runs == Holding.All, 1);
    }

    [Fact]
    public void A_node_that_is_cut_off_lets_go_and_takes_again()
    {
        JoinedAndServing();
        (_pair.IsCut, _pair.Isolated) = (true, true);
        _pair.RunUntil(() => _pair.Runs == Holding.None, 4);
        _pair.Run(5);
        Assert.Equal(Holding.None, _pair.Runs);
        _pair.Isolated = false;
        _pair.RunUntil(() => _pair.Runs == Holding.All, 1);
    }

    [Fact]
    public void Standby_alone_stops_the_groups()
    {
        JoinedAndServing();
        _pair.Twin.Kill();
        _pair.Run(4);
        _pair.Standby = true;
        _pair.RunUntil(() => _pair.Runs == Holding.None, 1);
    }

    private PeerState ToState() => _pair.Node.PeerStateAt(_pair.Now);

    /// <summary>A Heartbeat that serves everything, and our node beside it.</summary>
    private void Joined() => Join(_pair);

    private static void Join(MixedPair pair)
    {
        pair.Kill(groupsToo: true);
        pair.Twin.Start(pair.Now);
        pair.RunUntil(() => pair.Twin.Holds == Holding.All, 12);
        pair.Restart();
        pair.RunUntil(() => pair.Node.Phase == HaPhase.Stable && !pair.Twin.SeesDead, 2);
        pair.Run(1);
        pair.Told.Clear();
    }

    private void JoinedAndServing()
    {
        Joined();
        _pair.Twin.Standby(Holding.All);
        _pair.RunUntil(() => _pair.Runs == Holding.All && _pair.Node.Handshake is null, 2);
        _pair.Told.Clear();
    }
}
