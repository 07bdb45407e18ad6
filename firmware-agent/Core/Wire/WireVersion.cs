namespace Appliance.Core.Wire;

/// <summary>Versions of the heartbeat protocol, newest first. The comments are its changelog.</summary>
public enum WireVersion : byte
{
    /// <summary>First version: header, node facts, up to eight groups of ten bytes, HMAC-SHA256 cut to sixteen bytes.
    /// Later: data standing 7 (Alone) and the two bits that say where a group's telephone lines are. They are said only of groups with a
    /// replica or a tdm resource, whose configuration earlier builds refuse; so none of them meets it.</summary>
    V1 = 1,
}
