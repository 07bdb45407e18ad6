using System.CommandLine;
using Appliance.Agent.Control;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance standby</c> and <c>appliance online</c>.</summary>
public static class NodeCommands
{
    public static Command Standby() => Create(
        "standby", ControlCommands.Standby, "Takes this node out of service: its groups go to the other node if that can serve them.");

    public static Command Online() => Create("online", ControlCommands.Online, "Puts this node back into service.");

    private static Command Create(string name, string word, string description)
    {
        var node = new Argument<string?>("NODE")
        {
            Description = "Must be this node; the other one is commanded there.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        node.CompletionSources.Add(Completions.OwnNode);
        var command = new Command(name, description) { node };
        command.SetAction(line => Ask.Order(line, new ControlRequest(word, new ControlArguments(Node: line.GetValue(node)))));
        return command;
    }
}
