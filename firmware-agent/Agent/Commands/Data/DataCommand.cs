using System.CommandLine;
using Appliance.Agent.Replica.Adopt;
using Appliance.Core.Configuration;
using Appliance.Drivers.Mount;

namespace Appliance.Agent.Commands.Data;

/// <summary><c>appliance data adopt</c>: moves the directories of a system that runs already into the replica.</summary>
public static class DataCommand
{
    private const string Afterwards =
        "These binds last until the next boot or switchover; from then on the group makes them: name the directories in a bind resource.";

    public static Command Create() => new("data", "What lives in the replica.") { Adopt(), DataBeginCommand.Create() };

    private static Command Adopt()
    {
        var paths = new Argument<string[]>("PATH")
        {
            Description = "Directories. Default: those of the bind resources of the configuration.", Arity = ArgumentArity.ZeroOrMore,
        };
        var print = new Option<bool>("--print") { Description = "Show what would be done, and what speaks against it; change nothing." };
        var directory = Text("--directory", "DIR", "Where the replica's file system is mounted. Default: as configured.");
        var device = Text("--device", "DEVICE", "The replica's device, for mounting it. Default: as configured.");
        var mkfs = new Option<string?>("--mkfs") { Description = "Make a file system on a new replica first: ext4.", HelpName = "ext4" };
        mkfs.AcceptOnlyFromAmong("ext4");
        var copyOnly = new Option<bool>("--copy-only")
        {
            Description = "Leave the old directories as they are and bind nothing: a fresh system, or one with a read-only root.",
        };
        var config = ConfigFile.Option();
        var command = new Command("adopt", "Moves directories into the replica and binds them back; can be repeated after an interruption.")
        {
            paths, print, directory, device, mkfs, copyOnly, config,
        };
        command.SetAction(line =>
        {
            var wish = Wish(
                line.GetValue(paths) ?? [], line.GetValue(directory), line.GetValue(device), line.GetValue(mkfs) is not null,
                line.GetRequiredValue(config), out var problem);
            if (wish is null) return Ask.Fail(line, problem);
            wish = wish with { CopyOnly = line.GetValue(copyOnly) };
            var adoption = new DataAdoption(wish, new LinuxMounts(), line.InvocationConfiguration.Output);
            var printOnly = line.GetValue(print);
            if ((printOnly ? adoption.Print() : adoption.Run()) is not { } refused)
            {
                if (!printOnly && !wish.CopyOnly && (line.GetValue(paths) ?? []).Length > 0)
                    line.InvocationConfiguration.Output.WriteLine(Afterwards);
                return (int)ExitCode.Ok;
            }

            line.InvocationConfiguration.Error.WriteLine($"appliance: {Status.Words.Clean(refused)}");
            return (int)ExitCode.Warning;
        });
        return command;
    }

    private static Option<string?> Text(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value };

    private static AdoptWish? Wish(
        string[] paths, string? directory, string? device, bool mkfs, string configPath, out string problem)
    {
        problem = "";
        if (directory is not null && paths.Length > 0) return new AdoptWish(device ?? "", directory, "ext4", paths, mkfs);
        if (ConfigFile.Read(configPath, out problem) is not { } bytes) return null;
        if (ConfigReader.Read(bytes).Config is not { } config)
        {
            problem = $"{configPath} is not usable: appliance config check {configPath} says why";
            return null;
        }

        var mount = ConfiguredData.Mounts(config).FirstOrDefault();
        var from = directory ?? mount?.Directory;
        if (from is null)
        {
            problem = $"{configPath} mounts no replica: name the directory with --directory";
            return null;
        }

        var bound = ConfiguredData.BoundFrom(config, from);
        return new AdoptWish(device ?? mount?.Device ?? "", from, mount?.FsType ?? "ext4", paths.Length > 0 ? paths : bound, mkfs);
    }
}
