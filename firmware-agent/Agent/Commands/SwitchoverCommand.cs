using System.CommandLine;
using Appliance.Agent.Control;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance switchover</c>.</summary>
public static class SwitchoverCommand
{
    public static Command Create()
    {
        var group = new Argument<string>("GROUP") { Description = "The group to move." };
        group.CompletionSources.Add(Completions.Groups);
        var command = new Command("switchover", "Moves a group to the other node by agreement.") { group };
        command.SetAction(line => Ask.Order(
            line, new ControlRequest(ControlCommands.Switchover, new ControlArguments(Group: line.GetRequiredValue(group)))));
        return command;
    }
}
