using System.CommandLine;
using System.Diagnostics;
using Appliance.Agent.Commands;
using Appliance.Agent.Tests.Control;

namespace Appliance.Agent.Tests.Commands;

public class CompletionTests
{
    [Fact]
    public void Every_command_and_option_of_the_tree_is_offered()
    {
        var root = CommandTree.Create(_ => ExitCode.Ok);
        foreach (var (path, command) in Walk(root, "appliance"))
        {
            var offered = Suggest(path + " ");
            Assert.All(command.Subcommands, child => Assert.Contains(child.Name, offered));
            Assert.All(command.Options, option => Assert.Contains(option.Name, offered));
        }
    }

    [Fact]
    public void Names_come_from_the_running_agent()
    {
        using var fixture = new SocketFixture();
        Assert.Contains("pbx", Suggest($"appliance --socket {fixture.Path} switchover "));
        Assert.Contains("pbx/asterisk", Suggest($"appliance --socket {fixture.Path} resource restart "));
        Assert.Contains("pbx-a", Suggest($"appliance --socket {fixture.Path} standby "));
        Assert.DoesNotContain("pbx-b", Suggest($"appliance --socket {fixture.Path} standby "));
    }

    [Fact]
    public void Without_an_agent_completion_does_not_complain()
    {
        var run = CommandLine.Run("[suggest:40]", "appliance --socket /nowhere/s switchover ");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    [Fact]
    public void The_bash_script_completes_in_a_real_bash()
    {
        // Stands in for the executable: repeats what it was asked, as the directive would offer words.
        const string script = """
            appliance() { echo "status $1"; printf '%s\n' status standby switchover "$2"; }
            eval "$SCRIPT"
            COMP_WORDS=(appliance st) COMP_CWORD=1 COMP_LINE='appliance st' COMP_POINT=12
            _appliance
            printf '%s\n' "${COMPREPLY[@]}"
            complete -p appliance
            """;
        var start = new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SCRIPT"] = CompletionCommand.ScriptOf("bash");
        using var bash = Process.Start(start)!;
        var output = bash.StandardOutput.ReadToEnd();
        Assert.Equal("", bash.StandardError.ReadToEnd());
        Assert.Equal("status [suggest:12]\nstatus\nstandby\ncomplete -F _appliance appliance\n", output);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public void Every_shell_asks_the_executable(string shell) =>
        Assert.Contains("[suggest:", CommandLine.Run("completion", shell).Output, StringComparison.Ordinal);

    private static string[] Suggest(string line) =>
        CommandLine.Run($"[suggest:{line.Length}]", line).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<(string Path, Command Command)> Walk(Command command, string path)
    {
        yield return (path, command);
        foreach (var child in command.Subcommands)
            foreach (var found in Walk(child, $"{path} {child.Name}"))
                yield return found;
    }
}
