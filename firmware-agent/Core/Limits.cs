namespace Appliance.Core;

/// <summary>Every bound in one place.</summary>
public static class Limits
{
    /// <summary>Nodes in a cluster. The design is for pairs.</summary>
    public const int Nodes = 2;

    /// <summary>The witness' number on the wire.</summary>
    public const byte WitnessNumber = 2;

    /// <summary>Groups fit into one heartbeat on a 19,200 baud line at five a second.</summary>
    public const int GroupsMax = 8;

    public const int LinksMax = 8;

    public const int PingsMax = 8;

    /// <summary>Resources in a group.</summary>
    public const int ResourcesMax = 64;

    /// <summary>Largest datagram or serial frame accepted, bytes.</summary>
    public const int FrameBytesMax = 512;

    /// <summary>Largest configuration file read, bytes.</summary>
    public const int ConfigBytesMax = 1 << 20;

    /// <summary>Length of a name (cluster, node, link, group, resource), characters.</summary>
    public const int NameLengthMax = 32;

    /// <summary>Largest output of an agent script that is kept, bytes.</summary>
    public const int OutputBytesMax = 64 << 10;

    /// <summary>Events waiting for the decision loop.</summary>
    public const int InboxEventsMax = 65536;

    /// <summary>Events kept in memory for <c>appliance events</c>.</summary>
    public const int EventsKept = 4096;

    /// <summary>Stack of a thread of ours, bytes: under locked memory every page of it is real, and a default stack is 8 MiB.</summary>
    public const int ThreadStackBytes = 256 << 10;

    /// <summary>How long after its deadline a start or a monitor may still report how it ended, in its own better words.</summary>
    public static readonly TimeSpan OperationGrace = TimeSpan.FromMilliseconds(500);

    /// <summary>Pause between two kills of a resource that resists.</summary>
    public static readonly TimeSpan KillPause = TimeSpan.FromSeconds(1);
}
