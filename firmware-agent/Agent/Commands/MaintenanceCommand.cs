using System.CommandLine;
using Appliance.Agent.Control;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance maintenance on|off</c>.</summary>
public static class MaintenanceCommand
{
    public static Command Create()
    {
        var command = new Command("maintenance", "Hands off: while it lasts nothing is started, stopped or moved by itself.");
        command.Subcommands.Add(On());
        command.Subcommands.Add(Off());
        return command;
    }

    private static Command On()
    {
        var length = new Option<TimeSpan>("--for")
        {
            Description = "When it ends by itself, for example 30m or 2h; at most 7d.",
            HelpName = "DURATION",
            Required = true,
            CustomParser = DurationArgument.Parse,
        };
        length.CompletionSources.Add("10m", "30m", "1h", "2h");
        var command = new Command("on", "Begins maintenance, or sets a new end.") { length };
        command.SetAction(line => Ask.Order(line, Request((long)Math.Ceiling(line.GetRequiredValue(length).TotalSeconds))));
        return command;
    }

    private static Command Off()
    {
        var command = new Command("off", "Ends maintenance.");
        command.SetAction(line => Ask.Order(line, Request(null)));
        return command;
    }

    private static ControlRequest Request(long? seconds) => new(ControlCommands.Maintenance, new ControlArguments(Seconds: seconds));
}
