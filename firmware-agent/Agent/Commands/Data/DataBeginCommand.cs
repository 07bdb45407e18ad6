using System.CommandLine;
using Appliance.Agent.Replica.Begin;
using Appliance.Agent.Replica.Control;
using Appliance.Drivers.Mount;
using Appliance.Drivers.Systemd;

namespace Appliance.Agent.Commands.Data;

/// <summary><c>appliance data begin</c>: what a fresh node does with its replicas before its agent runs, without anybody logging
/// in.</summary>
internal static class DataBeginCommand
{
    private const string DefaultState = "/var/lib/appliance";

    public static Command Create()
    {
        var config = ConfigFile.Option();
        var patience = new Option<TimeSpan?>("--wait")
        {
            Description = "How long the first node waits for the other one before it begins alone. Default: 2m.",
            HelpName = "DURATION",
            CustomParser = result => DurationArgument.Parse(result),
        };
        var state = new Option<string>("--state")
        {
            Description = "Where it is noted that there is nothing left to do.", HelpName = "DIR", DefaultValueFactory = _ => DefaultState,
        };
        var command = new Command(
            "begin", "On a fresh node: prepares its replicas; the first node of a fresh pair also makes the first copy of the data.")
        {
            config, patience, state,
        };
        command.SetAction(line =>
        {
            var options = new AgentOptions(line.GetRequiredValue(config), null, line.GetRequiredValue(state), "");
            if (AgentFiles.Read(options, options.ConfigPath, out var problems) is not { } files)
                return Ask.Fail(line, string.Join("\n", problems));
            using var systemd = new LinuxSystemd();
            var beginning = new DataBeginning(
                files, options, new BeginningHands(ReplicaControl.PathOf, systemd, new LinuxMounts()), line.InvocationConfiguration.Output)
            {
                Patience = line.GetValue(patience) ?? TimeSpan.FromMinutes(2),
            };
            if (beginning.Run() is not { } problem) return (int)ExitCode.Ok;
            line.InvocationConfiguration.Error.WriteLine($"appliance: {Status.Words.Clean(problem)}");
            return (int)ExitCode.Warning;
        });
        return command;
    }
}
