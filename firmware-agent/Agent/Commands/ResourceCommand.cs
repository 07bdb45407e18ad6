using System.CommandLine;
using System.CommandLine.Parsing;
using Appliance.Agent.Control;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance resource restart|cleanup</c>.</summary>
public static class ResourceCommand
{
    /// <param name="Group">Group's name.</param>
    /// <param name="Resource">Null: the whole group.</param>
    private sealed record Target(string Group, string? Resource);

    public static Command Create()
    {
        var command = new Command("resource", "Restarts a resource, or forgets its failures, on this node.");
        command.Subcommands.Add(Restart());
        command.Subcommands.Add(Cleanup());
        return command;
    }

    private static Command Restart()
    {
        var target = Named("GROUP/RESOURCE", "What to stop and start again, with what depends on it.", resourceRequired: true);
        target.CompletionSources.Add(Completions.Resources);
        var command = new Command("restart", "Stops and starts a resource in place; does not count as a failure.") { target };
        command.SetAction(line => Order(line, ControlCommands.Restart, line.GetRequiredValue(target)));
        return command;
    }

    private static Command Cleanup()
    {
        var target = Named("GROUP[/RESOURCE]", "What to forgive; a group alone means all of it.", resourceRequired: false);
        target.CompletionSources.Add(Completions.Groups);
        target.CompletionSources.Add(Completions.Resources);
        var command = new Command("cleanup", "Forgets failures, so that a group that failed here is tried again.") { target };
        command.SetAction(line => Order(line, ControlCommands.Cleanup, line.GetRequiredValue(target)));
        return command;
    }

    private static Argument<Target> Named(string name, string description, bool resourceRequired) => new(name)
    {
        Description = description,
        CustomParser = result => Parse(result, name, resourceRequired),
    };

    private static Target? Parse(ArgumentResult result, string form, bool resourceRequired)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        var parts = text.Split('/');
        if (parts is [{ Length: > 0 } group, { Length: > 0 } resource]) return new Target(group, resource);
        if (parts is [{ Length: > 0 } alone] && !resourceRequired) return new Target(alone, null);
        result.AddError($"'{text}' is not {form}, for example {(resourceRequired ? "pbx/asterisk" : "pbx or pbx/asterisk")}.");
        return null;
    }

    private static int Order(ParseResult line, string word, Target target) =>
        Ask.Order(line, new ControlRequest(word, new ControlArguments(Group: target.Group, Resource: target.Resource)));
}
