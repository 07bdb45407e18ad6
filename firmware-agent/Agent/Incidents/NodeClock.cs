namespace Appliance.Agent.Incidents;

/// <summary>The clocks of this node at one moment.</summary>
/// <param name="BootMs">Boot clock, milliseconds.</param>
/// <param name="UnixMs">Wall clock, milliseconds since 1970 UTC.</param>
/// <param name="Boot">Names this boot.</param>
/// <param name="AgentBootMs">When the agent started.</param>
public sealed record NodeClock(long BootMs, long UnixMs, string Boot, long AgentBootMs)
{
    /// <summary>How many events at the end of a list belong to the present boot: a boot clock that falls was started anew.</summary>
    public static int OfThisBoot(IReadOnlyList<Journal.EventView> events, long nowBootMs)
    {
        var (count, later) = (0, nowBootMs);
        for (var number = events.Count - 1; number >= 0 && events[number].BootMs <= later; number--, count++) later = events[number].BootMs;
        return count;
    }
}
