using System.CommandLine;
using System.CommandLine.Invocation;
using Appliance.Agent.Commands.Data;
using Appliance.Agent.Commands.FoneBridge;
using Appliance.Agent.Commands.Relay;
using Appliance.Agent.Commands.Replica;
using Appliance.Agent.Commands.Update;
using Appliance.Agent.Witness;

namespace Appliance.Agent.Commands;

/// <summary>Every command of the executable. The man page and the completion scripts are tested against this tree.</summary>
public static class CommandTree
{
    /// <summary>Builds the tree.</summary>
    /// <param name="runAgent">What <c>appliance agent</c> does.</param>
    public static RootCommand Create(Func<AgentOptions, ExitCode> runAgent)
    {
        var root = new RootCommand("Keeps two machines serving one telephone system.");
        root.Options.Add(SocketOption.Instance);
        foreach (var command in All(runAgent)) root.Subcommands.Add(command);
        return root;
    }

    private static Command[] All(Func<AgentOptions, ExitCode> runAgent) =>
    [
        AgentCommand.Create(runAgent),
        InitCommand.Create(),
        ImportCommand.Create(),
        StatusCommand.Create(),
        ExplainCommand.Create(),
        MonitorCommand.Create(),
        NodeCommands.Standby(),
        NodeCommands.Online(),
        SwitchoverCommand.Create(),
        MaintenanceCommand.Create(),
        ResourceCommand.Create(),
        DrillCommand.Create(),
        FenceCommand.Create(),
        AlertCommand.Create(),
        ReplicaCommand.Create(),
        DataCommand.Create(),
        DrbdadmCommand.Create(),
        EventsCommand.Create(),
        IncidentsCommand.Create(),
        Config(),
        WitnessCommand.Create(),
        FoneBridgeCommand.Create(),
        RelayCommand.Create(),
        DevicesCommand.Create(),
        PanelCommand.Create(),
        WebCommand.Create(),
        UpdateCommand.Create(),
        FactoryResetCommand.Create(),
        NetworkCommand.Create(),
        StickCommand.Create(),
        SimulateCommand.Create(),
        CompletionCommand.Create(),
        VersionCommand.Create(),
    ];

    private static Command Config()
    {
        var config = ConfigCommand.Create();
        config.Subcommands.Add(ConfigReloadCommand.Create());
        return config;
    }

    /// <summary>Runs a command line. Wrong usage is told on the error stream without the whole help, exit code 2.</summary>
    public static int Run(RootCommand root, string[] arguments, InvocationConfiguration? configuration = null)
    {
        var line = root.Parse(arguments);
        configuration ??= new InvocationConfiguration();
        // Signals belong to the commands that run long, and an exception is our bug: it must not look like a refusal.
        configuration.ProcessTerminationTimeout = null;
        configuration.EnableDefaultExceptionHandler = false;
        if (line.Action is not ParseErrorAction wrong) return line.Invoke(configuration);
        wrong.ShowHelp = false;
        line.Invoke(configuration);
        configuration.Error.WriteLine("Try 'appliance --help' or 'man appliance'.");
        return (int)ExitCode.Critical;
    }
}
