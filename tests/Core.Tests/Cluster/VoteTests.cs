using Appliance.Core.Cluster;

namespace Appliance.Core.Tests.Cluster;

public class VoteTests
{
    [Fact]
    public void A_later_term_beats_an_earlier_one() => Assert.True(new Vote(8, 1) > new Vote(7, 0));

    [Fact]
    public void Within_a_term_node_0_beats_node_1_beats_nobody()
    {
        Assert.True(new Vote(7, 0) > new Vote(7, 1));
        Assert.True(new Vote(7, 1) > new Vote(7, Vote.Nobody));
    }

    [Fact]
    public void A_vote_above_beats_every_vote_of_the_term()
    {
        foreach (var node in (byte[])[0, 1])
            Assert.True(new Vote(7, 0).Above(node) > new Vote(7, 0));
    }
}
