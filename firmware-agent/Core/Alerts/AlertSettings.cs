using System.Collections.Immutable;

namespace Appliance.Core.Alerts;

/// <summary>When somebody is told.</summary>
/// <param name="Kinds">Kinds of events that are worth it.</param>
/// <param name="Gather">What happens within this time of the first news goes into one message.</param>
/// <param name="Quiet">The same news is told once in this time, then how often it came.</param>
/// <param name="LinesMax">Events in one message.</param>
public sealed record AlertSettings(ImmutableArray<string> Kinds, TimeSpan Gather, TimeSpan Quiet, int LinesMax)
{
    /// <summary>Lines that wait at most; beyond it the oldest go and are counted.</summary>
    public const int WaitingMax = 200;

    /// <summary>News remembered as told; beyond it the oldest are forgotten and would be told again.</summary>
    public const int RecentMax = 256;

    /// <summary>Kinds when the configuration names none.</summary>
    public static ImmutableArray<string> KindsDefault { get; } = ["role", "peer", "resource", "fence", "alarm"];

    /// <summary>Every kind, the gravest first: the gravest line becomes the subject.</summary>
    public static ImmutableArray<string> KindsAll { get; } =
        ["alarm", "fence", "role", "peer", "resource", "link", "config", "evidence", "command"];

    /// <summary>Pause before a message is tried again: 5 s, 10 s, … 5 min.</summary>
    public static TimeSpan Backoff(int failures) => TimeSpan.FromSeconds(Math.Min(300, 5 * Math.Pow(2, Math.Clamp(failures - 1, 0, 10))));
}
