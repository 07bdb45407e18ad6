using Appliance.Agent.Commands;
using Appliance.Agent.Replica.Adopt;
using Appliance.Agent.Replica.Control;
using Appliance.Agent.Replica.Create;
using Appliance.Core.Configuration;
using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.History;
using Appliance.Drivers.BlockDisk;
using Appliance.Drivers.Interop;

namespace Appliance.Agent.Replica.Begin;

/// <summary>
/// Brings the replicas of a fresh node to where its agent can take over: metadata on empty disks, and on the first node of a fresh pair
/// the first copy of the directories that the configuration binds. Can be interrupted anywhere; doing it again goes on. Nothing that ever
/// held data is touched (<see cref="FirstCopy"/>).
/// </summary>
internal sealed class DataBeginning(AgentFiles files, AgentOptions options, BeginningHands hands, TextWriter output)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan DeviceBound = TimeSpan.FromSeconds(60);

    /// <summary>For a peer that is not there yet.</summary>
    public required TimeSpan Patience { get; init; }

    /// <summary>There is nothing left to begin: the unit looks for this file, so that later starts do not wait for a disk.</summary>
    private string DoneNote => Path.Combine(options.StateDirectory, "data-begun");

    /// <summary>Null: done; else what speaks against it, of the first replica that has something.</summary>
    public string? Run()
    {
        Directory.CreateDirectory(options.StateDirectory);
        foreach (var replica in files.Config.Replicas)
            if (Begin(replica) is { } problem) return $"replica {replica.Name}: {problem}";
        return Write(DoneNote);
    }

    private string? Begin(ReplicaSection replica)
    {
        if (replica.Backend == ReplicaBackend.Drbd)
            return Say(replica, "its backend is the kernel's DRBD: appliance replica create, and primary --force on one node, are yours");
        if (!File.Exists(replica.Disk)) return $"{replica.Disk} does not exist";
        if (Create(replica, out var isNew) is { } refused) return refused;
        // A copy that was interrupted goes on: its disk is no longer new, and nobody else will fill it.
        if (File.Exists(BegunNote(replica))) return hands.Start(replica.Name) ?? MakeCopy(replica, force: null);
        if (!isNew) return Say(replica, "it holds data: nothing to begin");
        return hands.Start(replica.Name) ?? Decide(replica);
    }

    private string? Create(ReplicaSection replica, out bool isNew)
    {
        isNew = false;
        var place = new ReplicaPlace(
            replica.Name, files.Config.Cluster.Name, files.Node, replica.Disk, replica.MetadataPath, files.Config);
        var path = replica.MetadataPath.Length > 0 ? replica.MetadataPath : replica.Disk;
        if (File.Exists(path))
        {
            using var device = OpenedDevice.Look(path, out var unreadable);
            if (device is null || MetadataBlocks.Read(device, out unreadable) is not { } blocks) return unreadable;
            if (SuperblockText.IsMarked(blocks.Super0) || SuperblockText.IsMarked(blocks.Super1))
            {
                if (SuperblockChoice.Of(blocks.Super0, blocks.Super1, out var broken) is not { } choice) return $"{path}: {broken}";
                isNew = choice.Superblock.Generations.Current == Generations.JustCreated;
                return null;
            }
        }

        // What lies there and is nobody's replica yet is a person's to give away; "create" would keep it as the data of both.
        if (Foreign(replica.Disk) is { } foreign) return foreign;
        if (new ReplicaCreation(place, size: 0, force: false).Run(out var problem) is not { } done) return problem;
        isNew = true;
        return Say(replica, done);
    }

    private static string? Foreign(string disk)
    {
        using var device = OpenedDevice.Look(disk, out var problem);
        if (device is null) return problem;
        var first = new byte[(int)Math.Min(FileSystemText.BytesWanted, device.Bytes)];
        if (device.Read(0, first) is { } unreadable) return unreadable;
        return FileSystemText.Find(first) is { } found
            ? $"{disk} is not empty, it holds {found.Kind}: appliance replica create by hand, if that is to become the data of both nodes, "
                + $"or wipefs --all {disk}, if nobody needs it"
            : null;
    }

    private string? Decide(ReplicaSection replica)
    {
        var began = Environment.TickCount64;
        var told = "";
        while (true)
        {
            var waited = TimeSpan.FromMilliseconds(Environment.TickCount64 - began);
            var status = hands.Status(replica.Name);
            var (step, why) = FirstCopy.Decide(new FirstCopyFacts(files.Node == 0, files.Config.Nodes[0], status, waited, Patience));
            if (why != told) Say(replica, told = why);
            if (step == FirstCopyStep.Make) return Write(BegunNote(replica)) ?? MakeCopy(replica, new ReplicaArguments(Force: true));
            if (step == FirstCopyStep.None) return status is null ? why : null;
            Thread.Sleep(Pause);
        }
    }

    /// <param name="force">Null: it was forced by an earlier run, or is forced again if that run did not come so far.</param>
    private string? MakeCopy(ReplicaSection replica, ReplicaArguments? force)
    {
        var began = Environment.TickCount64;
        ReplicaStatus? status;
        while ((status = hands.Status(replica.Name)) is null)
        {
            if (IsOver(began)) return "its process does not answer";
            Thread.Sleep(Pause);
        }

        if (status is { New: true }) force ??= new ReplicaArguments(Force: true);
        if (status.Role != ReplicaRole.Primary && hands.Order(replica.Name, ReplicaOrderNames.Primary, force) is { } refused)
            return refused;
        if ((WaitForDevice(replica) ?? Fill(replica)) is { } problem) return problem;
        // Gone, and durably, before the data can be served: a later start that found it would make this node primary once more.
        File.Delete(BegunNote(replica));
        if (FolderSync.Of(options.StateDirectory) is { } unsure) return unsure;
        Say(replica, "the first copy of the data is made");
        return hands.LetGo(replica.Name, DeviceBound);
    }

    private static string? WaitForDevice(ReplicaSection replica)
    {
        var began = Environment.TickCount64;
        while (!File.Exists(replica.Device))
        {
            if (IsOver(began)) return $"{replica.Device} does not appear";
            Thread.Sleep(50);
        }

        return null;
    }

    /// <summary>Makes the file systems that the groups mount, and copies what they bind.</summary>
    private string? Fill(ReplicaSection replica)
    {
        foreach (var mount in ConfiguredData.Mounts(files.Config).Where(mount => mount.Device == replica.Device))
        {
            if (mount.FsType != "ext4")
                return $"{mount.FsType} is to be mounted on {mount.Directory}, and only ext4 is made by itself: make it, then start again";
            var bound = ConfiguredData.BoundFrom(files.Config, mount.Directory);
            var wish = new AdoptWish(mount.Device, mount.Directory, mount.FsType, bound, MakeFs: true, CopyOnly: true);
            var failed = new DataAdoption(wish, hands.Mounts, output).Run();
            using var abandon = new CancellationTokenSource(DeviceBound);
            if (hands.Mounts.IsMounted(mount.Device, mount.Directory)
                && hands.Mounts.Unmount(mount.Directory, force: false, abandon.Token) is { Ok: false } busy) failed ??= busy.Text;
            if (failed is not null) return failed;
        }

        return null;
    }

    private static bool IsOver(long began) => Environment.TickCount64 - began >= DeviceBound.TotalMilliseconds;

    private string BegunNote(ReplicaSection replica) => Path.Combine(options.StateDirectory, $"first-copy-{replica.Name}");

    /// <summary>Durable before anything is done because of it.</summary>
    private static string? Write(string note) => State.AtomicFile.Write(note, [(byte)'\n']);

    private string? Say(ReplicaSection replica, string text)
    {
        output.WriteLine($"{replica.Name}: {text}");
        return null;
    }
}
