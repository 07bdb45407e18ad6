using System.CommandLine;
using Appliance.Agent.Live;
using Appliance.Drivers.Terminal;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance monitor</c>: the status, live.</summary>
public static class MonitorCommand
{
    private const int StandardOutput = 1;

    /// <summary>On paper.</summary>
    private const int EventsShown = 20;

    public static Command Create()
    {
        var size = new Option<string>("--size")
        {
            Description = "Columns and rows, for example 80x24, where the terminal does not tell.", HelpName = "COLUMNSxROWS",
        };
        size.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && WindowSize.Parse(result.Tokens[0].Value) is null)
                result.AddError($"--size {result.Tokens[0].Value}: expected columns and rows from 20x4 to 500x300, for example 80x24");
        });
        var command = new Command("monitor", "Shows the status and the last events, live, until q is pressed.") { size };
        command.SetAction(line => (int)Run(line, line.GetValue(size) is { } text ? WindowSize.Parse(text) : null));
        return command;
    }

    private static ExitCode Run(ParseResult line, (int Columns, int Rows)? size)
    {
        var look = Look.OfEnvironment();
        using var terminal = Console.IsOutputRedirected ? null : TerminalDevice.Open(StandardOutput);
        if (look is null || terminal is null) return Once(line, size?.Columns ?? Terminal.Width);
        using var live = new LiveView(SocketOption.Of(line), terminal, look, size);
        return live.Run();
    }

    /// <summary>Into a file, a pipe, or onto a terminal that cannot be drawn on: the picture once, whole, as plain text.</summary>
    private static ExitCode Once(ParseResult line, int width)
    {
        var view = Ask.Status(line, out var error);
        if (view is null) return (ExitCode)Ask.Fail(line, error);
        var events = Ask.Events(line, out error);
        if (events is null) return (ExitCode)Ask.Fail(line, error);
        var news = new AgentNews(view, [.. events.Skip(events.Count - EventsShown)], "");
        foreach (var row in MonitorPage.Whole(news, Look.Plain, width)) line.InvocationConfiguration.Output.WriteLine(row);
        return ExitCode.Ok;
    }
}
