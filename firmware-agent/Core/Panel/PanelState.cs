namespace Appliance.Core.Panel;

/// <summary>What a person in front of the rack is told, worst first.</summary>
public enum PanelState
{
    /// <summary>The agent does not run: whatever the machine does, nobody looks after it.</summary>
    NoAgent,

    /// <summary>The node resets itself because a resource would not stop.</summary>
    Fencing,

    /// <summary>Nobody serves, and the other node is not heard.</summary>
    NoPeer,

    /// <summary>A group failed here or is served nowhere.</summary>
    Failed,

    /// <summary>Serves, and the telephone line is elsewhere or has an alarm.</summary>
    LineAlarm,

    /// <summary>The configuration file was refused; the last good one is in force.</summary>
    ConfigError,

    /// <summary>Somebody works here: maintenance or standby by order.</summary>
    Maintenance,

    /// <summary>A group is being started or stopped, or the node has just begun.</summary>
    Starting,

    /// <summary>Data is being copied between the nodes.</summary>
    Syncing,

    /// <summary>Serves, and the next fault may not be survived.</summary>
    ServingAlone,

    /// <summary>Does not serve, the other node does, and something of the pair is not whole.</summary>
    StandbyWarned,

    Serving,

    Standby,

    /// <summary>For a moment: a stick was taken.</summary>
    StickAccepted,

    /// <summary>For a moment: a stick was refused.</summary>
    StickRefused,

    /// <summary>For a moment: a stick without proof waits for the button.</summary>
    StickAsks,
}
