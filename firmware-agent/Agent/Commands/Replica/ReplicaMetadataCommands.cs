using System.CommandLine;
using Appliance.Agent.Replica.Create;
using Appliance.Agent.Replica.Drbd;
using Appliance.Core.Configuration;
using Appliance.Drivers.BlockDisk;

namespace Appliance.Agent.Commands.Replica;

/// <summary><c>appliance replica create|grow|dump</c>: what is done to metadata while no process uses the disk.</summary>
internal static class ReplicaMetadataCommands
{
    private static Option<string> Config => ConfigFile.Option();

    public static Command Create()
    {
        var (config, disk, metadata, node, cluster) = PlaceOptions();
        var size = new Option<long?>("--size")
        {
            Description = "What users shall see, for example 20GiB. Default: all there is room for. A disk that is a file is made.",
            HelpName = "SIZE",
            CustomParser = ReplicaOrderCommands.Size,
        };
        var force = new Option<bool>("--force") { Description = "Overwrite the metadata of a replica; its history is lost." };
        var name = ReplicaName.Argument();
        var command = new Command("create", "Makes a disk a replica's: writes empty metadata, touches no data.")
        {
            name, disk, metadata, size, node, cluster, config, force,
        };
        command.SetAction(line => Do(line, Wish(line, name, config, disk, metadata, node, cluster), place =>
        {
            if (place.Section is { Backend: ReplicaBackend.Drbd })
                return (DrbdCreation.Run(place, line.GetValue(force), out var refused), refused);
            return (new ReplicaCreation(place, line.GetValue(size) ?? 0, line.GetValue(force)).Run(out var problem), problem);
        }));
        return command;
    }

    public static Command Grow()
    {
        var (config, disk, metadata, node, cluster) = PlaceOptions();
        var name = ReplicaName.Argument();
        var command = new Command("grow", "Moves metadata to the new end of a disk that was made larger; then attach and resize.")
        {
            name, disk, metadata, node, cluster, config,
        };
        command.SetAction(line => Do(line, Wish(line, name, config, disk, metadata, node, cluster), place =>
        {
            using var opened = LinuxDisk.Open(place.Disk, place.MetadataPath, direct: false, out var problem);
            if (opened is null) return (null, problem);
            return MetadataGrowth.Move(opened, place.Pair, place.Node, out problem) is { } bytes
                ? ($"{place.Disk} has room for {Sizes.Of(bytes)} now: attach it; when the peer's has, too: appliance replica resize "
                    + place.Name, "")
                : (null, problem);
        }));
        return command;
    }

    public static Command Dump()
    {
        var (config, disk, metadata, node, cluster) = PlaceOptions();
        var name = ReplicaName.Argument();
        name.Arity = ArgumentArity.ZeroOrOne;
        var command = new Command("dump", "Shows the metadata of a replica, in use or not.")
        {
            name, disk, metadata, node, cluster, config,
        };
        command.SetAction(line =>
        {
            if (line.GetValue(name) is null && line.GetValue(disk) is null) return Ask.Fail(line, "name a replica, or a disk with --disk");
            if ((line.GetValue(metadata) ?? line.GetValue(disk)) is { } path) return Print(line, path);
            return ReplicaPlace.Of(Wish(line, name, config, disk, metadata, node, cluster), out var problem) is { } place
                ? Print(line, place.MetadataPath.Length > 0 ? place.MetadataPath : place.Disk)
                : Ask.Fail(line, problem);
        });
        return command;
    }

    private static int Print(ParseResult line, string path)
    {
        if (MetadataDump.Of(path, out var problem) is not { } text)
        {
            line.InvocationConfiguration.Error.WriteLine($"appliance: {problem.TrimEnd()}");
            return (int)ExitCode.Warning;
        }

        line.InvocationConfiguration.Output.Write(text);
        return (int)ExitCode.Ok;
    }

    private static int Do(ParseResult line, ReplicaPlaceWish wish, Func<ReplicaPlace, (string? Done, string Problem)> act)
    {
        if (ReplicaPlace.Of(wish, out var problem) is not { } place) return Ask.Fail(line, problem);
        var (done, refused) = act(place);
        if (done is null)
        {
            line.InvocationConfiguration.Error.WriteLine($"appliance: {Status.Words.Clean(refused)}");
            return (int)ExitCode.Warning;
        }

        line.InvocationConfiguration.Output.WriteLine(done);
        return (int)ExitCode.Ok;
    }

    private static (Option<string> Config, Option<string?> Disk, Option<string?> Metadata, Option<string?> Node, Option<string?> Cluster)
        PlaceOptions() => (
        Config,
        Path("--disk", "Partition or file. Default: as configured."),
        Path("--metadata", "Device or file for external metadata. Default: as configured, else at the end of the disk."),
        new Option<string?>("--node") { Description = "0, 1 or a node's name. Default: this node.", HelpName = "NODE" },
        new Option<string?>("--cluster") { Description = "Name of the cluster. Default: as configured.", HelpName = "NAME" });

    private static Option<string?> Path(string name, string description) => new(name) { Description = description, HelpName = "PATH" };

    private static ReplicaPlaceWish Wish(
        ParseResult line, Argument<string> name, Option<string> config, Option<string?> disk, Option<string?> metadata,
        Option<string?> node, Option<string?> cluster) => new(
        line.GetValue(name) ?? "", line.GetRequiredValue(config), line.GetValue(disk), line.GetValue(metadata), line.GetValue(node),
        line.GetValue(cluster));
}
