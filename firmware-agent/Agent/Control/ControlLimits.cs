namespace Appliance.Agent.Control;

/// <summary>What one client can cost the agent.</summary>
public static class ControlLimits
{
    /// <summary>Where the agent listens unless told otherwise.</summary>
    public const string DefaultPath = "/run/appliance/agent.sock";

    /// <summary>Members of this group may use the socket besides root.</summary>
    public const string Group = "appliance";

    /// <summary>Longest request line, bytes.</summary>
    public const int RequestBytesMax = 64 << 10;

    /// <summary>Longest reply line a client reads, bytes.</summary>
    public const int ReplyBytesMax = 4 << 20;

    /// <summary>Clients served at once; the next one is told to come back.</summary>
    public const int Clients = 32;

    /// <summary>Most events in one answer.</summary>
    public const int EventsMax = Core.Limits.EventsKept;

    /// <summary>Longest time a panel shows a state that is not the node's.</summary>
    public static readonly TimeSpan PanelMax = TimeSpan.FromMinutes(10);

    /// <summary>Longest words about a drill, characters.</summary>
    public const int DrillTextMax = 300;

    /// <summary>Longest maintenance: forgetting it must end by itself.</summary>
    public static readonly TimeSpan MaintenanceMax = TimeSpan.FromDays(7);

    /// <summary>From the end of the last reply to the end of the next request line; after that the client is dropped.</summary>
    public static readonly TimeSpan RequestDeadline = TimeSpan.FromSeconds(5);

    /// <summary>For the agent to answer and for the client to take one reply.</summary>
    public static readonly TimeSpan ReplyDeadline = TimeSpan.FromSeconds(5);

    /// <summary>How soon a follower sees a new event.</summary>
    public static readonly TimeSpan FollowPause = TimeSpan.FromMilliseconds(200);
}
