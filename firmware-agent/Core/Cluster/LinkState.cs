using System.Text.Json.Serialization;

namespace Appliance.Core.Cluster;

/// <summary>What we know of one heartbeat link from hearing the peer on it.</summary>
[JsonConverter(typeof(EnumWord<LinkState>))]
public enum LinkState : byte
{
    /// <summary>Never heard since the agent started.</summary>
    Unknown,
    Up,

    /// <summary>Silent for longer than warntime.</summary>
    Late,

    /// <summary>Silent for longer than deadtime, or its interface or device is missing.</summary>
    Down,
}

/// <summary>What we know of the peer from all links together.</summary>
[JsonConverter(typeof(EnumWord<PeerState>))]
public enum PeerState : byte
{
    /// <summary>Not heard since we started, and initdead has not passed.</summary>
    Unknown,
    Up,

    /// <summary>Silent on all links for longer than warntime.</summary>
    Late,

    /// <summary>Silent on all links for longer than deadtime (or initdead, if never heard).</summary>
    Dead,

    /// <summary>Said goodbye.</summary>
    Left,
}
