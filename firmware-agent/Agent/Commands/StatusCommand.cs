using System.CommandLine;
using System.Text.Json;
using Appliance.Agent.Control;
using Appliance.Agent.Status;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance status</c>.</summary>
public static class StatusCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "The whole snapshot as JSON." };
        var oneLine = new Option<bool>("--oneline")
        {
            Description = "One line and an exit code for monitoring: 0 ok, 1 warning, 2 critical.",
        };
        var command = new Command("status", "Shows who serves, what is wrong and what is spare.") { json, oneLine };
        command.Validators.Add(result =>
        {
            if (result.GetValue(json) && result.GetValue(oneLine)) result.AddError("--json and --oneline exclude each other.");
        });
        command.SetAction(line => line.GetValue(oneLine) ? OneLineOf(line) : line.GetValue(json) ? Json(line) : Text(line));
        return command;
    }

    private static int OneLineOf(ParseResult line)
    {
        var view = Ask.Status(line, out var error);
        line.InvocationConfiguration.Output.WriteLine(view is null ? OneLine.OfError(error) : OneLine.Of(view));
        return (int)(view is null ? ExitCode.Critical : OneLine.ExitCodeOf(view));
    }

    private static int Json(ParseResult line)
    {
        var view = Ask.Status(line, out var error);
        if (view is null) return Ask.Fail(line, error);
        line.InvocationConfiguration.Output.WriteLine(JsonSerializer.Serialize(view, ControlJson.Indented.StatusView));
        return (int)ExitCode.Ok;
    }

    private static int Text(ParseResult line)
    {
        var view = Ask.Status(line, out var error);
        if (view is null) return Ask.Fail(line, error);
        var isTerminal = !Console.IsOutputRedirected;
        var width = isTerminal ? Terminal.Width : 80;
        foreach (var row in StatusText.Of(view, Paint.ForTerminal(isTerminal), width)) line.InvocationConfiguration.Output.WriteLine(row);
        return (int)ExitCode.Ok;
    }
}
