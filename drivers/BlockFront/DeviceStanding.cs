namespace Appliance.Drivers.BlockFront;

/// <summary>Where the block device of a replica stands.</summary>
public enum DeviceStanding : byte
{
    /// <summary>There is none.</summary>
    Absent,

    /// <summary>Asked for, not there yet.</summary>
    Appearing,

    /// <summary>It is there and served.</summary>
    Present,

    /// <summary>It shall go; while somebody holds it, it is served on, and the words say who.</summary>
    Leaving,

    /// <summary>It could not be made, or was lost; the words say why.</summary>
    Failed,
}
