namespace Appliance.Drivers.BlockFront;

/// <summary>Which part of the kernel makes the block device; docs/FRONTENDS.md says when which.</summary>
public enum FrontKind : byte
{
    /// <summary>The first of the others that this kernel can do.</summary>
    Auto,
    Ublk,
    Nbd,
    FuseLoop,
}

/// <summary>How a replica's block device is made.</summary>
/// <param name="Name">Of the replica: the device is <c>/dev/appliance/NAME</c>.</param>
/// <param name="Kind">As configured: <c>front = "auto"</c>.</param>
public sealed record DeviceFrontOptions(string Name, FrontKind Kind = FrontKind.Auto)
{
    /// <summary>Where the symbolic link is made.</summary>
    public string DeviceDirectory { get; init; } = "/dev/appliance";

    /// <summary>Sockets, mount points and notes for the next process.</summary>
    public string RunDirectory { get; init; } = "/run/appliance";

    /// <summary>Loop device of <see cref="FrontKind.FuseLoop"/>; -1: a free one. Loop devices are shared by all containers of a
    /// host.</summary>
    public int LoopNumber { get; init; } = -1;

    /// <summary>Requests that may be under way at a time.</summary>
    public int Depth { get; init; } = 64;

    /// <summary>Symbolic link to the device.</summary>
    public string LinkPath => Path.Combine(DeviceDirectory, Name);

    /// <summary>"auto", "ublk", "nbd", "fuse-loop".</summary>
    public static bool TryParseKind(string text, out FrontKind kind)
    {
        kind = text switch
        {
            "ublk" => FrontKind.Ublk,
            "nbd" => FrontKind.Nbd,
            "fuse-loop" => FrontKind.FuseLoop,
            _ => FrontKind.Auto,
        };
        return text is "auto" or "ublk" or "nbd" or "fuse-loop";
    }
}
