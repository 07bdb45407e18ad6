using System.CommandLine;
using Appliance.Agent.Journal;
using Appliance.Agent.Web;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance web</c>.</summary>
public static class WebCommand
{
    public static Command Create()
    {
        var config = ConfigFile.Option();
        var command = new Command("web", "Serves the status page and metrics (started by systemd).") { config };
        command.SetAction(line =>
        {
            using var journal = new JournalWriter(Console.OpenStandardError());
            using var process = new WebProcess(line.GetValue(config)!, SocketOption.Of(line),
                text => journal.Say(JournalPriority.Notice, text));
            return (int)process.Run();
        });
        return command;
    }
}
