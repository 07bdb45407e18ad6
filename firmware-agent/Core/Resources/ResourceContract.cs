using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Appliance.Core.Resources;

/// <summary>State of one resource on this node.</summary>
[JsonConverter(typeof(EnumWord<ResourceState>))]
public enum ResourceState : byte
{
    Stopped,
    Starting,
    Started,
    Stopping,

    /// <summary>Not running as it should; the reason is kept.</summary>
    Failed,
}

/// <summary>What the group's owner wants of its resources.</summary>
public enum Goal : byte
{
    /// <summary>All stopped, in reverse order of dependency.</summary>
    Stopped,

    /// <summary>All started, in order of dependency, branches in parallel.</summary>
    Started,

    /// <summary>Hands off: nothing is started, stopped, killed or probed (maintenance, re-validation after a gap).</summary>
    Frozen,
}

/// <summary>How the group as a whole stands.</summary>
[JsonConverter(typeof(EnumWord<GroupCondition>))]
public enum GroupCondition : byte
{
    Stopped,
    Starting,
    Started,

    /// <summary>Something failed and is being restarted within its budget.</summary>
    Recovering,
    Stopping,

    /// <summary>A resource cannot be kept running here: budget used up, or its start failed for good.</summary>
    Failed,

    /// <summary>A resource would not stop within its bound. The node must reset itself.</summary>
    StopFailed,
}

/// <summary>What can be done to a resource.</summary>
public enum Operation : byte
{
    /// <summary>Asks whether it runs; used when the agent takes back resources after its own restart, and for polled kinds.</summary>
    Monitor,
    Start,
    Stop,

    /// <summary>Stop that must not be polite: SIGKILL where there is a process.</summary>
    Kill,
}

/// <summary>How an operation ended.</summary>
public enum Outcome : byte
{
    /// <summary>Start, Stop, Kill: done. Monitor: running.</summary>
    Success,

    /// <summary>Monitor: cleanly stopped.</summary>
    NotRunning,

    /// <summary>It failed; the text says why.</summary>
    Failed,

    /// <summary>It failed in a way that trying again here cannot mend (agent or unit missing, bad parameters).</summary>
    Impossible,
}

/// <summary>Identifies one operation; a completion names the request it answers. Unique within a run of the agent.</summary>
public readonly record struct OperationId(ulong Value);

/// <summary>What can happen to the resources of a group.</summary>
public abstract record ResourceEvent
{
    private ResourceEvent()
    {
    }

    /// <summary>The owner's wish changed. With <paramref name="Adopt"/> running resources are taken over as they are.</summary>
    public sealed record Want(Goal Goal, bool Adopt) : ResourceEvent;

    /// <summary>An operation ended.</summary>
    public sealed record Done(OperationId Id, string Resource, Operation Operation, Outcome Outcome, string Text) : ResourceEvent;

    /// <summary>A start or monitor whose time is up shows progress: it gets that time once more.</summary>
    public sealed record Progress(OperationId Id, string Resource, string Text) : ResourceEvent;

    /// <summary>
    /// A watched resource is not healthy: unit stopped (systemd signal), probe missed for the n-th time, address conflict, mount gone.
    /// </summary>
    /// <param name="Hung">It runs and answers nobody: it is killed at once, because asking it to stop would be in vain as well.</param>
    public sealed record Failed(string Resource, string Text, bool Hung = false) : ResourceEvent;

    /// <summary>Operator: forget failures of one resource, or of all (null).</summary>
    public sealed record Cleanup(string? Resource) : ResourceEvent;

    /// <summary>Operator: stop and start a resource and what depends on it; does not count against the budget.</summary>
    public sealed record Restart(string Resource) : ResourceEvent;

    public sealed record Tick : ResourceEvent;
}

/// <summary>What the shell must do for the resources of a group.</summary>
public abstract record ResourceEffect
{
    private ResourceEffect()
    {
    }

    /// <summary>
    /// Start an operation; answer with <see cref="ResourceEvent.Done"/>, always, also after the deadline. An operation for a resource that
    /// still has one under way replaces it: the shell abandons the older one (kills its process, cancels its job) before the new one
    /// begins. That happens when a Stop overtakes a Start or Monitor, and when a Kill overtakes a Stop.
    /// </summary>
    public sealed record Run(OperationId Id, string Resource, Operation Operation, TimeSpan Timeout) : ResourceEffect;

    /// <summary>Begin (or end) watching a resource: probes, unit signals, polls.</summary>
    public sealed record Watch(string Resource, bool On) : ResourceEffect;

    /// <summary>Tell people.</summary>
    public sealed record Tell(Cluster.Report Report) : ResourceEffect;
}
