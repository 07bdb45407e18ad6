using System.Text;
using Appliance.Core.Configuration;
using Appliance.Simulation;
using Appliance.Simulation.WhatIf;

namespace Appliance.Core.Tests.Simulation;

/// <summary>Questions about a pair that a configuration file describes.</summary>
public sealed class WhatIfTests
{
    private static ApplianceConfig Promised { get; } = Read(Repository.Text("docs", "appliance.example.toml"));

    private static ApplianceConfig Read(string text)
    {
        // What it shows on a screen has no part in this.
        var config = ConfigReader.Read(Encoding.UTF8.GetBytes(text[..text.IndexOf("[web]", StringComparison.Ordinal)])).Config;
        Assert.NotNull(config);
        return config;
    }

    [Theory]
    [InlineData("pbx-a loses power", "pbx-a", "pbx-b", true)]
    [InlineData("pbx-a hangs", "pbx-a", "pbx-b", true)]
    [InlineData("pbx-a loses eth0", "pbx-a", "pbx-b", true)]
    [InlineData("pbx-b loses eth0", "pbx-a", "pbx-a", false)]
    [InlineData("pbx-a loses eth1", "pbx-a", "pbx-a", false)]
    [InlineData("link serial is cut and link cable is cut", "pbx-a", "pbx-a", false)]
    [InlineData("the reference 192.168.1.1 is down", "pbx-a", "pbx-a", false)]
    [InlineData("pbx-a's", null, null, false)]
    [InlineData("pbx/asterisk dies on pbx-a", "pbx-a", "pbx-a", true)]
    [InlineData("asterisk fails on pbx-a", "pbx-a", "pbx-b", true)]
    [InlineData("pbx-a agent dies", "pbx-a", "pbx-a", false)]
    [InlineData("pbx-a goes to standby", "pbx-a", "pbx-b", true)]
    [InlineData("switchover pbx", "pbx-a", "pbx-b", true)]
    [InlineData("pbx-a loses power, pbx-b loses power", "pbx-a", null, true)]
    public void The_promised_file_answers(string what, string? before, string? after, bool breaks)
    {
        var commands = WhatIfSentence.Read(what, Promised, out var problem);
        if (before is null)
        {
            Assert.NotEqual("", problem);
            return;
        }

        Assert.Equal("", problem);
        var site = WhatIfSite.Of(Promised, out problem);
        Assert.Equal("", problem);
        var answer = WhatIfPlay.Play(site!, 0, commands);
        Assert.Null(answer.Violation);
        Assert.Equal(TimeSpan.Zero, answer.Groups[0].Twice);
        var group = Assert.Single(answer.Groups);
        Assert.True((before, after) == (group.Before, group.After), $"{group}\n{string.Join('\n', answer.Lines)}");
        Assert.Equal(breaks, group.Silent > TimeSpan.Zero);
        Assert.True(group.Silent < TimeSpan.FromSeconds(15) || after is null, $"{group}\n{string.Join('\n', answer.Lines)}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void It_begins_with_the_node_that_was_named(int serving)
    {
        var answer = WhatIfPlay.Play(WhatIfSite.Of(Promised, out _)!, serving, ["cut cable"]);
        Assert.Equal(Promised.Nodes[serving], Assert.Single(answer.Groups).Before);
    }

    /// <summary>A pair without a third vote, and both its cables out: the answer is the truth, not a comfort.</summary>
    [Fact]
    public void A_pair_that_splits_is_told_so()
    {
        var config = Promised with
        {
            Pings = [],
            Replicas = [],
            Groups = [Promised.Groups[0] with
            {
                Resources = [.. Promised.Groups[0].Resources.Where(one => one.What is ResourceKind.Service).Select(one =>
                    one with { After = [] })],
            }],
            Links = [.. Promised.Links.Where(link => link is LinkConfig.Unicast)],
        };
        var answer = WhatIfPlay.Play(WhatIfSite.Of(config, out _)!, 0, WhatIfSentence.Read("link cable is cut", config, out _));
        Assert.True(answer.Groups[0].Twice > TimeSpan.FromMinutes(1), string.Join('\n', answer.Lines));
    }

    [Theory]
    [InlineData("", "one can say")]
    [InlineData("pbx-c loses power", "there is no node pbx-c; nodes: pbx-a, pbx-b")]
    [InlineData("pbx-a loses eth7", "there is no eth7 in the configuration; there are power, eth0, eth1, /dev/ttyS0, cable, lan, serial")]
    [InlineData("pbx-a explodes", "\"explodes\" is not understood")]
    [InlineData("link backbone is cut", "there is no link backbone; links: cable, lan, serial")]
    [InlineData("reference 10.0.0.1 is down", "10.0.0.1 is no ping reference; those are 192.168.1.1")]
    [InlineData("witness is down", "no witness is configured")]
    [InlineData("fence for pbx-a fails", "no fence device for pbx-a")]
    [InlineData("pbx/asterisks dies on pbx-a", "there is no resource pbx/asterisks; there are pbx/data")]
    [InlineData("switchover web", "there is no group web; groups: pbx")]
    [InlineData("pbx-a loses power and pbx-a sings", "\"sings\" is not understood")]
    public void What_cannot_happen_is_refused_with_what_can(string what, string why)
    {
        Assert.Empty(WhatIfSentence.Read(what, Promised, out var problem));
        Assert.Contains(why, problem, StringComparison.Ordinal);
    }

    /// <summary>Every form that is shown to people is understood.</summary>
    [Fact]
    public void Every_form_that_is_offered_is_understood()
    {
        var config = Promised with
        {
            Witness = new WitnessConfig("192.168.1.9", 694),
            Fences = [new FenceConfig.Exec("ipmi", 0, 1, TimeSpan.FromSeconds(5), TimeSpan.Zero, ["/bin/off"], [], [])],
        };
        var forms = WhatIfSentence.Forms.Split(';')[0].Replace("… ", "GROUP/RESOURCE ", StringComparison.Ordinal)
            .Split(',', StringSplitOptions.TrimEntries);
        Assert.True(forms.Length >= 17, $"{forms.Length} forms");
        foreach (var form in forms)
        {
            var said = form.Split(" (", StringSplitOptions.None)[0].Replace("GROUP/RESOURCE", "pbx/asterisk", StringComparison.Ordinal)
                .Replace("GROUP", "pbx", StringComparison.Ordinal).Replace("NODE", "pbx-a", StringComparison.Ordinal)
                .Replace("INTERFACE", "eth0", StringComparison.Ordinal).Replace("ADDRESS", "192.168.1.1", StringComparison.Ordinal)
                .Replace("LINK", "cable", StringComparison.Ordinal);
            Assert.True(WhatIfSentence.Read(said, config, out var problem).Length > 0, $"{form} → {said}: {problem}");
            Assert.Equal("", problem);
        }
    }
}
