namespace Appliance.Agent.Status;

/// <summary>One line for monitoring systems, in the form Nagios and its descendants expect.</summary>
public static class OneLine
{
    /// <summary>Characters after which the list of reasons ends with a count: Nagios shows about a kilobyte.</summary>
    private const int LengthMax = 400;

    /// <summary>The line, without line end.</summary>
    public static string Of(StatusView view)
    {
        var health = view.Health;
        var what = health.Reasons.Count == 0 ? Summary(view) : Shorten([.. health.Reasons.Select(reason => reason.Text)]);
        // The bar separates performance data.
        return $"APPLIANCE {health.Level.ToString().ToUpperInvariant()}: {Words.Clean(what).Replace('|', '/')}";
    }

    /// <summary>The line when no agent answers.</summary>
    public static string OfError(string error) => $"APPLIANCE CRITICAL: {Words.Clean(error).Replace('|', '/')}";

    /// <summary>The exit code that goes with it.</summary>
    public static ExitCode ExitCodeOf(StatusView view) => view.Health.Level switch
    {
        HealthLevel.Ok => ExitCode.Ok,
        HealthLevel.Warning => ExitCode.Warning,
        _ => ExitCode.Critical,
    };

    private static string Summary(StatusView view)
    {
        var places = view.Groups.Select(group =>
            $"{group.Name} on {(group.Role == Core.Cluster.Role.Active ? view.Node.Name : view.Peer.Name)}");
        var links = view.Links.Count == 1 ? "1 link" : $"{view.Links.Count} links";
        return $"{string.Join(", ", places)}; {view.Peer.Name} up; {links} up";
    }

    private static string Shorten(string[] reasons)
    {
        var line = reasons[0];
        for (var i = 1; i < reasons.Length; i++)
        {
            if (line.Length + reasons[i].Length > LengthMax) return $"{line}; and {reasons.Length - i} more";
            line += $"; {reasons[i]}";
        }

        return line;
    }
}
