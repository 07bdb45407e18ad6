using System.Diagnostics;

namespace Appliance.Lab.Host;

/// <summary>
/// The lab's time: CLOCK_MONOTONIC in milliseconds, and its place on the wall clock for merging with the nodes' own notes.
/// </summary>
public static class MonotonicClock
{
    /// <summary>Milliseconds since an arbitrary moment, the same in all processes of this machine.</summary>
    public static double NowMs => Stopwatch.GetTimestamp() * 1000.0 / Stopwatch.Frequency;

    /// <summary>The offset from monotonic to Unix milliseconds at this moment.</summary>
    public static double UnixOffsetMs => (DateTime.UtcNow - DateTime.UnixEpoch).TotalMilliseconds - NowMs;
}
