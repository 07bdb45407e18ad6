using System.CommandLine;
using Appliance.Agent.Live;
using Appliance.Agent.Status;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance monitor</c>: the status, live.</summary>
public static class MonitorCommand
{
    public static Command Create()
    {
        var command = new Command("monitor", "Shows the status and the last events, live, until q is pressed.");
        command.SetAction(line =>
        {
            if (Console.IsOutputRedirected || Console.IsInputRedirected)
                return Ask.Fail(line, "monitor needs a terminal; use 'appliance status' or 'appliance events --follow'");
            return (int)new LiveView(SocketOption.Of(line), Paint.ForTerminal(isTerminal: true)).Run();
        });
        return command;
    }
}
