using System.CommandLine;
using Appliance.Agent.Alerts;
using Appliance.Agent.Status;
using Appliance.Core.Alerts;
using Appliance.Core.Configuration;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance alert list|test</c>: who is told what happens. The test is made by this process itself, so it needs no
/// agent.</summary>
public static class AlertCommand
{
    public static Command Create()
    {
        var command = new Command("alert", "Lists who is told what happens, and tells them something as a test.");
        command.Subcommands.Add(List());
        command.Subcommands.Add(Test());
        return command;
    }

    private static Command List()
    {
        var file = ConfigFile.Option();
        var command = new Command("list", "Lists the receivers.") { file };
        command.SetAction(line =>
        {
            if (ConfigFile.Usable(line, line.GetRequiredValue(file)) is not { } config) return (int)ExitCode.Critical;
            foreach (var alert in config.Alerts)
                line.InvocationConfiguration.Output.WriteLine(
                    $"{alert.Name}  {alert.Word}  {Words.Clean(alert.Receiver)}  ({string.Join(", ", alert.Settings.Kinds)})");
            if (config.Alerts.IsEmpty) line.InvocationConfiguration.Output.WriteLine("nobody is told: there is no [alert.NAME]");
            return (int)ExitCode.Ok;
        });
        return command;
    }

    private static Command Test()
    {
        var file = ConfigFile.Option();
        var name = new Argument<string?>("NAME")
        {
            Description = "One receiver; without it all of them.", Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("test", "Sends a test to every receiver and says what came of it.") { name, file };
        command.SetAction(line =>
        {
            if (ConfigFile.Usable(line, line.GetRequiredValue(file)) is not { } config) return (int)ExitCode.Critical;
            var asked = line.GetValue(name);
            var chosen = config.Alerts.Where(alert => asked is null || alert.Name == asked).ToList();
            if (chosen.Count == 0)
                return Ask.Fail(line, asked is null ? "nobody is told: there is no [alert.NAME]"
                    : $"there is no [alert.{asked}]; see appliance alert list");
            var worst = ExitCode.Ok;
            foreach (var alert in chosen)
            {
                var why = AlertReceiver.Of(alert, UnixMs).Tell(Message(config));
                line.InvocationConfiguration.Output.WriteLine(
                    Words.Clean($"{alert.Name}  {alert.Word}  {alert.Receiver}  {(why is null ? Good(alert) : $"FAILED: {why}")}"));
                if (why is not null) worst = ExitCode.Critical;
            }

            return (int)worst;
        });
        return command;
    }

    private static string Good(AlertConfig alert) => alert is AlertConfig.Syslog ? "sent (nobody confirms a datagram)" : "taken";

    private static AlertMessage Message(ApplianceConfig config) => new(
        config.Cluster.Name, Environment.MachineName,
        [
            new AlertLine(0, UnixMs(), Environment.MachineName, "alarm", null, null,
                "this is a test of the alerts; nothing has happened (appliance alert test)"),
        ], 0);

    private static long UnixMs() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
}
