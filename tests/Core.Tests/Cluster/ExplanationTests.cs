using System.Collections.Immutable;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;

namespace Appliance.Core.Tests.Cluster;

/// <summary>What an explanation promises is what happens.</summary>
public sealed class ExplanationTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Configurations and what happened before the holder dies.</summary>
    public static TheoryData<string, string> Situations
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var config in new[] { "usual", "no-references", "no-address", "fenced", "preferred-other", "replica" })
                foreach (var before in new[] { "nothing", "standby", "blind", "maintenance", "failed" })
                    data.Add(config, before);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Situations))]
    public void Who_is_said_to_take_over_does_and_who_is_not_does_not(string config, string before)
    {
        var pair = Healthy(ConfigOf(config));
        var holder = pair.RoleOf(0) == Role.Active ? 0 : 1;
        var other = 1 - holder;
        Happen(pair, other, before);
        var (guard, keeper) = (Explain(pair, other), Explain(pair, holder));
        Assert.Equal(pair.Config.Nodes[holder], guard.ServedBy);
        Assert.Equal(pair.Config.Nodes[holder], keeper.ServedBy);
        Assert.Equal(keeper.Term, guard.Term);
        var promised = guard.Next.Any(sentence => sentence.Contains($"{pair.Config.Nodes[other]} takes over", StringComparison.Ordinal));
        var expected = keeper.Next.Any(sentence => sentence.EndsWith($"{pair.Config.Nodes[other]} takes over", StringComparison.Ordinal));
        Assert.True(promised == expected, $"{Text(guard)}\n--\n{Text(keeper)}");
        Assert.Equal(before == "nothing", promised);
        pair.PowerOff(holder);
        var took = pair.RunUntil(() => pair.RoleOf(other) == Role.Active, Second * 8);
        Assert.True(took == promised, $"{Text(guard)}\n{string.Join('\n', pair.Story)}");
    }

    [Fact]
    public void Nobody_serves_and_the_reason_is_the_one_that_holds_it_up()
    {
        var pair = Healthy();
        foreach (var node in new[] { 0, 1 }) pair.Order(node, new Command.Standby());
        pair.Run(Second * 2);
        foreach (var node in new[] { 0, 1 })
        {
            var explained = Explain(pair, node);
            Assert.Null(explained.ServedBy);
            Assert.Contains("standby", Assert.Single(explained.Next), StringComparison.Ordinal);
            Assert.False(explained.Nodes[0].Fit);
            Assert.Contains("it is in standby", Assert.Single(explained.Nodes[1].Reasons[..1]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_score_that_is_not_full_says_why()
    {
        var pair = Healthy();
        pair.SeesReferences[1] = false;
        pair.Run(Second * 2);
        var own = Explain(pair, 1).Nodes[0];
        Assert.Equal((500, true), (own.Score!.Value, own.Fit!.Value));
        Assert.Equal("it sees 0 of 1 ping references", Assert.Single(own.Reasons));
        Assert.Equal("it sees 0 of 1 ping references", Assert.Single(Explain(pair, 0).Nodes[1].Reasons));
        Assert.Equal(500, Explain(pair, 0).Nodes[1].Score);
    }

    [Theory]
    [InlineData("never", "only a person moves it back (appliance switchover pbx)")]
    [InlineData("after", "after it was fit for 1h; it is for ")]
    [InlineData("synced", "when its data is UpToDate and it was fit for 1m; it is for ")]
    [InlineData("daily", "between 03:00 and 04:00")]
    public void A_group_away_from_its_preferred_node_says_when_it_returns(string failback, string says)
    {
        FailbackConfig policy = failback switch
        {
            "after" => new FailbackConfig.After(TimeSpan.FromHours(1)),
            "synced" => new FailbackConfig.WhenSynced(),
            "daily" => new FailbackConfig.Daily(new TimeOnly(3, 0), new TimeOnly(4, 0)),
            _ => new FailbackConfig.Never(),
        };
        var pair = Healthy(Example.Config(preferred: 0, failback: policy));
        pair.Order(0, new Command.Switchover("pbx"));
        Assert.True(pair.RunUntil(() => pair.RoleOf(1) == Role.Active, Second * 5), string.Join('\n', pair.Story));
        pair.Run(Second);
        Assert.Contains(Explain(pair, 0).Why, sentence => sentence.Contains(says, StringComparison.Ordinal));
        Assert.Contains(Explain(pair, 1).Why, sentence => sentence.StartsWith("preferred is pbx-a", StringComparison.Ordinal));
    }

    [Fact]
    public void A_peer_that_is_not_heard_is_not_described()
    {
        var pair = Healthy();
        pair.PowerOff(1);
        pair.Run(Second * 3);
        var explained = Explain(pair, 0);
        Assert.Equal(new NodeExplanation("pbx-b", null, null, null, []), explained.Nodes[1] with { Reasons = [] });
        Assert.Contains("pbx-b is silent", explained.Why);
        Assert.Contains(explained.Next, sentence => sentence.Contains("pbx-b is not heard", StringComparison.Ordinal));
    }

    private static ApplianceConfig ConfigOf(string name) => name switch
    {
        "no-references" => Example.Config(pings: false),
        "no-address" => Example.Config(address: false),
        "fenced" => Example.Fenced(Example.Config()),
        "preferred-other" => Example.Config(preferred: 1),
        "replica" => Example.Replicated(),
        _ => Example.Config(),
    };

    private static Pair Healthy(ApplianceConfig? config = null)
    {
        var pair = new Pair(config);
        pair.Boot(0);
        pair.Boot(1);
        if (pair.Config.Replicas.Length > 0)
            foreach (var node in new[] { 0, 1 }) pair.Send(node, new Event.DataChanged(0, DataStanding.UpToDate, Connected: true));
        Assert.True(
            pair.RunUntil(() => pair.RoleOf(0) == Role.Active || pair.RoleOf(1) == Role.Active, Second * 4), string.Join('\n', pair.Story));
        pair.Run(Second);
        return pair;
    }

    private static void Happen(Pair pair, int node, string what)
    {
        switch (what)
        {
            case "standby": pair.Order(node, new Command.Standby()); break;
            case "maintenance": pair.Order(node, new Command.Maintenance(TimeSpan.FromHours(1))); break;
            case "blind": pair.Nodes[node] = pair.Nodes[node]! with { StorageProblem = "No space left on device" }; break;
            case "failed":
                pair.Nodes[node] = pair.Nodes[node]! with
                {
                    Groups = [.. pair.Nodes[node]!.Groups.Select(group => group with
                        { FailedUntil = pair.Now + TimeSpan.FromHours(1), FailedAt = pair.Now, FailedWhy = "asterisk: exit code 1" })],
                };
                break;
        }

        pair.Run(Second);
    }

    private static GroupExplanation Explain(Pair pair, int node) => Explanation.Of(new Situation(pair.Nodes[node]!, 0, pair.Now));

    private static string Text(GroupExplanation explained) =>
        string.Join('\n', (ImmutableArray<string>)[.. explained.Why, .. explained.Next]);
}
