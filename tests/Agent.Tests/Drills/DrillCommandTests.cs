using Appliance.Agent.Status;
using Appliance.Agent.Tests.Commands;
using Appliance.Agent.Tests.Control;
using Appliance.Agent.Tests.Status;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Agent.Tests.Drills;

/// <summary>The command against an agent that a test plays.</summary>
public sealed class DrillCommandTests
{
    private static readonly string Example = RepositoryFiles.PathOf("docs/appliance.example.toml");

    private static readonly StatusView Quiet = DrillGateTests.Quiet with
    {
        Config = DigestOf(Example) is var digest ? new ConfigStatus(Example, digest, digest) : null!,
    };

    [Fact]
    public void A_refused_drill_ends_with_1_and_does_nothing()
    {
        using var fixture = new SocketFixture();
        fixture.Agent.View = Snapshots.PeerDead;
        var run = CommandLine.Run(fixture, "drill", "--fault", "switchover", "--config", Example);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("appliance: not rehearsed: redundancy is not complete: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("appliance: not rehearsed: nobody here knows whether calls are up", run.Error, StringComparison.Ordinal);
        Assert.Contains("is not what the agent runs with", run.Error, StringComparison.Ordinal);
        Assert.Empty(fixture.Agent.Commands);
        Assert.Empty(fixture.Agent.Events(0, 10));
    }

    [Theory]
    [InlineData("a goal is 60 s at most", "--goal", "2m")]
    [InlineData("is no part of a day", "--window", "3-4")]
    [InlineData("is no part of a day", "--window", "03:00-03:00")]
    [InlineData("cannot be rehearsed with this configuration; there are switchover pbx", "--fault", "reboot")]
    public void Wrong_words_are_refused(string expected, string option, string value)
    {
        using var fixture = new SocketFixture();
        fixture.Agent.View = Quiet;
        string[] fault = option == "--fault" ? [] : ["--fault", "switchover"];
        var run = CommandLine.Run(fixture, ["drill", option, value, "--config", Example, .. fault]);
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Empty(fixture.Agent.Commands);
    }

    [Fact]
    public void Without_a_window_that_of_the_groups_failback_holds()
    {
        using var fixture = new SocketFixture();
        // A minute that was an hour ago.
        var past = TimeOnly.FromDateTime(DateTime.Now).AddHours(-1);
        var window = $"{past:HH\\:mm}-{past.AddMinutes(1):HH\\:mm}";
        Assert.NotNull(FailbackType.Window(window, out _));
        var folder = Directory.CreateTempSubdirectory("appliance-drill-").FullName;
        var file = Path.Combine(folder, "appliance.toml");
        var text = File.ReadAllText(Example);
        File.WriteAllText(
            file, text.Replace("failback = \"never\"", $"preferred = \"pbx-a\"\nfailback = \"daily {window}\"", StringComparison.Ordinal));
        fixture.Agent.View = Quiet with { Config = new ConfigStatus(file, DigestOf(file), DigestOf(file)) };
        var run = CommandLine.Run(fixture, "drill", "--fault", "switchover", "--config", file);
        Assert.Equal(1, run.ExitCode);
        Assert.True(run.Error.Contains($"outside the window {window}", StringComparison.Ordinal), run.Error);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task A_switchover_is_ordered_followed_and_kept()
    {
        using var fixture = new SocketFixture();
        fixture.Agent.View = Quiet;
        var folder = Directory.CreateTempSubdirectory("appliance-drill-").FullName;
        var moves = Task.Run(() =>
        {
            while (fixture.Agent.Commands.Count == 0) Thread.Sleep(1);
            fixture.Agent.View = Quiet with
            {
                UnixMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
                Groups = [Quiet.Groups[0] with { Role = Role.Passive, PeerRole = Role.Active }],
            };
        });
        var run = CommandLine.Run(fixture, "drill", "--fault", "switchover", "--json", "--config", Example, "--state", folder);
        await moves;
        Assert.True(run.ExitCode == 0, run.Error + run.Output);
        Assert.Equal([new Command.Switchover("pbx")], fixture.Agent.Commands);
        Assert.Equal(
            ["drill switchover pbx begins", "root ordered switchover pbx: it is being done", "drill switchover pbx passed"],
            fixture.Agent.Notes);
        var kept = Directory.GetFiles(Path.Combine(folder, "drills")).Order(StringComparer.Ordinal).ToList();
        Assert.Equal([".json", ".txt"], kept.Select(Path.GetExtension));
        Assert.Equal(run.Output.Trim(), (await File.ReadAllTextAsync(kept[0])).Trim());
        Assert.Contains(": passed\n", await File.ReadAllTextAsync(kept[1]), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    [Trait("Needs", "root")]
    public void A_dry_run_does_nothing()
    {
        using var fixture = new SocketFixture();
        fixture.Agent.View = Quiet;
        var folder = Directory.CreateTempSubdirectory("appliance-drill-").FullName;
        var run = CommandLine.Run(fixture, "drill", "--fault", "switchover", "--dry-run", "--config", Example, "--state", folder);
        Assert.Equal((0, "switchover pbx would be rehearsed now\n"), (run.ExitCode, run.Output));
        Assert.Empty(fixture.Agent.Commands);
        Assert.Empty(fixture.Agent.Notes);
        Directory.Delete(folder, recursive: true);
    }

    private static string DigestOf(string file) => ConfigReader.Read(File.ReadAllBytes(file)).Config!.Digest.ToString("x8", null);
}
