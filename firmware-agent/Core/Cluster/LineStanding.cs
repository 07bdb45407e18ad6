using System.Text.Json.Serialization;

namespace Appliance.Core.Cluster;

/// <summary>Where a group's telephone lines are, as a node says it of itself. The numbers are on the wire.</summary>
[JsonConverter(typeof(EnumWord<LineStanding>))]
public enum LineStanding : byte
{
    /// <summary>The group has no telephone lines.</summary>
    None = 0,

    /// <summary>The sender does not know, or they are being moved.</summary>
    Unknown = 1,

    /// <summary>All of them are at the sender.</summary>
    Here = 2,

    /// <summary>None of them is at the sender, and it holds none of them back.</summary>
    There = 3,
}
