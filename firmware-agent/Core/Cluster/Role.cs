using System.Text.Json.Serialization;

namespace Appliance.Core.Cluster;

/// <summary>What a node is for a group. The numbers are on the wire.</summary>
[JsonConverter(typeof(EnumWord<Role>))]
public enum Role : byte
{
    /// <summary>Runs nothing of the group.</summary>
    Passive = 0,

    /// <summary>Starting, or taking back after a restart of the agent, what the group consists of.</summary>
    Activating = 1,

    /// <summary>Serves.</summary>
    Active = 2,

    /// <summary>Stopping the group's resources.</summary>
    Deactivating = 3,

    /// <summary>Runs nothing and should not be asked to: its restart budget is used up.</summary>
    Failed = 4,

    /// <summary>A resource would not stop; the node is resetting itself. The peer waits for the bound.</summary>
    Fencing = 5,
}

/// <summary>What a role implies.</summary>
public static class Roles
{
    /// <summary>True while resources of the group may be running.</summary>
    public static bool Holds(this Role role) => role is Role.Activating or Role.Active or Role.Deactivating or Role.Fencing;
}

/// <summary>How the group's replicated data stands on a node, in DRBD's words. The numbers are on the wire.</summary>
[JsonConverter(typeof(EnumWord<DataStanding>))]
public enum DataStanding : byte
{
    /// <summary>The group has no replicated data.</summary>
    None = 0,
    UpToDate = 1,

    /// <summary>Good when last seen; newer data may exist on the peer.</summary>
    Consistent = 2,
    Outdated = 3,
    Inconsistent = 4,
    Diskless = 5,

    /// <summary>The replica process does not answer.</summary>
    Unknown = 6,

    /// <summary>Good, and the peer's copy is older or about to be: this node writes, or wants to write, without it.</summary>
    Alone = 7,
}

/// <summary>What a node asks its peer to do for a group.</summary>
[JsonConverter(typeof(EnumWord<Wish>))]
public enum Wish : byte
{
    None = 0,

    /// <summary>Please hand the group to me.</summary>
    Takeover = 1,
}
