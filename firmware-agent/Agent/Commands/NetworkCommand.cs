using System.CommandLine;
using Appliance.Agent.Network;
using Appliance.Agent.Status;
using Appliance.Core.Configuration;
using Appliance.Core.Firewall;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance network</c>: interfaces and firewall of this node out of the configuration file.</summary>
public static class NetworkCommand
{
    public static Command Create() => new("network", "Sets up interfaces and firewall as the configuration file says.")
    {
        Make("print", "Shows the files of systemd-networkd and the rules, and changes nothing.", Print),
        Make("check", "Has nft read the rules without loading them; exit code 0: they could be applied.", Check),
        Make("apply", "Loads the rules, writes the files and has networkd read them; all that can be checked is checked first.", Apply),
    };

    private sealed record Subject(ApplianceConfig Config, int Node);

    private static Command Make(string name, string words, Func<ParseResult, Subject, int> work)
    {
        var file = ConfigCommand.FileArgument();
        var node = new Option<string?>("--node")
        {
            Description = "Name of the node; without it the name in /etc/appliance/node, or the host name.",
            HelpName = "NAME",
        };
        var command = new Command(name, words) { file, node };
        command.SetAction(line =>
        {
            var path = line.GetRequiredValue(file);
            var problems = new List<string>();
            if (name == "apply" && Stick.StickCommit.Finish(Path.GetDirectoryName(Path.GetFullPath(path))!) is { } unfinished)
                return Ask.Fail(line, unfinished);
            if (ConfigFile.Read(path, out var problem) is not { } bytes) return Ask.Fail(line, problem);
            var result = ConfigReader.Read(bytes);
            foreach (var wrong in result.Problems) line.InvocationConfiguration.Error.WriteLine($"{path}:{Words.Clean(wrong.ToString())}");
            if (result.Config is not { } config) return (int)ExitCode.Critical;
            var number = AgentFiles.OwnNumber(new AgentOptions(path, line.GetValue(node), "", ""), config, problems);
            return number < 0 ? Ask.Fail(line, problems[0]) : work(line, new Subject(config, number));
        });
        return command;
    }

    private static int Print(ParseResult line, Subject subject)
    {
        var output = line.InvocationConfiguration.Output;
        foreach (var file in NetworkSetup.FilesOf(subject.Config, subject.Node))
        {
            output.WriteLine($"### /run/{file.Folder}/{file.Name}");
            output.WriteLine(file.Text);
        }

        if (Ruleset.Of(subject.Config, subject.Node) is { Length: > 0 } rules) output.WriteLine($"### nft --file -\n{rules}");
        if (subject.Config is { Network: null, Firewall: null })
            output.WriteLine("neither [network] nor [firewall] is in the file: nothing is set up");
        return (int)ExitCode.Ok;
    }

    private static int Check(ParseResult line, Subject subject)
    {
        if (Nft.Check(Ruleset.Of(subject.Config, subject.Node)) is { } problem) return Ask.Fail(line, problem);
        line.InvocationConfiguration.Output.WriteLine(
            $"{NetworkSetup.FilesOf(subject.Config, subject.Node).Length} files and "
                + $"{(subject.Config.Firewall is null ? "no rules" : "the rules")} for {subject.Config.Nodes[subject.Node]}: usable");
        return (int)ExitCode.Ok;
    }

    private static int Apply(ParseResult line, Subject subject)
    {
        var outcome = NetworkSetup.Apply(subject.Config, subject.Node, NetworkSetup.Live);
        foreach (var text in outcome.Said) line.InvocationConfiguration.Output.WriteLine(Words.Clean(text));
        return outcome.Problem is not { } problem ? (int)ExitCode.Ok : Ask.Fail(line, problem);
    }
}
