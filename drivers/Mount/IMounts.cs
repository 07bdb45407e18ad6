namespace Appliance.Drivers.Mount;

/// <summary>How a change of the mount table ended.</summary>
public enum MountOutcome
{
    Done,

    /// <summary>It was so before.</summary>
    AlreadySo,
    Failed,

    /// <summary>Trying again cannot mend it: unknown file system, source missing.</summary>
    Impossible,
}

/// <param name="Text">For people.</param>
public readonly record struct MountChange(MountOutcome Outcome, string Text)
{
    public bool Ok => Outcome is MountOutcome.Done or MountOutcome.AlreadySo;
}

/// <summary>Mounts file systems. Calls block as long as the disk does.</summary>
public interface IMounts
{
    /// <summary>Mounts a device; makes the directory when it is missing.</summary>
    /// <param name="options">As in fstab(5), comma separated.</param>
    MountChange Mount(string device, string directory, string fsType, string options);

    /// <summary>Shows <paramref name="from"/> at <paramref name="directory"/>, too. Both must be directories; <paramref name="directory"/>
    /// is made when missing.</summary>
    MountChange Bind(string from, string directory);

    /// <summary>Unmounts; tries again while it is busy until abandoned. With <paramref name="force"/> a busy one is detached: gone from
    /// the tree now, from the disk when the last user ends.</summary>
    MountChange Unmount(string directory, bool force, CancellationToken abandon);

    /// <summary>The visible mount on a directory comes from there.</summary>
    bool IsMounted(string source, string directory);
}
