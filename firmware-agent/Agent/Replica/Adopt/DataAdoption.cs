using Appliance.Core.Replica.Disk;
using Appliance.Drivers.BlockDisk;
using Appliance.Drivers.Mount;
using Appliance.Drivers.Script;

namespace Appliance.Agent.Replica.Adopt;

/// <summary>What is to be adopted.</summary>
/// <param name="Device">The replica's device; it is there only while this node is primary. Empty: the directory is mounted already.</param>
/// <param name="Directory">Where its file system is, or will be, mounted.</param>
/// <param name="FsType">For mounting.</param>
/// <param name="Paths">What moves.</param>
/// <param name="MakeFs">Make an ext4 first, if the device holds nothing.</param>
/// <param name="CopyOnly">The old directories stay as they are, and nothing is bound over them.</param>
internal sealed record AdoptWish(
    string Device, string Directory, string FsType, IReadOnlyList<string> Paths, bool MakeFs, bool CopyOnly = false);

/// <summary>Moves the directories of a telephone system into the replica: says first, refuses first, then does one after the
/// other.</summary>
internal sealed class DataAdoption(AdoptWish wish, IMounts mounts, TextWriter output)
{
    private const string MakeExt4 = "/usr/sbin/mkfs.ext4";
    private const double SpaceNeeded = 1.05; // Block sizes differ, directories grow.
    private readonly TreeCopy _copying = new();

    private IEnumerable<Adoption> Adoptions => wish.Paths
        .Select(path => new Adoption(path.Length > 1 ? path.TrimEnd('/') : path, wish.Directory, mounts, _copying));

    private bool IsMounted => MountEntry.On(wish.Directory) is not null;

    /// <summary>Shows what would be done and what speaks against it; null: nothing does.</summary>
    public string? Print()
    {
        if (!IsMounted && wish.MakeFs) output.WriteLine($"{wish.Device}: make an ext4, unless it holds a file system already");
        if (!IsMounted) output.WriteLine($"{wish.Device}: mount on {wish.Directory}");
        foreach (var adoption in Adoptions)
            foreach (var line in wish.CopyOnly ? adoption.PlanOfCopy() : adoption.Plan()) output.WriteLine(line);
        return Refusal();
    }

    /// <summary>Does it; null, or what failed.</summary>
    public string? Run()
    {
        if ((Refusal() ?? MakeFileSystem() ?? Mount()) is { } unready) return unready;
        using var only = AdoptLock.Take(wish.Directory, out var problem);
        // What was true before the lock was ours need not be true now.
        if (only is null || (problem = Refusal() ?? TooFull()) is not null) return problem;
        foreach (var adoption in Adoptions.ToList())
        {
            if (adoption.Next == AdoptStep.Done)
            {
                output.WriteLine($"{adoption.Path}: is in the replica already");
                continue;
            }

            if ((wish.CopyOnly ? adoption.CopyOnly() : adoption.Run()) is { } failed) return failed;
            output.WriteLine(wish.CopyOnly ? $"{adoption.Path}: copied into the replica" :
                $"{adoption.Path}: in the replica" + (Directory.Exists(adoption.Old) ? $"; the old one is {adoption.Old}" : ""));
        }

        return null;
    }

    private string? Refusal()
    {
        if (wish is { Paths.Count: 0, CopyOnly: false })
            return "no directories are named, and no bind resource of the configuration has any";
        if (!IsMounted && wish.Device.Length == 0)
            return $"nothing is mounted on {wish.Directory}: mount the replica there, or name its device with --device";
        if (!IsMounted && !File.Exists(wish.Device))
            return $"{wish.Device} does not exist: this node is not primary (appliance replica primary NAME, --force for a new pair)";
        return Adoptions.Select(adoption => adoption.Refusal()).FirstOrDefault(refusal => refusal is not null);
    }

    private string? MakeFileSystem()
    {
        if (IsMounted || !wish.MakeFs) return null;
        var first = new byte[FileSystemText.BytesWanted];
        using (var device = OpenedDevice.Look(wish.Device, out var problem))
        {
            if (device is null) return problem;
            if (device.Read(0, first.AsSpan(0, (int)Math.Min(first.Length, device.Bytes))) is { } unreadable) return unreadable;
        }

        if (FileSystemText.Find(first) is { } found)
        {
            if (found.Kind == "ext4") return null; // An interrupted run made it.
            return $"{wish.Device} holds {found.Kind}: without --mkfs it is used as it is; nothing is overwritten";
        }

        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(30));
        var end = ProcessRunner.Run([MakeExt4, "-q", "-F", wish.Device], null, deadline.Token);
        if (end.ExitCode != 0) return $"{MakeExt4} {wish.Device}: {end.Words}";
        output.WriteLine($"{wish.Device}: made an ext4");
        return null;
    }

    private string? Mount()
    {
        if (IsMounted) return null;
        var change = mounts.Mount(wish.Device, wish.Directory, wish.FsType, "");
        if (change.Ok) output.WriteLine(change.Text);
        return change.Ok ? null : change.Text;
    }

    private string? TooFull()
    {
        var left = Adoptions.Where(adoption => adoption.Next == AdoptStep.Copy).Select(adoption => adoption.Path).ToList();
        if (_copying.Size(left, out var problem) is not { } bytes) return problem;
        var partial = Adoptions.Select(adoption => adoption.PartialCopy).Where(Directory.Exists);
        if (_copying.Size(partial, out problem) is not { } forgotten) return problem; // Of interrupted runs; goes before the copy.
        var free = new DriveInfo(wish.Directory).AvailableFreeSpace + forgotten;
        return bytes * SpaceNeeded <= free
            ? null
            : $"{wish.Directory} has {free} bytes free and {bytes} are to be copied: a larger disk, or fewer files";
    }
}
