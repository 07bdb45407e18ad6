namespace Appliance.Core.Incidents;

/// <summary>Why a node fell silent, as far as the events tell: its machine, its agent or the links.</summary>
internal static class SilentWords
{
    /// <summary>A machine that crashed is back within this; later it says nothing about the silence.</summary>
    private const long LookBackMs = 60_000;

    /// <param name="dead">The event in which a node finds the other one dead.</param>
    /// <param name="silent">The silent one.</param>
    public static string Of(IncidentEntry dead, IReadOnlyList<IncidentEntry> entries, string silent)
    {
        var told = $"{silent} fell silent on all links";
        if (Later(entries, "boot", silent, dead) is { } boot)
            return $"{told}: its machine lost power, crashed or was rebooted, and started again {Seconds(boot.AtMs - dead.AtMs)} after "
                + "it was found dead";
        if (Later(entries, "agent", silent, dead) is not null) return $"{told}: its agent ended without a word and was started again";
        if (StoodStill(entries, silent, dead)) return $"{told}: it stood still (paused, suspended or starved)";
        // It has something to tell of that very time: it lived.
        var lived = entries.Any(entry => entry.Node == silent && Math.Abs(entry.AtMs - dead.AtMs) < 5000
            && entry is { Kind: "peer", To: "Dead" or "Late" });
        if (lived) return $"the nodes lost each other on all links; both lived";
        var heard = entries.Any(entry => entry.Node == dead.Node && entry.Kind == "peer" && entry.To == "Up" && entry.AtMs > dead.AtMs);
        return heard ? $"{told}; why is unknown: it is heard again but tells nothing of it"
            : $"{told}; why is unknown: it has not been heard since";
    }

    private static IncidentEntry? Later(IReadOnlyList<IncidentEntry> entries, string kind, string node, IncidentEntry dead) =>
        entries.FirstOrDefault(entry => entry.Kind == kind && entry.Node == node && entry.AtMs > dead.AtMs - LookBackMs);

    private static bool StoodStill(IReadOnlyList<IncidentEntry> entries, string node, IncidentEntry dead) =>
        entries.Any(entry => entry.Kind == "alarm" && entry.Node == node && entry.AtMs > dead.AtMs - LookBackMs
            && entry.Text.StartsWith("this node did not run", StringComparison.Ordinal));

    /// <summary>1234 as "1.234 s".</summary>
    public static string Seconds(long milliseconds) =>
        (milliseconds / 1000.0).ToString("0.000", System.Globalization.CultureInfo.InvariantCulture) + " s";
}
