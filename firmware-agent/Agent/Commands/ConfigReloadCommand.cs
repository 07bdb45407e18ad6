using System.CommandLine;
using Appliance.Agent.Control;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance config reload</c>.</summary>
public static class ConfigReloadCommand
{
    public static Command Create()
    {
        var command = new Command(
            "reload",
            "Makes the running agent read the file and the keys again; network and firewall follow it. An unusable file changes nothing.");
        command.SetAction(line => Ask.Order(line, new ControlRequest(ControlCommands.Reload)));
        return command;
    }
}
