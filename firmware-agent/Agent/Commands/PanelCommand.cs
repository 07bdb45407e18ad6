using System.CommandLine;
using Appliance.Agent.Control;
using Appliance.Agent.Panel;
using Appliance.Agent.Status;
using Appliance.Core.Configuration;
using Appliance.Core.Panel;
using Appliance.Drivers.Display;
using Appliance.Drivers.Led;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance panel</c>: what the front panel shows, and a test of all it can show.</summary>
public static class PanelCommand
{
    private static readonly TimeSpan UsualStep = TimeSpan.FromSeconds(3);

    public static Command Create() => new("panel", "Shows and tests the front panel.") { Show(), Test() };

    private static Command Show()
    {
        var command = new Command("show", "Says what the front panel shows now.");
        command.SetAction(line =>
        {
            if (Ask.Status(line, out var error) is not { } view) return Ask.Fail(line, error);
            if (view.Panel is not { } panel) return Ask.Fail(line, "no front panel is configured: [panel] in appliance.toml");
            var row = PanelTable.Of(panel.Showing);
            var output = line.InvocationConfiguration.Output;
            output.WriteLine($"state   {panel.Showing}{(row is null ? "" : $": {row.Meaning}")}");
            if (panel.StatusLight is { } status) output.WriteLine($"status  {status}");
            if (panel.RoleLight is { } role) output.WriteLine($"role    {role}");
            foreach (var text in panel.Screen) output.WriteLine($"        |{Words.Clean(text)}|");
            foreach (var trouble in panel.Troubles) line.InvocationConfiguration.Error.WriteLine($"appliance: {Words.Clean(trouble)}");
            return (int)(panel.Troubles.Count > 0 ? ExitCode.Warning : ExitCode.Ok);
        });
        return command;
    }

    private static Command Test()
    {
        var step = new Option<TimeSpan>("--step")
        {
            Description = "How long each state is shown. Default: 3s.",
            HelpName = "DURATION",
            CustomParser = DurationArgument.Parse,
            DefaultValueFactory = _ => UsualStep,
        };
        var file = new Option<string>("--config")
        {
            Description = $"Configuration file, when no agent runs. Default: {ConfigCommand.FileDefault}",
            HelpName = "FILE",
            DefaultValueFactory = _ => ConfigCommand.FileDefault,
        };
        var command = new Command("test", "Shows every state in turn and names it here.") { step, file };
        command.SetAction(line =>
        {
            var first = Order(line, PanelTable.Rows[0], line.GetValue(step), out var reached);
            return reached ? ByAgent(line, first, line.GetValue(step)) : Alone(line, line.GetRequiredValue(file), line.GetValue(step));
        });
        return command;
    }

    private static ControlReply Order(ParseResult line, PanelRow row, TimeSpan step, out bool reached) => ControlClient.Ask(
        SocketOption.Of(line),
        new ControlRequest(
            ControlCommands.Panel, new ControlArguments(Resource: row.Word, Seconds: (long)Math.Ceiling(step.TotalSeconds) + 1)),
        out reached);

    /// <summary>The agent has the panel: it is asked to show one state after the other.</summary>
    private static int ByAgent(ParseResult line, ControlReply first, TimeSpan step)
    {
        var reply = first;
        foreach (var row in PanelTable.Rows)
        {
            if (row != PanelTable.Rows[0]) reply = Order(line, row, step, out _);
            if (!reply.Ok) return Ask.Fail(line, reply.Error ?? "the agent refused without a reason");
            Name(line, row);
            Thread.Sleep(step);
        }

        line.InvocationConfiguration.Output.WriteLine("the panel shows the node's own state again");
        return (int)ExitCode.Ok;
    }

    /// <summary>No agent runs, so the parts are free to be used from here.</summary>
    private static int Alone(ParseResult line, string path, TimeSpan step)
    {
        if (ConfigFile.Usable(path, out var problem) is not { } config) return Ask.Fail(line, problem);
        if (config.Panel is not { } panel) return Ask.Fail(line, $"no front panel is configured: [panel] in {path}");
        var faults = new SortedSet<string>(StringComparer.Ordinal);
        var devices = new PanelDevices();
        using var status = Part("status light", panel.StatusLed, devices.Led);
        using var role = Part("role light", panel.RoleLed, devices.Led);
        using var display = Part("display", panel.Display, devices.Display);
        foreach (var row in PanelTable.Rows)
        {
            var picture = PanelPicture.Of(row.State, serves: true);
            Name(line, row);
            status?.Use(led => led.Show(picture.StatusLight));
            role?.Use(led => led.Show(picture.RoleLight));
            display?.Use(glass => glass.Show(PanelScreens.Message(row.Title, $"test: {row.Word}", glass.Columns, glass.Rows)));
            Thread.Sleep(step);
        }

        status?.Use(led => led.Show(LedRhythm.Off));
        role?.Use(led => led.Show(LedRhythm.Off));
        foreach (var fault in faults) line.InvocationConfiguration.Error.WriteLine($"appliance: {Words.Clean(fault)}");
        return (int)(faults.Count > 0 ? ExitCode.Warning : ExitCode.Ok);

        PanelPart<TDevice>? Part<TConfig, TDevice>(string name, TConfig? wanted, Func<TConfig, TDevice> open)
            where TConfig : class
            where TDevice : class, IDisposable =>
            wanted is null ? null : new PanelPart<TDevice>(name, () => open(wanted), (part, words) =>
            {
                if (words is not null) faults.Add($"{part}: {words}");
            });
    }

    private static void Name(ParseResult line, PanelRow row)
    {
        var role = row.Role?.Word ?? "on or off, as it serves";
        line.InvocationConfiguration.Output.WriteLine(
            $"{row.Word,-15} status {row.Status.Word,-7} role {role,-24} {row.Title,-16}  {row.Meaning}");
        line.InvocationConfiguration.Output.Flush();
    }
}
