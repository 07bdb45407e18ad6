using System.CommandLine;
using Appliance.Agent.Status;
using Appliance.Agent.Update;
using Appliance.Core.Update;
using Appliance.Drivers.Script;
using Appliance.Drivers.Slots;

namespace Appliance.Agent.Commands.Update;

/// <summary><c>appliance update</c>: writes an update into the slot that does not run. docs/UPDATE.md.</summary>
public static class UpdateCommand
{
    private static readonly TimeSpan RebootPatience = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var file = new Argument<string?>("FILE")
        {
            Description = "The update, appliance-VERSION-amd64.update.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var reboot = new Option<bool>("--reboot") { Description = "Reboot into it at once." };
        var pair = new Option<bool>("--pair")
        {
            Description = "Update both nodes, one after the other, beginning with the one that does not serve.",
        };
        var older = new Option<bool>("--allow-older") { Description = "Take a version that is older than the one that runs." };
        var root = RootOption();
        var command = new Command("update", "Writes a new version into the other slot, and tries it at the next boot.")
        {
            file, reboot, pair, older, root,
            UpdateSlotCommands.Status(), UpdateSlotCommands.Confirm(), UpdateSlotCommands.Rollback(),
            UpdateFileCommands.Check(), UpdateFileCommands.Make(), UpdateFileCommands.KeyGen(),
            UpdatePairCommands.Serve(), UpdatePairCommands.Resume(),
        };
        command.SetAction(line =>
        {
            if (line.GetValue(file) is not { Length: > 0 } path)
                return Ask.Fail(line, "give the update file, or one of status, confirm, rollback, check, make, keygen");
            var places = Places(line, root);
            if (line.GetValue(pair))
                return line.GetValue(reboot) || line.GetValue(older)
                    ? Ask.Fail(line, "--pair reboots by itself, and takes no older version")
                    : (int)UpdatePairCommands.Begin(line, places, path);
            if (line.GetValue(reboot) && !places.IsReal) return Ask.Fail(line, "--reboot reboots this machine and does not go with --root");
            var code = Write(line, places, path, line.GetValue(older));
            return (int)(code != ExitCode.Ok || !line.GetValue(reboot) ? code : Reboot(line));
        });
        return command;
    }

    internal static Option<string> RootOption() => new("--root")
    {
        Description = "Work on a copy of /boot, /dev, /proc, /etc and /usr below this directory instead of this machine, for trials.",
        HelpName = "DIRECTORY",
        DefaultValueFactory = _ => "/",
    };

    internal static UpdatePlaces Places(ParseResult line, Option<string> root) => new(line.GetRequiredValue(root));

    internal static SlotDesk Desk(ParseResult line, UpdatePlaces places) =>
        new(new LinuxSlots(places.Slots, text => Tell(line, text)), text => Say(line, text));

    /// <summary>Orderly: systemd stops everything, and the agent hands its groups over.</summary>
    internal static ExitCode Reboot(ParseResult line)
    {
        using var bound = new CancellationTokenSource(RebootPatience);
        var end = ProcessRunner.Run(["/usr/bin/systemctl", "reboot"], null, bound.Token);
        if (end.ExitCode == 0) return ExitCode.Ok;
        Tell(line, $"this machine does not reboot: {end.Words}; everything is prepared, reboot it by hand");
        return ExitCode.Warning;
    }

    internal static void Say(ParseResult line, string text) => line.InvocationConfiguration.Output.WriteLine(Words.Clean(text));

    /// <summary>Beside the work: to the error stream.</summary>
    internal static void Tell(ParseResult line, string text) =>
        line.InvocationConfiguration.Error.WriteLine($"appliance: {Words.Clean(text)}");

    /// <summary>Refused: the world is as it was.</summary>
    internal static ExitCode Refuse(ParseResult line, string text)
    {
        Tell(line, text);
        return ExitCode.Warning;
    }

    private static ExitCode Write(ParseResult line, UpdatePlaces places, string path, bool allowOlder)
    {
        var writing = new UpdateWriting(places, Desk(line, places), text => Say(line, text), text => Tell(line, text));
        return writing.Write(path, allowOlder) is { } fault ? Refuse(line, fault) : ExitCode.Ok;
    }
}
