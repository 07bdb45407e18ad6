using System.CommandLine;
using Appliance.Agent.Control;
using Appliance.Agent.Update;
using Appliance.Agent.Update.Pair;
using Appliance.Core.Update;
using Appliance.Drivers.Script;

namespace Appliance.Agent.Commands.Update;

/// <summary><c>appliance update FILE --pair</c>, and the two processes behind it: <c>update serve</c> and <c>update resume</c>.</summary>
internal static class UpdatePairCommands
{
    private const string Unit = "appliance-update-pair.service";
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ConfigPause = TimeSpan.FromSeconds(2);

    public static Command Serve()
    {
        var command = new Command("serve", "Answers the other node's questions and orders about updates; systemd does this.");
        command.SetAction(line =>
        {
            var places = new UpdatePlaces("/");
            for (var told = "";;)
            {
                if (PairAddress.Read(places, out var problem) is not { } address)
                {
                    // A stick, or an operator, may change that at any moment.
                    if (problem != told) UpdateCommand.Tell(line, told = problem);
                    Thread.Sleep(ConfigPause);
                    continue;
                }

                told = "";
                using var server = new PairServer(address, Here(line, places), places.Received, text => UpdateCommand.Tell(line, text));
                try
                {
                    UpdateCommand.Tell(line, $"answers the other node on {server.Open()} (TCP)");
                }
                catch (System.Net.Sockets.SocketException fault)
                {
                    return (int)UpdateCommand.Refuse(line, $"{address.Own} (TCP): {fault.Message}; systemd tries again");
                }

                server.Run(() => PairAddress.Read(places, out _) is not { } now || now.IsSame(address));
            }
        });
        return command;
    }

    public static Command Resume()
    {
        var command = new Command("resume", "Carries on with a rolling update of the pair; systemd does this, also after a reboot.");
        command.SetAction(line =>
        {
            var places = new UpdatePlaces("/");
            var plan = new PlanFile(places.Plan);
            var now = plan.Read(out var problem);
            if (now is null) return (int)UpdateCommand.Refuse(line, problem.Length > 0 ? problem : "there is no rolling update");
            if (now.Stage is RollingStage.Done or RollingStage.Stopped) return (int)ExitCode.Ok;
            if (Run(line, places, plan, out problem) is not { } run) return (int)UpdateCommand.Refuse(line, problem);
            return (int)(run.Run() is { } fault ? UpdateCommand.Refuse(line, fault) : ExitCode.Ok);
        });
        return command;
    }

    /// <summary>Checks everything here, makes the plan durable, and leaves the work to the unit.</summary>
    public static ExitCode Begin(ParseResult line, UpdatePlaces places, string path)
    {
        if (!places.IsReal) return UpdateCommand.Refuse(line, "--pair updates two real nodes and does not go with --root");
        var plan = new PlanFile(places.Plan);
        if (plan.Read(out var problem) is { Stage: not (RollingStage.Done or RollingStage.Stopped) } under)
            return UpdateCommand.Refuse(line, $"a rolling update to {under.Version} is under way ({RollingText.Word(under.Stage)}): "
                + $"appliance update status; to give it up: systemctl stop {Unit} && rm {places.Plan}");
        if (Run(line, places, plan, out problem) is not { } run) return UpdateCommand.Refuse(line, problem);
        using var update = UpdateFile.Open(path, TrustedKeys.Read(places.KeyFolders, text => UpdateCommand.Tell(line, text)), out problem);
        if (update is null) return UpdateCommand.Refuse(line, problem);
        if (update.CheckParts() is { } damage) return UpdateCommand.Refuse(line, damage);
        if (UpdateCommand.Desk(line, places).Look(out problem) is not { } own) return UpdateCommand.Refuse(line, problem);
        if (own.Site.Release.Version.Text != update.Header.Version.Text
            && SlotDesk.Refusal(own, update.Header, allowOlder: false) is { } unfit)
            return UpdateCommand.Refuse(line, $"{path}: {unfit}");
        var (view, now) = (run.Look(out var silent), DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        if (RollingUpdate.Begin(update.Header.Version.Text, view, now, out var refusal) is not { } begun)
            return UpdateCommand.Refuse(line, silent.Length > 0 ? $"{refusal}: {silent}" : refusal);
        if ((Keep(path, places.PlanFile) ?? plan.Write(begun)) is { } fault) return UpdateCommand.Refuse(line, fault);
        using var bound = new CancellationTokenSource(StartPatience);
        var start = ProcessRunner.Run(["/usr/bin/systemctl", "start", "--no-block", Unit], null, bound.Token);
        if (start.ExitCode != 0) return UpdateCommand.Refuse(line, $"{Unit} does not start: {start.Words}");
        var first = begun.FirstIsHere ? "this one" : "the other one";
        UpdateCommand.Say(line, $"both nodes go to version {begun.Version}, first {first}, which does not serve; how far it is: "
            + $"appliance update status, journalctl -fu {Unit}");
        return ExitCode.Ok;
    }

    /// <summary>A line for <c>update status</c>; null: there is no rolling update.</summary>
    public static string? Row(UpdatePlaces places)
    {
        var plan = new PlanFile(places.Plan).Read(out var problem);
        if (plan is null) return problem.Length > 0 ? $"pair    {problem}" : null;
        var words = plan.Words.Length > 0 ? $": {plan.Words}" : "";
        return $"pair    rolling update to {plan.Version}: {RollingText.Word(plan.Stage)}{words}";
    }

    private static PairRun? Run(ParseResult line, UpdatePlaces places, PlanFile plan, out string problem)
    {
        if (PairAddress.Read(places, out problem) is not { } address) return null;
        var socket = SocketOption.Of(line);
        return new PairRun(
            new PairWorld(
                Here(line, places), new PairPeer(address), () => Ask.Status(socket, out _), group => Move(socket, group), places.PlanFile,
                () => DateTimeOffset.UtcNow.ToUnixTimeSeconds(), Thread.Sleep, text => UpdateCommand.Tell(line, text)),
            plan);
    }

    private static LocalNode Here(ParseResult line, UpdatePlaces places)
    {
        var socket = SocketOption.Of(line);
        return new LocalNode(places, () => Ask.Status(socket, out _), text => UpdateCommand.Tell(line, text));
    }

    private static string? Move(string socket, string group)
    {
        var reply = ControlClient.Ask(socket, new ControlRequest(ControlCommands.Switchover, new ControlArguments(Group: group)), out _);
        return reply.Ok ? null : reply.Error ?? "the agent refused without a reason";
    }

    /// <summary>A copy that the reboots do not take away. Null: it is on the disk.</summary>
    private static string? Keep(string path, string kept)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(kept)!);
            using var from = File.OpenRead(path);
            using var to = File.Create(kept);
            from.CopyTo(to);
            to.Flush(flushToDisk: true);
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"{path} cannot be copied to {kept}: {fault.Message}";
        }
    }
}
