using System.CommandLine;
using System.Text.Json;
using Appliance.Agent.Lines;
using Appliance.Agent.Status;
using Appliance.Core.Cluster;
using Appliance.Core.Lines;
using Appliance.Drivers.Relay;
using Command = System.CommandLine.Command;

namespace Appliance.Agent.Commands.Relay;

/// <summary><c>appliance relay</c>: telephone lines by hand, and the process that keeps them. All but keep talk to the keeper.</summary>
public static class RelayCommand
{
    private static readonly TimeSpan UsualHold = TimeSpan.FromMinutes(10);

    public static Command Create()
    {
        var command = new Command("relay", "Failover relays of the telephone lines.");
        command.Subcommands.Add(Status());
        command.Subcommands.Add(On());
        command.Subcommands.Add(Off());
        command.Subcommands.Add(Auto());
        command.Subcommands.Add(Keep());
        return command;
    }

    private static Command Status()
    {
        var name = RelayName.Argument();
        name.Arity = ArgumentArity.ZeroOrOne;
        name.Description = "Name of the [device.NAME]. Default: all that are kept here.";
        var json = new Option<bool>("--json") { Description = "Everything as JSON, an array." };
        var command = new Command("status", "Shows where the lines are, by whose order, and the last switch.") { name, json };
        command.SetAction(line => Show(line, line.GetValue(name) is { } one ? [one] : RelayName.Here(line), line.GetValue(json)));
        return command;
    }

    private static int Show(ParseResult line, IReadOnlyList<string> names, bool json)
    {
        if (names.Count == 0) return Ask.Fail(line, "no relay is kept on this node");
        var found = new List<RelayStatus>();
        foreach (var name in names)
        {
            var reply = KeeperSocket.Once(RelayName.SocketOf(line, name), new LineRequest(LineCommands.Status), out _);
            if (reply.Status is { } status) found.Add(status);
            else line.InvocationConfiguration.Error.WriteLine($"appliance: {name}: {Words.Clean(reply.Error ?? "no status")}");
        }

        var output = line.InvocationConfiguration.Output;
        if (json) output.WriteLine(JsonSerializer.Serialize(found.ToArray(), LineReplyJson.Indented.RelayStatusArray));
        else
            foreach (var text in found.SelectMany(Page)) output.WriteLine(Words.Clean(text));
        return (int)(found.Count < names.Count ? ExitCode.Critical : found.All(status => status.IsWell) ? ExitCode.Ok : ExitCode.Warning);
    }

    private static IEnumerable<string> Page(RelayStatus status)
    {
        yield return $"relay {status.Name} ({status.Driver}): {status.Place}";
        yield return status switch
        {
            { Hold: { } hold } => $"  an operator keeps it at {hold} for another {Words.Span(status.HoldMs)}",
            { LeaseTerm: { } term } => $"  lease of term {term}, {status.LeaseMs} ms left",
            { Wanted: null } => "  no group has it here; the other node may command it",
            _ => "  no group has it here: the lines belong to the other node",
        };
        if (status.LastSwitch.Length > 0) yield return $"  last: {status.LastSwitch}";
    }

    private static Command On()
    {
        var (name, length) = (RelayName.Argument(), Length());
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        var command = new Command(
            "on", "Brings the lines to this node by hand, for a while. Refused while a group uses them, but in maintenance.")
        {
            name, length, yes,
        };
        command.SetAction(line =>
        {
            var device = line.GetRequiredValue(name);
            var maintenance = false;
            if (Ask.Status(line, out _) is { } view)
            {
                maintenance = view.Node.MaintenanceLeft > 0;
                if (!maintenance && User(view, device) is { Length: > 0 } user)
                    return Ask.Fail(
                        line, $"{user} uses the lines of {device}: begin a maintenance first (appliance maintenance on --for 10m)");
            }

            if (!line.GetValue(yes) && !Confirmed(line, device)) return Ask.Fail(line, "not confirmed (--yes says yes)");
            return Order(line, device, new LineRequest(LineCommands.On, Ms: Ms(line.GetValue(length)), Maintenance: maintenance));
        });
        return command;
    }

    private static Command Off()
    {
        var (name, length) = (RelayName.Argument(), Length());
        var command = new Command("off", "Gives the lines to the other node by hand, and keeps them there for a while. Always allowed.")
            { name, length };
        command.SetAction(line => Order(
            line, line.GetRequiredValue(name), new LineRequest(LineCommands.Off, Ms: Ms(line.GetValue(length)))));
        return command;
    }

    private static Command Auto()
    {
        var name = RelayName.Argument();
        var command = new Command("auto", "Ends what on or off began: the cluster decides again.") { name };
        command.SetAction(line => Order(line, line.GetRequiredValue(name), new LineRequest(LineCommands.Auto)));
        return command;
    }

    private static Command Keep()
    {
        var name = RelayName.Argument();
        var config = ConfigFile.Option();
        var node = new Option<string?>("--node")
        {
            Description = "Own name in the file. Default: the first word of /etc/appliance/node, else the host name.", HelpName = "NAME",
        };
        var command = new Command("keep", "Runs the keeper of a relay in the foreground; systemd does this.") { name, config, node };
        command.SetAction(line => (int)KeeperProcess.Run(
            new AgentOptions(line.GetRequiredValue(config), line.GetValue(node), "", ""), line.GetRequiredValue(name),
            RelayName.SocketOf(line, line.GetRequiredValue(name)), RelayFactory.Open));
        return command;
    }

    /// <summary>The group that uses the device on either node; empty: none does.</summary>
    private static string User(StatusView view, string device)
    {
        foreach (var group in view.Groups.Where(group => group.Lines.Any(line => line.Name == device)))
        {
            if (group.Role.Holds()) return $"group {group.Name} on {view.Node.Name}";
            if (group.PeerRole?.Holds() == true) return $"group {group.Name} on {view.Peer.Name}";
        }

        return "";
    }

    private static bool Confirmed(ParseResult line, string device)
    {
        if (Console.IsInputRedirected) return false;
        line.InvocationConfiguration.Output.Write($"Bring the lines of {device} to this node? [y/N] ");
        return Console.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    /// <summary>Waits a moment, so that the answer says what became of it.</summary>
    private static int Order(ParseResult line, string name, LineRequest request)
    {
        var path = RelayName.SocketOf(line, name);
        var reply = KeeperSocket.Once(path, request, out var reached);
        if (!reply.Ok)
        {
            line.InvocationConfiguration.Error.WriteLine($"appliance: {Words.Clean(reply.Error ?? "the keeper refused without a reason")}");
            return (int)(reached ? ExitCode.Warning : ExitCode.Critical);
        }

        var until = Environment.TickCount64 + 3000;
        while (reply.Status is { } now && !IsDone(now) && Environment.TickCount64 < until)
        {
            Thread.Sleep(20);
            reply = KeeperSocket.Once(path, new LineRequest(LineCommands.Status), out _);
        }

        if (reply.Status is not { } status) return Ask.Fail(line, reply.Error ?? "the keeper says nothing");
        line.InvocationConfiguration.Output.WriteLine(Words.Clean($"relay {name}: {status.Place}"));
        var isDone = IsDone(status);
        if (!isDone) line.InvocationConfiguration.Error.WriteLine($"appliance: {name} is not where it is wanted yet ({status.Wanted})");
        return (int)(isDone ? ExitCode.Ok : ExitCode.Warning);
    }

    private static bool IsDone(RelayStatus status) => status.Wanted is null || (status.Position == status.Wanted && status.IsWell);

    private static Option<TimeSpan> Length()
    {
        var length = new Option<TimeSpan>("--for")
        {
            Description = "When it ends by itself, at most 24h. Default: 10m.",
            HelpName = "DURATION",
            CustomParser = DurationArgument.Parse,
            DefaultValueFactory = _ => UsualHold,
        };
        length.CompletionSources.Add("10m", "30m", "1h", "2h");
        length.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<TimeSpan>() > KeeperSettings.LengthMax) result.AddError("--for is longer than 24h.");
        });
        return length;
    }

    private static long Ms(TimeSpan span) => (long)span.TotalMilliseconds;
}
