using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Health;
using Appliance.Core.Tests.Cluster;

namespace Appliance.Core.Tests.Health;

/// <summary>What a node's health changes in who serves.</summary>
public sealed class AilingNodeTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly NodeHealth Critical = new([new SensorReading("disk", SensorLevel.Critical, "the disk is silent")]);
    private static readonly NodeHealth Worried = new([new SensorReading("clock", SensorLevel.Warning, "the clock is wrong")]);
    private static readonly HealthConfig Move = HealthConfig.Default with { MovesAway = true };

    [Fact]
    public void A_critical_node_stays_unless_the_file_says_otherwise()
    {
        var pair = Serving(HealthConfig.Default);
        pair.Send(0, new Event.HealthRead(Critical));
        pair.Run(Minute * 15);
        Assert.Equal(Role.Active, pair.RoleOf(0));
        Assert.Equal(600, Fitness.Score(new Situation(pair.Nodes[0]!, 0, pair.Now)));
        Assert.Contains(
            pair.Story, line => line.Contains("pbx-a Alarm Good->Critical disk health: the disk is silent", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_the_file_says_move_it_gives_its_groups_away_after_settle_and_they_stay_there()
    {
        var pair = Serving(Move);
        pair.Run(Minute * 10);
        pair.Send(0, new Event.HealthRead(Critical));
        pair.Run(TimeSpan.FromSeconds(58));
        Assert.Equal(Role.Active, pair.RoleOf(0));
        Assert.True(pair.RunUntil(() => pair.RoleOf(1) == Role.Active, TimeSpan.FromSeconds(4)), string.Join('\n', pair.Story));
        // Then the other one ails too, and the first is well again: it goes back, but not at once.
        pair.Send(1, new Event.HealthRead(Critical));
        pair.Send(0, new Event.HealthRead(NodeHealth.Unread));
        pair.Run(Minute * 9);
        Assert.Equal(Role.Active, pair.RoleOf(1));
        Assert.True(pair.RunUntil(() => pair.RoleOf(0) == Role.Active, Minute * 2), string.Join('\n', pair.Story));
    }

    [Theory]
    [InlineData("both ail")]
    [InlineData("only a warning")]
    [InlineData("the peer is in standby")]
    [InlineData("it passes")]
    public void Nothing_moves_when(string what)
    {
        var pair = Serving(Move);
        pair.Run(Minute * 10);
        pair.Send(0, new Event.HealthRead(what == "only a warning" ? Worried : Critical));
        if (what == "both ail") pair.Send(1, new Event.HealthRead(Critical));
        if (what == "the peer is in standby") pair.Order(1, new Command.Standby());
        pair.Run(TimeSpan.FromSeconds(50));
        if (what == "it passes") pair.Send(0, new Event.HealthRead(Worried));
        pair.Run(Minute * 15);
        Assert.Equal(Role.Active, pair.RoleOf(0));
    }

    [Fact]
    public void When_both_could_serve_the_healthier_one_does()
    {
        var pair = new Pair(Example.Config());
        pair.Boot(0);
        pair.Boot(1);
        pair.Send(0, new Event.HealthRead(Worried));
        pair.Run(TimeSpan.FromSeconds(4));
        Assert.Equal(Role.Active, pair.RoleOf(1));
    }

    [Fact]
    public void A_critical_node_takes_over_from_a_dead_one()
    {
        var pair = Serving(Move);
        pair.Send(1, new Event.HealthRead(Critical));
        pair.Run(Minute);
        pair.PowerOff(0);
        Assert.True(pair.RunUntil(() => pair.RoleOf(1) == Role.Active, TimeSpan.FromSeconds(3)), string.Join('\n', pair.Story));
    }

    private static Pair Serving(HealthConfig health)
    {
        var pair = new Pair(Example.Config() with { WrittenHealth = health });
        pair.Boot(0);
        pair.Boot(1);
        Assert.True(pair.RunUntil(() => pair.RoleOf(0) == Role.Active, TimeSpan.FromSeconds(4)));
        return pair;
    }
}
