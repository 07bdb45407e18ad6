using System.CommandLine;
using System.Globalization;
using Appliance.Agent.Update;
using Appliance.Core.Update;

namespace Appliance.Agent.Commands.Update;

/// <summary><c>appliance update status|confirm|rollback</c>: the two slots of this node.</summary>
internal static class UpdateSlotCommands
{
    private static readonly TimeSpan HealthPause = TimeSpan.FromSeconds(2);

    public static Command Status()
    {
        var root = UpdateCommand.RootOption();
        var command = new Command("status", "Shows both slots; exit code 1: on trial, fallen back, or not as recorded.") { root };
        command.SetAction(line =>
        {
            var places = UpdateCommand.Places(line, root);
            if (UpdateCommand.Desk(line, places).Look(out var problem) is not { } view)
                return (int)UpdateCommand.Refuse(line, problem);
            foreach (var slot in new[] { Slot.A, Slot.B }) UpdateCommand.Say(line, Row(view, slot));
            if (view.Damage.Length > 0) return (int)UpdateCommand.Refuse(line, view.Damage);
            UpdateCommand.Say(line, $"state   {State(view.Standing)}");
            if (UpdatePairCommands.Row(places) is { } pair) UpdateCommand.Say(line, pair);
            if (view.Standing.Record.Reset) UpdateCommand.Say(line, "reset   the next boot begins with a factory reset");
            return (int)(view.Standing.Phase is SlotPhase.Settled or SlotPhase.Staged ? ExitCode.Ok : ExitCode.Warning);
        });
        return command;
    }

    public static Command Confirm()
    {
        var wait = new Option<TimeSpan>("--wait")
        {
            Description = "How long to wait for a healthy agent. Default: not at all.",
            HelpName = "DURATION",
            CustomParser = DurationArgument.Parse,
        };
        var root = UpdateCommand.RootOption();
        var command = new Command("confirm", "Makes the running slot the good one, if this node is healthy; every boot does it.")
            { wait, root };
        command.SetAction(line => (int)Confirm(line, UpdateCommand.Places(line, root), line.GetValue(wait)));
        return command;
    }

    public static Command Rollback()
    {
        var root = UpdateCommand.RootOption();
        var command = new Command("rollback", "Withdraws what is on trial; without a trial, tries the other slot at the next boot.")
            { root };
        command.SetAction(line =>
        {
            var places = UpdateCommand.Places(line, root);
            var desk = UpdateCommand.Desk(line, places);
            using var only = UpdateLock.Take(places, out var problem);
            if (only is null || desk.Look(out problem) is not { } view) return (int)UpdateCommand.Refuse(line, problem);
            if (view.Damage.Length > 0) return (int)UpdateCommand.Refuse(line, view.Damage);
            var record = view.Standing.RolledBack(view.Site.Of(view.Site.Running.Other()).IsComplete, out var text);
            if (record is null) return (int)UpdateCommand.Refuse(line, text);
            if (desk.Write(view, record) is { } fault) return (int)UpdateCommand.Refuse(line, fault);
            UpdateCommand.Say(line, text);
            return (int)ExitCode.Ok;
        });
        return command;
    }

    private static ExitCode Confirm(ParseResult line, UpdatePlaces places, TimeSpan wait)
    {
        var desk = UpdateCommand.Desk(line, places);
        if (desk.Look(out var problem) is not { } first) return UpdateCommand.Refuse(line, problem);
        var isNeeded = first.Damage.Length > 0 || first.Standing.Confirmed() is not null;
        var socket = SocketOption.Of(line);
        if (isNeeded && BootHealth.Wait(() => BootHealth.Problem(places.Config, socket), wait, HealthPause) is { } ill)
            return UpdateCommand.Refuse(line, $"slot {first.Site.Running.Word()} is not confirmed: {ill}");
        using var only = UpdateLock.Take(places, out problem);
        if (only is null || desk.Look(out problem) is not { } view) return UpdateCommand.Refuse(line, problem);
        var running = view.Site.Running;
        var record = view.Damage.Length > 0 ? new BootRecord(running, null, 0, false) : view.Standing.Confirmed();
        if (record is not null && desk.Write(view, record) is { } fault) return UpdateCommand.Refuse(line, fault);
        File.WriteAllText(places.Confirmed, running.Word() + "\n");
        UpdateCommand.Say(line, record is null
            ? $"slot {running.Word()} with version {view.Site.Release.Version} is the good one: nothing to confirm"
            : $"slot {running.Word()} with version {view.Site.Release.Version} is the good one now");
        return ExitCode.Ok;
    }

    private static string Row(SlotView view, Slot slot)
    {
        var (content, runs) = (view.Site.Of(slot), slot == view.Site.Running);
        var release = runs ? view.Site.Release : content.Release;
        var good = view.Damage.Length == 0 && view.Standing.Record.Good == slot ? "good" : "";
        var state = runs ? "runs" : content.IsComplete ? "complete" : "empty";
        var version = content.IsComplete || runs ? $"version {release?.Version.Text ?? "unknown"}{Built(release)}" : "";
        return $"slot {slot.Word()}  {good,-4}  {state,-8}  {version}".TrimEnd();
    }

    private static string Built(ReleaseText? release) =>
        long.TryParse(release?.Built, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 1L << 36
            ? $", built {DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}"
            : "";

    private static string State(SlotStanding standing)
    {
        var (here, other, left) = (standing.Running.Word(), standing.Running.Other().Word(), standing.Record.Left);
        return standing.Phase switch
        {
            SlotPhase.Settled => "settled: nothing is on trial",
            SlotPhase.Staged => $"staged: the next boot tries slot {other} ({left} boots left)",
            SlotPhase.OnTrial => $"on trial: slot {here} is not confirmed yet ({left} more boots, then slot {other})",
            SlotPhase.FellBack => $"fell back: slot {other} did not become healthy; its journal: journalctl --list-boots, journalctl -b -1",
            _ => $"stray: slot {standing.Record.Good.Word()} is recorded as the good one, and slot {here} runs; appliance update "
                + "confirm keeps it",
        };
    }
}
