using Appliance.Core.Cluster;
using Appliance.Core.Time;

namespace Appliance.Core.Tests.Cluster;

public class WitnessMachineTests
{
    private const int Deadtime = 600;
    private const int Lease = 700;

    private readonly WitnessMachine _machine = new(TimeSpan.FromMilliseconds(Deadtime), TimeSpan.FromMilliseconds(100));
    private WitnessState _state = WitnessState.Start([.. Enumerable.Repeat(Vote.None, Limits.GroupsMax)], At(0));

    [Fact]
    public void Candidate_gets_the_vote_when_the_holder_has_been_silent_for_the_lease()
    {
        Both(upTo: 1000);
        Hear(1, new Vote(8, 1), at: 1000 + Lease - 1);
        Assert.Equal(new Vote(7, 0), OurVote());
        Hear(1, new Vote(8, 1), at: 1000 + Lease);
        Assert.Equal(new Vote(8, 1), OurVote());
    }

    [Fact]
    public void Candidate_does_not_get_it_while_the_holder_is_heard()
    {
        Both(upTo: 1000);
        for (var at = 1100; at < 5000; at += 100)
        {
            Hear(0, new Vote(7, 0), Role.Active, at);
            Hear(1, new Vote(8, 1), at: at + 1);
        }

        Assert.Equal(new Vote(7, 0), OurVote());
    }

    [Theory]
    [InlineData(Role.Activating, false)]
    [InlineData(Role.Active, false)]
    [InlineData(Role.Deactivating, false)]
    [InlineData(Role.Fencing, false)]
    [InlineData(Role.Passive, true)]
    [InlineData(Role.Failed, true)]
    public void Only_roles_that_hold_keep_the_vote(Role other, bool moves)
    {
        Silence(upTo: 1000);
        Hear(0, new Vote(1, 1), other, at: 1001);
        Hear(1, new Vote(2, 1), at: 1002);
        Assert.Equal(moves, OurVote() == new Vote(2, 1));
    }

    [Fact]
    public void Other_node_that_votes_for_the_candidate_releases_the_vote_at_once()
    {
        Both(upTo: 1000);
        Hear(0, new Vote(8, 1), Role.Deactivating, at: 1050);
        Hear(1, new Vote(8, 1), at: 1060);
        Assert.Equal(new Vote(8, 1), OurVote());
    }

    [Fact]
    public void Recording_of_such_a_vote_releases_nothing()
    {
        Both(upTo: 1000);
        Hear(0, new Vote(8, 1), Role.Deactivating, at: 1050, fresh: false);
        Hear(1, new Vote(8, 1), at: 1060);
        Assert.Equal(new Vote(7, 0), OurVote());
    }

    [Fact]
    public void Candidate_that_does_not_prove_to_be_live_gets_nothing()
    {
        Silence(upTo: 5000);
        Hear(1, new Vote(8, 1), at: 5001, fresh: false);
        Assert.Equal(Vote.None, OurVote());
    }

    [Fact]
    public void Witness_that_has_just_started_waits_for_what_it_may_have_missed()
    {
        Hear(1, new Vote(8, 1), at: Lease - 1);
        Assert.Equal(Vote.None, OurVote());
        Hear(1, new Vote(8, 1), at: Lease);
        Assert.Equal(new Vote(8, 1), OurVote());
    }

    [Fact]
    public void Witness_that_did_not_run_waits_again()
    {
        Both(upTo: 1000);
        Hear(1, new Vote(8, 1), at: 60_000);
        Assert.Equal(new Vote(7, 0), OurVote());
        Silence(from: 60_000, upTo: 60_000 + Lease);
        Hear(1, new Vote(8, 1), at: 60_001 + Lease);
        Assert.Equal(new Vote(8, 1), OurVote());
    }

    [Fact]
    public void Vote_for_somebody_else_is_no_candidacy()
    {
        Silence(upTo: 1000);
        Hear(1, new Vote(8, 0), at: 1001);
        Hear(1, new Vote(8, Vote.Nobody), at: 1002);
        Assert.Equal(Vote.None, OurVote());
    }

    [Fact]
    public void Groups_are_judged_apart()
    {
        Silence(upTo: 1000);
        var holder = Says(0, new Vote(7, 0), Role.Active) with { GroupCount = 2 };
        holder.Groups[1] = Facts(new Vote(3, 0), Role.Passive);
        _state = _machine.Hear(_state, holder, fresh: true, At(1001));
        var candidate = Says(1, new Vote(8, 1), Role.Passive) with { GroupCount = 2 };
        candidate.Groups[1] = Facts(new Vote(4, 1), Role.Passive);
        _state = _machine.Hear(_state, candidate, fresh: true, At(1002));
        Assert.Equal([new Vote(7, 0), new Vote(4, 1)], _state.Votes.AsSpan(0, 2).ToArray());
    }

    [Fact]
    public void Votes_only_grow_whatever_is_heard()
    {
        var random = new Random(42);
        for (var (step, at) = (0, 0); step < 50_000; step++, at += random.Next(300))
        {
            var before = _state.Votes;
            var vote = new Vote((uint)random.Next(20), random.Next(5) == 0 ? Vote.Nobody : (byte)random.Next(2));
            Hear((byte)random.Next(2), vote, (Role)random.Next(6), at, fresh: random.Next(3) > 0);
            for (var group = 0; group < before.Length; group++) Assert.True(_state.Votes[group] >= before[group]);
        }

        Assert.Equal(19U, OurVote().Term);
    }

    [Fact]
    public void Answer_tells_who_is_heard_and_the_votes_of_as_many_groups_as_asked()
    {
        Both(upTo: 1000);
        var facts = _machine.Facts(_state, groupCount: 1, At(1000 + Deadtime - 1));
        Assert.Equal((Limits.WitnessNumber, (byte)0b11, (byte)1), (facts.Sender, facts.LinksHeard, facts.GroupCount));
        Assert.Equal(new Vote(7, 0), facts.Groups[0].Vote);
        Assert.Equal(0, _machine.Facts(_state, 1, At(1000 + Deadtime)).LinksHeard);
    }

    [Fact]
    public void Memory_is_read_back_and_damage_is_refused()
    {
        var memory = new WitnessMemory(9, [.. Enumerable.Range(0, Limits.GroupsMax).Select(group => new Vote((uint)group, 1))]);
        var file = WitnessText.Write(memory);
        Assert.Equal(memory.Votes.AsEnumerable(), WitnessText.Read(file, out _)!.Votes);
        Assert.Equal(9UL, WitnessText.Read(file, out _)!.Incarnation);
        for (var at = 0; at < file.Length; at++)
        {
            var damaged = file.ToArray();
            damaged[at] ^= 1;
            Assert.Null(WitnessText.Read(damaged, out var problem));
            Assert.NotEmpty(problem);
            Assert.Null(WitnessText.Read(file.AsSpan(0, at), out _));
        }

        Assert.Null(WitnessText.Read([.. file, (byte)'x'], out _));
    }

    /// <summary>Node 0 holds with vote 7:0, node 1 follows, both heard up to that moment.</summary>
    private void Both(int upTo)
    {
        for (var at = 0; at <= upTo; at += 100)
        {
            Hear(0, new Vote(7, 0), Role.Active, at);
            Hear(1, new Vote(7, 0), Role.Passive, at);
        }

        Assert.Equal(new Vote(7, 0), OurVote());
    }

    private void Silence(int upTo, int from = 0)
    {
        for (var at = from; at <= upTo; at += 100) _state = _machine.Tick(_state, At(at));
    }

    private void Hear(byte node, Vote vote, Role role = Role.Passive, int at = 0, bool fresh = true)
    {
        // The shell ticks often: only what a test means to be a gap is one.
        if (At(at) - _state.LastStep < TimeSpan.FromSeconds(10))
            for (var tick = _state.LastStep; tick < At(at); tick += TimeSpan.FromMilliseconds(100)) _state = _machine.Tick(_state, tick);
        _state = _machine.Hear(_state, Says(node, vote, role), fresh, At(at));
    }

    private Vote OurVote() => _state.Votes[0];

    private static Heartbeat Says(byte node, Vote vote, Role role)
    {
        var said = new Heartbeat { Sender = node, GroupCount = 1 };
        said.Groups[0] = Facts(vote, role);
        return said;
    }

    private static GroupFacts Facts(Vote vote, Role role) => new(role, DataStanding.UpToDate, true, vote, Wish.None, 1000);

    private static Instant At(int milliseconds) => Instant.FromMilliseconds(10_000 + milliseconds);
}
