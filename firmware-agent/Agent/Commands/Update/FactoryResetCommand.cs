using System.CommandLine;
using Appliance.Agent.Update;
using Appliance.Core.Cluster;
using Command = System.CommandLine.Command;

namespace Appliance.Agent.Commands.Update;

/// <summary><c>appliance factory-reset</c>: the next boot begins with empty data.</summary>
public static class FactoryResetCommand
{
    public static Command Create()
    {
        var confirm = new Option<string>("--confirm")
        {
            Description = "This node's own name, so that it is not the wrong machine.", HelpName = "NODE", Required = true,
        };
        var reboot = new Option<bool>("--reboot") { Description = "Reboot at once." };
        var root = UpdateCommand.RootOption();
        var command = new Command(
            "factory-reset", "Erases configuration, keys, logs and this node's copy of the data at the next boot; both slots stay.")
        {
            confirm, reboot, root,
        };
        command.SetAction(line =>
        {
            var places = UpdateCommand.Places(line, root);
            if (line.GetValue(reboot) && !places.IsReal) return Ask.Fail(line, "--reboot reboots this machine and does not go with --root");
            var code = Order(line, places, line.GetRequiredValue(confirm));
            return (int)(code != ExitCode.Ok || !line.GetValue(reboot) ? code : UpdateCommand.Reboot(line));
        });
        return command;
    }

    private static ExitCode Order(ParseResult line, UpdatePlaces places, string confirmed)
    {
        var desk = UpdateCommand.Desk(line, places);
        if (desk.Look(out var problem) is null) return UpdateCommand.Refuse(line, problem);
        var name = OwnName(places.NodeName);
        if (confirmed != name) return UpdateCommand.Refuse(line, $"this node is {name}, not {confirmed}: nothing is reset");
        if (Serves(line) is { } group)
            return UpdateCommand.Refuse(line, $"this node serves {group}, and its data would be erased: appliance standby first, and wait "
                + "until the other node serves");
        using var only = UpdateLock.Take(places, out problem);
        if (only is null || desk.Look(out problem) is not { } view) return UpdateCommand.Refuse(line, problem);
        if (view.Damage.Length > 0) return UpdateCommand.Refuse(line, view.Damage);
        if (desk.Write(view, view.Standing.Record with { Reset = true }) is { } fault) return UpdateCommand.Refuse(line, fault);
        UpdateCommand.Say(line, $"the next boot of {name} erases its configuration, keys, logs and its copy of the data; both slots stay");
        return ExitCode.Ok;
    }

    private static string OwnName(string path)
    {
        var words = File.Exists(path) ? File.ReadAllText(path).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) : [];
        return words.Length > 0 ? words[0] : Environment.MachineName.Split('.')[0];
    }

    /// <summary>A group that is held here; null: none, or no agent runs.</summary>
    private static string? Serves(ParseResult line)
    {
        if (Ask.Status(line, out _) is not { } view) return null;
        foreach (var group in view.Groups)
            if (group.Role.Holds()) return group.Name;
        return null;
    }
}
