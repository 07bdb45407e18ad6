using System.Text.Json;
using Appliance.Agent.Commands;
using Appliance.Agent.Control;
using Appliance.Agent.Tests.Control;
using Appliance.Agent.Tests.Status;
using Appliance.Core.Cluster;

namespace Appliance.Agent.Tests.Commands;

public class CommandTests
{
    [Fact]
    public void Status_shows_the_page()
    {
        using var fixture = new SocketFixture();
        var run = CommandLine.Run(fixture, "status");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("GROUP pbx\n  pbx-a  Active       for 2 h 3 min, term 7\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Status_json_is_the_snapshot_and_its_verdict()
    {
        using var fixture = new SocketFixture();
        fixture.Agent.View = Snapshots.Battered;
        var run = CommandLine.Run(fixture, "status", "--json");
        Assert.Equal(0, run.ExitCode);
        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal("Warning", json.RootElement.GetProperty("health").GetProperty("level").GetString());
        Assert.Equal("Active", json.RootElement.GetProperty("groups")[0].GetProperty("role").GetString());
    }

    [Fact]
    public void Explain_tells_why_who_could_what_would_move_it_and_how_it_came_there()
    {
        using var fixture = new SocketFixture();
        fixture.Agent.Happen(new Report(ReportKind.Role, "both nodes agreed", "pbx", From: "Passive", To: "Activating", Term: 7));
        fixture.Agent.Happen(new Report(ReportKind.Role, "of another group", "web", From: "Passive", To: "Activating", Term: 7));
        var run = CommandLine.Run(fixture, "explain", "pbx");
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("pbx is held by pbx-a (term 7)\n\nWHY\n  both nodes agreed\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("  pbx-a: Active, fit, score 750\n    it sees 1 of 2\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("WHAT WOULD MOVE IT\n  if pbx-a dies, pbx-b takes over\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("role pbx Passive -> Activating (term 7)", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("of another group", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_json_is_a_list_and_a_group_that_is_none_is_refused()
    {
        using var fixture = new SocketFixture();
        using var json = JsonDocument.Parse(CommandLine.Run(fixture, "explain", "--json").Output);
        Assert.Equal("pbx-a", json.RootElement[0].GetProperty("served_by").GetString());
        Assert.Equal("Active", json.RootElement[0].GetProperty("nodes")[0].GetProperty("role").GetString());
        var run = CommandLine.Run(fixture, "explain", "voice");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("there is no group 'voice'; the groups are pbx", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Status_oneline_sets_the_exit_code()
    {
        using var fixture = new SocketFixture();
        Assert.Equal(0, CommandLine.Run(fixture, "status", "--oneline").ExitCode);
        fixture.Agent.View = Snapshots.PeerDead;
        Assert.Equal(1, CommandLine.Run(fixture, "status", "--oneline").ExitCode);
        fixture.Agent.View = Snapshots.ServedNowhere;
        Assert.Equal(2, CommandLine.Run(fixture, "status", "--oneline").ExitCode);
    }

    [Fact]
    public void Without_an_agent_oneline_is_critical_on_the_output_and_others_say_so_on_the_error_stream()
    {
        var oneLine = CommandLine.Run("status", "--oneline", "--socket", "/nowhere/s");
        Assert.Equal(2, oneLine.ExitCode);
        Assert.StartsWith("APPLIANCE CRITICAL: the agent is not running", oneLine.Output, StringComparison.Ordinal);
        string[][] lines = [["status"], ["status", "--json"], ["standby"], ["events"], ["switchover", "pbx"], ["config", "reload"]];
        foreach (var arguments in lines)
        {
            var run = CommandLine.Run([.. arguments, "--socket", "/nowhere/s"]);
            Assert.Equal(2, run.ExitCode);
            Assert.StartsWith("appliance: the agent is not running: /nowhere/s does not exist", run.Error, StringComparison.Ordinal);
            Assert.Empty(run.Output);
        }
    }

    public static TheoryData<string, string> Orders => new()
    {
        { "standby", nameof(Command.Standby) },
        { "standby pbx-a", nameof(Command.Standby) },
        { "online", nameof(Command.Online) },
        { "switchover pbx", nameof(Command.Switchover) },
        { "maintenance on --for 30m", nameof(Command.Maintenance) },
        { "maintenance off", nameof(Command.Maintenance) },
        { "resource restart pbx/asterisk", nameof(Command.RestartResource) },
        { "resource cleanup pbx", nameof(Command.Cleanup) },
        { "resource cleanup pbx/vip", nameof(Command.Cleanup) },
    };

    [Theory]
    [MemberData(nameof(Orders))]
    public void Orders_arrive_and_the_answer_is_printed(string line, string command)
    {
        using var fixture = new SocketFixture();
        var run = CommandLine.Run(fixture, line.Split(' '));
        Assert.Equal((0, "it is being done\n", ""), (run.ExitCode, run.Output, run.Error));
        Assert.Equal(command, Assert.Single(fixture.Agent.Commands).GetType().Name);
    }

    [Fact]
    public void A_refusal_is_a_sentence_and_exit_code_one()
    {
        using var fixture = new SocketFixture();
        fixture.Agent.Reply = new CommandReply(false, "pbx-b could not take it");
        var run = CommandLine.Run(fixture, "switchover", "pbx");
        Assert.Equal((1, "", "appliance: pbx-b could not take it\n"), (run.ExitCode, run.Output, run.Error));
    }

    [Theory]
    [InlineData("")]
    [InlineData("stauts")]
    [InlineData("status --jsom")]
    [InlineData("status --json --oneline")]
    [InlineData("status extra")]
    [InlineData("maintenance")]
    [InlineData("maintenance on")]
    [InlineData("maintenance on --for soon")]
    [InlineData("maintenance on --for 0s")]
    [InlineData("maintenance on --for 5")]
    [InlineData("maintenance on --for -5m")]
    [InlineData("switchover")]
    [InlineData("resource restart pbx")]
    [InlineData("resource restart /")]
    [InlineData("resource restart a/b/c")]
    [InlineData("events --limit -1")]
    [InlineData("events --limit 5000")]
    [InlineData("events --limit many")]
    [InlineData("events --since yesterday-ish")]
    [InlineData("completion tcsh")]
    public void Wrong_usage_is_exit_code_two_and_touches_nothing(string line)
    {
        using var fixture = new SocketFixture();
        var run = CommandLine.Run(fixture, line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, run.ExitCode);
        Assert.NotEmpty(run.Error);
        Assert.Empty(fixture.Agent.Commands);
    }

    [Fact]
    public void Events_are_lines_for_people_or_json()
    {
        using var fixture = new SocketFixture();
        fixture.Agent.Happen(new Report(ReportKind.Peer, "old"));
        fixture.Agent.Happen(new Report(ReportKind.Role, "both agreed", "pbx", null, "Passive", "Activating", 7));
        Assert.Equal(
            "2026-11-21T08:00:00.001Z role pbx Passive -> Activating (term 7): both agreed\n",
            CommandLine.Run(fixture, "events", "--limit", "1").Output);
        var lines = CommandLine.Run(fixture, "events", "--json").Output.TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Equal("both agreed", JsonDocument.Parse(lines[1]).RootElement.GetProperty("text").GetString());
    }

    [Fact]
    public void Events_since_a_time_leaves_out_the_older()
    {
        using var fixture = new SocketFixture();
        for (var i = 0; i < 3; i++) fixture.Agent.Happen(new Report(ReportKind.Peer, $"e{i}"));
        var run = CommandLine.Run(fixture, "events", "--since", "2026-11-21T08:00:00.002Z");
        Assert.EndsWith(": e2\n", run.Output, StringComparison.Ordinal);
        Assert.Single(run.Output.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void Reload_reaches_the_agent()
    {
        using var fixture = new SocketFixture();
        Assert.Equal(0, CommandLine.Run(fixture, "config", "reload").ExitCode);
        Assert.Equal(1, fixture.Agent.Reloads);
    }

    [Fact]
    public void The_agent_gets_its_places()
    {
        AgentOptions? seen = null;
        ExitCode Agent(AgentOptions options)
        {
            seen = options;
            return ExitCode.Unusable;
        }

        Assert.Equal(3, CommandLine.Run(Agent, "agent", "--socket", "/s").ExitCode);
        Assert.Equal(new AgentOptions("/etc/appliance/appliance.toml", null, "/var/lib/appliance", "/s"), seen);
        CommandLine.Run(Agent, "agent", "--config", "c", "--node", "n", "--state-dir", "d", "--socket", "/s");
        Assert.Equal(new AgentOptions("c", "n", "d", "/s"), seen);
    }

    [Fact]
    public void Monitor_without_a_terminal_looks_once_and_says_when_there_is_no_agent()
    {
        if (!Console.IsOutputRedirected) return;
        var run = CommandLine.Run("monitor", "--socket", "/nonexistent/agent.sock");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("the agent is not running: /nonexistent/agent.sock", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Version_is_one_line() => Assert.Equal("appliance 0.1.0\n", CommandLine.Run("version").Output);
}
