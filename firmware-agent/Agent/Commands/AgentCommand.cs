using System.CommandLine;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance agent</c>: the long-lived process.</summary>
public static class AgentCommand
{
    /// <param name="run">Runs until the agent is told to end.</param>
    public static Command Create(Func<AgentOptions, ExitCode> run)
    {
        var config = new Option<string>("--config")
        {
            Description = "Configuration file.",
            HelpName = "FILE",
            DefaultValueFactory = _ => "/etc/appliance/appliance.toml",
        };
        var node = new Option<string?>("--node")
        {
            Description = "Own name in the file. Default: the first word of /etc/appliance/node, else the host name.",
            HelpName = "NAME",
        };
        var state = new Option<string>("--state-dir")
        {
            Description = "Directory of the durable state and the event file.",
            HelpName = "DIRECTORY",
            DefaultValueFactory = _ => "/var/lib/appliance",
        };
        var command = new Command("agent", "Runs the agent in the foreground; systemd does this.") { config, node, state };
        command.SetAction(line => (int)run(new AgentOptions(
            line.GetRequiredValue(config),
            line.GetValue(node),
            line.GetRequiredValue(state),
            SocketOption.Of(line))));
        return command;
    }
}
