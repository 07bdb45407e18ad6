using Appliance.Agent.Lines;
using Appliance.Agent.Status;
using Appliance.Agent.Watchdog;
using Appliance.Core.Replica;

namespace Appliance.Agent.Decision;

/// <summary>Traffic of one link since the start.</summary>
/// <param name="Rejected">Frames refused, by reason in words.</param>
public sealed record LinkTraffic(long Sent, long SendErrors, long Received, IReadOnlyDictionary<string, long> Rejected);

/// <summary>What status shows and only the shell knows.</summary>
/// <param name="UnixMs">Wall time, milliseconds since 1970 UTC.</param>
/// <param name="Version">Of this build.</param>
/// <param name="ConfigPath">File in use.</param>
/// <param name="Realtime">The heartbeat thread runs with SCHED_FIFO and locked memory.</param>
/// <param name="LatenessMaxMicroseconds">Worst lateness of our own sending.</param>
/// <param name="Links">By link number.</param>
/// <param name="Standing">Standing conditions of the shell in words, e.g. a configuration file that was refused.</param>
/// <param name="Probe">Last answer of a resource's probe: group number, resource name, probe type.</param>
public sealed record ShellFacts(
    long UnixMs,
    string Version,
    string ConfigPath,
    bool Realtime,
    long LatenessMaxMicroseconds,
    IReadOnlyList<LinkTraffic> Links,
    IReadOnlyList<string> Standing,
    Func<int, string, string, ProbeStatus?> Probe)
{
    /// <summary>Spans of DAHDI as last read.</summary>
    public IReadOnlyList<SpanStatus> Spans { get; init; } = [];

    /// <summary>Null: none is configured.</summary>
    public WatchdogView? Watchdog { get; init; }

    /// <summary>How the telephone lines of a group stand, by its number.</summary>
    public Func<int, IReadOnlyList<LineView>> Lines { get; init; } = static _ => [];

    /// <summary>The front panel; null: none is configured.</summary>
    public PanelStatus? Panel { get; init; }

    /// <summary>Alerts that are not delivered, in words.</summary>
    public IReadOnlyList<string> Alerts { get; init; } = [];

    /// <summary>What a replica's process says now, by name; null: it does not answer.</summary>
    public Func<string, ReplicaStatus?> Replica { get; init; } = static _ => null;
}
