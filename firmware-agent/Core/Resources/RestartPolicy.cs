using System.Collections.Immutable;
using Appliance.Core.Configuration;
using Appliance.Core.Time;

namespace Appliance.Core.Resources;

/// <summary>The local restart budget: a sliding window and a pause that doubles (rule 7, no ping-pong).</summary>
public static class RestartPolicy
{
    /// <summary>The restarts that still count: those within the window that ends now.</summary>
    public static ImmutableArray<Instant> Counting(ImmutableArray<Instant> restarts, RestartConfig budget, Instant now)
    {
        var first = 0;
        while (first < restarts.Length && now - restarts[first] >= budget.Within) first++;
        return first == 0 ? restarts : restarts.RemoveRange(0, first);
    }

    /// <summary>
    /// Pause before the next restart when <paramref name="used"/> restarts count already: Delay · 2^used, at most DelayMax.
    /// </summary>
    public static TimeSpan Pause(RestartConfig budget, int used)
    {
        var pause = budget.Delay;
        for (var doubled = 0; doubled < used && pause < budget.DelayMax; doubled++) pause *= 2;
        return pause < budget.DelayMax ? pause : budget.DelayMax;
    }
}
