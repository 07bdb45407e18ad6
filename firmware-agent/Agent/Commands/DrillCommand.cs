using System.CommandLine;
using System.Globalization;
using Appliance.Agent.Control;
using Appliance.Agent.Drills;
using Appliance.Agent.Status;
using Appliance.Agent.Update;
using Appliance.Core;
using Appliance.Core.Configuration;
using Appliance.Core.Configuration.Schema;
using Words = Appliance.Agent.Status.Words;
using Appliance.Drivers.Systemd;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance drill</c>: rehearses a fault on the live pair. Exit code 0: passed; 1: refused, nothing was done;
/// 2: failed.</summary>
public static class DrillCommand
{
    private const int GoalMaxS = 60;

    private sealed class Wanted
    {
        public required string Fault { get; init; }
        public required FailbackConfig.Daily? Window { get; init; }
        public required TimeSpan Goal { get; init; }
        public required bool WithCalls { get; init; }
        public required bool DryRun { get; init; }
        public required bool Json { get; init; }
        public required string Config { get; init; }
        public required string State { get; init; }
    }

    public static Command Create()
    {
        var fault = new Option<string>("--fault")
        {
            Description = "switchover [GROUP], RESOURCE-hang, RESOURCE-kill or link NAME.", HelpName = "FAULT", Required = true,
        };
        var window = new Option<FailbackConfig.Daily?>("--window")
        {
            Description = "Refuse outside this part of the day, for example 03:00-04:00. Default: the group's failback window.",
            HelpName = "FROM-TO", CustomParser = Window,
        };
        var goal = new Option<TimeSpan>("--goal")
        {
            Description = "Serving again must not take longer.", HelpName = "DURATION", CustomParser = DurationArgument.Parse,
            DefaultValueFactory = _ => TimeSpan.FromSeconds(15),
        };
        var withCalls = new Option<bool>("--with-calls") { Description = "Calls that are up may end." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say whether it would be done." };
        var json = new Option<bool>("--json") { Description = "Print the report as JSON." };
        var config = ConfigFile.Option();
        var state = new Option<string>("--state")
        {
            Description = "The report is kept in drills below it.", HelpName = "DIRECTORY", DefaultValueFactory = _ => "/var/lib/appliance",
        };
        var command = new Command("drill", "Rehearses a fault on this live pair, and reports how it went.")
            { fault, window, goal, withCalls, dryRun, json, config, state };
        command.SetAction(line => (int)Run(line, new Wanted
        {
            Fault = line.GetRequiredValue(fault), Window = line.GetValue(window), Goal = line.GetValue(goal),
            WithCalls = line.GetValue(withCalls), DryRun = line.GetValue(dryRun), Json = line.GetValue(json),
            Config = line.GetValue(config)!, State = line.GetValue(state)!,
        }));
        return command;
    }

    private static FailbackConfig.Daily? Window(System.CommandLine.Parsing.ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        var window = FailbackType.Window(text, out var because);
        if (window is null) result.AddError($"'{text}' is no part of a day: {because}, for example 03:00-04:00.");
        return window;
    }

    private static ExitCode Run(ParseResult line, Wanted wanted)
    {
        if (ConfigFile.Usable(line, wanted.Config) is not { } config) return ExitCode.Critical;
        if (DrillFault.Read(wanted.Fault, config, out var problem) is not { } fault) return (ExitCode)Ask.Fail(line, problem);
        if (wanted.Goal > TimeSpan.FromSeconds(GoalMaxS)) return (ExitCode)Ask.Fail(line, $"a goal is {GoalMaxS} s at most");
        if (Ask.Status(line, out var error) is not { } view) return (ExitCode)Ask.Fail(line, error);
        var refusals = new List<string>(DrillGate.Refusals(
            view, fault, TimeOnly.FromDateTime(DateTime.Now), wanted.Window ?? Configured(config, fault), wanted.WithCalls));
        if (config.Digest.ToString("x8", CultureInfo.InvariantCulture) != view.Config.Digest)
            refusals.Add($"{wanted.Config} is not what the agent runs with: appliance config reload");
        // Begun over only when nothing else stands against it: who may not run a drill need not touch the locks.
        if (refusals.Count > 0) return Refuse(line, refusals);
        var places = new UpdatePlaces("/");
        if (File.Exists(places.Plan)) return Refuse(line, ["the pair is being updated: appliance update status"]);
        using var updates = UpdateLock.Take(places, out problem);
        if (updates is null) return Refuse(line, [$"an update is under way: {problem}"]);
        using var alone = DrillLock.Take(SocketOption.Of(line), out problem);
        if (alone is null) return Refuse(line, [problem]);
        var folder = new DrillFolder(Path.Combine(wanted.State, "drills"));
        if (folder.Open() is { } unkept) return Refuse(line, [unkept]);
        if (!wanted.DryRun) return Play(line, fault, view, wanted, folder);
        line.InvocationConfiguration.Output.WriteLine($"{fault.Word} would be rehearsed now");
        return ExitCode.Ok;
    }

    private static ExitCode Refuse(ParseResult line, IReadOnlyList<string> refusals)
    {
        foreach (var refusal in refusals) line.InvocationConfiguration.Error.WriteLine($"appliance: not rehearsed: {Words.Clean(refusal)}");
        return ExitCode.Warning;
    }

    /// <summary>When the site lets things move by itself, it may be rehearsed.</summary>
    private static FailbackConfig.Daily? Configured(ApplianceConfig config, DrillFault fault)
    {
        var name = fault switch { DrillFault.Switchover one => one.Group, DrillFault.Signal one => one.Group, _ => "" };
        foreach (var group in config.Groups)
            if (group.Name == name && group.Failback is FailbackConfig.Daily window) return window;
        return null;
    }

    private static ExitCode Play(ParseResult line, DrillFault fault, StatusView view, Wanted wanted, DrillFolder folder)
    {
        using var pair = new LivePair(line);
        // Whoever reads the events or gets an alert must see that it was a drill.
        if (Tell(line, $"{fault.Word} begins") is { } untold) return (ExitCode)Ask.Fail(line, untold);
        using var systemd = new LinuxSystemd();
        using var injection = Injection(fault, SocketOption.Of(line), systemd);
        var report = new DrillRun(pair, fault, (int)wanted.Goal.TotalMilliseconds, injection, view).Play();
        var unkept = folder.Keep(report);
        line.InvocationConfiguration.Output.Write(wanted.Json ? DrillJson.Of(report) + "\n" : report.Text());
        unkept ??= Tell(line, report.Passed ? $"{fault.Word} passed" : $"{fault.Word} failed: {report.Problem}");
        if (unkept is not null) return (ExitCode)Ask.Fail(line, unkept);
        return report.Passed ? ExitCode.Ok : ExitCode.Critical;
    }

    /// <summary>Null when it is among the events, else why not.</summary>
    private static string? Tell(ParseResult line, string words)
    {
        var text = words.Length <= ControlLimits.DrillTextMax ? words : words[..ControlLimits.DrillTextMax];
        var reply = ControlClient.Ask(
            SocketOption.Of(line), new ControlRequest(ControlCommands.Drill, new ControlArguments(Resource: text)), out _);
        return reply.Ok ? null : reply.Error ?? "the agent refused without a reason";
    }

    private static IDrillInjection Injection(DrillFault fault, string socket, ISystemd systemd) => fault switch
    {
        DrillFault.Switchover one => new OrderInjection(socket, one.Group),
        DrillFault.Signal one => new SignalInjection(systemd.Members, one, new SystemdDrillEnd()),
        DrillFault.Link one => new LinkInjection(one),
        _ => throw new InvariantException($"nobody makes {fault}"),
    };
}
