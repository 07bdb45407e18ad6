using System.CommandLine;
using Appliance.Agent.Replica.Serve;

namespace Appliance.Agent.Commands.Replica;

/// <summary><c>appliance replica run NAME</c>: the process of one replica.</summary>
internal static class ReplicaRunCommand
{
    public static Command Create()
    {
        var name = ReplicaName.Argument();
        var config = ConfigFile.Option();
        var node = new Option<string?>("--node")
        {
            Description = "Own name in the file. Default: the first word of /etc/appliance/node, else the host name.", HelpName = "NAME",
        };
        var command = new Command("run", "Runs the process of a replica in the foreground; systemd does this.") { name, config, node };
        command.SetAction(line => (int)ReplicaRun.Run(
            new AgentOptions(line.GetRequiredValue(config), line.GetValue(node), "", ""), line.GetRequiredValue(name)));
        return command;
    }
}
