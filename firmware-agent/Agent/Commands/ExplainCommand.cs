using System.CommandLine;
using System.Text.Json;
using Appliance.Agent.Control;
using Appliance.Agent.Journal;
using Appliance.Agent.Status;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance explain</c>: why is it where it is, and what would move it.</summary>
public static class ExplainCommand
{
    /// <summary>Events of a group's way to where it is.</summary>
    private const int EventsShown = 8;

    public static Command Create()
    {
        var group = new Argument<string?>("GROUP")
        {
            Description = "Only this group.", Arity = ArgumentArity.ZeroOrOne, HelpName = "GROUP",
        };
        var json = new Option<bool>("--json") { Description = "The same as JSON, a list with one entry per group." };
        var command = new Command("explain", "Tells why each group is where it is, and what would move it.") { group, json };
        command.SetAction(line => Run(line, line.GetValue(group), line.GetValue(json)));
        return command;
    }

    private static int Run(ParseResult line, string? group, bool json)
    {
        var reply = ControlClient.Ask(
            SocketOption.Of(line), new ControlRequest(ControlCommands.Explain, group is null ? null : new ControlArguments(Group: group)),
            out var reached);
        if (reply is not { Ok: true, Explanations: { } explanations })
        {
            Ask.Fail(line, reply.Error ?? "the agent's answer explains nothing");
            return (int)(reached && !reply.Ok ? ExitCode.Warning : ExitCode.Critical);
        }

        var output = line.InvocationConfiguration.Output;
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(explanations, ControlJson.Indented.IReadOnlyListGroupExplanation));
            return (int)ExitCode.Ok;
        }

        if (Ask.Events(line, out var error) is not { } events) return Ask.Fail(line, error);
        var width = Console.IsOutputRedirected ? 80 : Terminal.Width;
        var paint = Paint.ForTerminal(!Console.IsOutputRedirected);
        foreach (var explanation in explanations)
            foreach (var row in ExplainText.Of(explanation, Of(explanation.Group, events), paint, width)) output.WriteLine(row);
        return (int)ExitCode.Ok;
    }

    /// <summary>The newest role changes, orders and failures of the group, oldest first.</summary>
    private static IReadOnlyList<EventView> Of(string group, IReadOnlyList<EventView> events)
    {
        EventView[] own = [.. events.Where(one => one.Group == group && one.Resource is null)];
        return own[Math.Max(0, own.Length - EventsShown)..];
    }
}
