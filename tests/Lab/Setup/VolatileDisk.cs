using Appliance.Lab.Host;

namespace Appliance.Lab.Setup;

/// <summary>
/// A node's data disk with what makes a disk dangerous: a cache that a power cut empties. It is nbdkit's write-back cache over an image,
/// shown to the node as a file through nbdfuse: what was written since the last flush lives only in nbdkit's memory and dies with it.
/// nbdkit's error filter makes it fail on command.
/// </summary>
/// <remarks>
/// Both nodes share the host's kernel and its page cache survives them; without this disk a forgotten flush would never be noticed here.
/// It runs outside the node's control group, because a disk does not stop when its machine is paused.
/// </remarks>
public sealed class VolatileDisk(LabPlace place, LabState state, NodePlan plan)
{
    /// <summary>Where the node sees it.</summary>
    public const string PathInNode = "/var/lib/appliance-disk";

    private const string Size = "512M";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private string Folder => $"{place.NodeDisk(plan)}/disk";

    private string Image => $"{Folder}/image";

    private string Socket => $"{Folder}/nbd.sock";

    private string PidFile => $"{Folder}/nbdkit.pid";

    private string MountPoint => $"{Folder}/shown";

    private string FailureFile => $"{place.StateDirectory}/disk-eio-{plan.Letter}";

    /// <summary>What the node's boot options need to say.</summary>
    public IReadOnlyList<string> NspawnOptions =>
        Exists
            ? [$"--bind={MountPoint}/disk:{PathInNode}", "--bind=/dev/fuse", "--bind=/dev/loop-control", $"--bind={LoopDevice}"]
            : [];

    /// <summary>The loop device that this node, and no other, may use.</summary>
    public int Loop => LoopOf(plan);

    /// <summary>The same of either node.</summary>
    public int LoopOf(NodePlan node) => state.FirstLoop + (node == NodePlan.A ? 0 : 1);

    private string LoopDevice => $"/dev/loop{Loop}";

    private bool Exists => File.Exists(Image);

    /// <summary>Makes an empty one. Nodes whose stack does not replicate have none.</summary>
    public void Create()
    {
        RequireTools();
        Directory.CreateDirectory(MountPoint);
        HostCommand.Run("truncate", "--size", Size, Image);
        // The device node appears with its first use; the node's own /dev does not follow the host's.
        HostCommand.Run("losetup", LoopDevice, Image);
        HostCommand.Run("losetup", "--detach", LoopDevice);
    }

    /// <summary>Gives it power. Nothing happens to one that has it.</summary>
    public void Start()
    {
        if (!Exists || Processes.Any(process => process.IsAlive)) return;
        File.Delete(Socket);
        File.Delete(PidFile);
        // The error filter above the cache: what fails must fail for the node, and not spoil what is in the image. It goes into the
        // background by itself: kept in the foreground it would end with the command that started it.
        HostCommand.Run("env", $"TMPDIR={Folder}", "nbdkit", "--unix", Socket, "--pidfile", PidFile, "--filter=error", "--filter=cache",
            "file", Image, "cache=writeback", "cache-min-block-size=4K", "error=EIO", "error-rate=100%", $"error-file={FailureFile}");
        // The command returns when the server has gone into the background, which is before it has written who it is.
        var server = 0;
        if (!Waiting.Until(Limit, () => File.Exists(PidFile) && int.TryParse(File.ReadAllText(PidFile), out server)))
            throw new LabException($"nbdkit did not write {PidFile}: {plan.Name} has no disk");
        Note(ProcessId.Of(server));
        Note(HostCommand.StartDetached(place.Log($"{plan.Name}-disk"), $"exec nbdfuse {MountPoint}/disk --unix {Socket}"));
        if (!Waiting.Until(Limit, () => File.Exists($"{MountPoint}/disk")))
            throw new LabException($"{plan.Name}'s disk is not shown; see {place.Log($"{plan.Name}-disk")}");
    }

    /// <summary>Takes the power away: all that was not flushed is gone. The node must be off already.</summary>
    public void Cut()
    {
        if (state.FirstLoop == 0) return;
        foreach (var process in Processes) process.Kill();
        foreach (var process in Processes) process.WaitForEnd(Limit);
        state.Disks.Remove(plan.Name);
        state.Save(place);
        // A FUSE mount whose server is gone answers no question, only an unmount.
        if (IsMounted) HostCommand.Run("umount", "--lazy", MountPoint);
        // The node's loop device outlives it, attached to a file system that is gone.
        if (File.Exists($"/sys/block/loop{Loop}/loop/backing_file")) HostCommand.Try("losetup", "--detach", LoopDevice);
        Waiting.Until(Limit, () => !File.Exists($"/sys/block/loop{Loop}/loop/backing_file"));
    }

    /// <summary>Whether it was told to fail.</summary>
    public bool IsFailing => File.Exists(FailureFile);

    /// <summary>Every read and write fails from now on, or works again.</summary>
    public void SetFailing(bool failing)
    {
        if (failing) File.WriteAllText(FailureFile, "");
        else File.Delete(FailureFile);
    }

    /// <summary>Two loop devices next to each other that nobody uses, from a range of their own.</summary>
    public static int FindFreeLoops()
    {
        var taken = LabPlace.Known().Select(other => LabState.Load(other).FirstLoop).ToHashSet();
        for (var first = 40; first < 400; first += 4)
            if (!taken.Contains(first) && Enumerable.Range(first, 2).All(loop => !File.Exists($"/sys/block/loop{loop}/loop/backing_file")))
                return first;
        throw new LabException("no free loop devices between 40 and 400");
    }

    private List<ProcessId> Processes => state.Disks.TryGetValue(plan.Name, out var processes) ? processes : [];

    private bool IsMounted => File.ReadLines("/proc/self/mounts").Any(line => line.Split(' ')[1] == MountPoint);

    private void Note(ProcessId process)
    {
        state.Disks[plan.Name] = [.. Processes, process];
        state.Save(place);
    }

    private static void RequireTools()
    {
        foreach (var (tool, package) in new[] { ("nbdkit", "nbdkit"), ("nbdfuse", "libnbd-bin, or nbdfuse from Debian 13 on") })
            if (HostCommand.Try("which", tool).ExitCode != 0)
                throw new LabException($"{tool} is missing on this machine (package {package}); the nodes' disks need it");
        if (!File.Exists("/dev/fuse")) throw new LabException("this machine has no /dev/fuse; the nodes' disks need it");
    }
}
