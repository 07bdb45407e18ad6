namespace Appliance.Core.Incidents;

/// <summary>Why something happened.</summary>
/// <param name="AtMs">When it was noticed, milliseconds since zero.</param>
/// <param name="Entry">The event that tells it.</param>
/// <param name="Words">As a sentence.</param>
/// <param name="Planned">Somebody or the configuration ordered it.</param>
internal sealed record IncidentCause(long AtMs, IncidentEntry Entry, string Words, bool Planned)
{
    /// <summary>What stands between who gave an order and the order, in the line that says so.</summary>
    public const string OrderedBy = " ordered ";

    /// <summary>What an agent says that was started again while its resources ran on.</summary>
    public const string TookBack = "took back what was running";

    private const string Asks = " asks for the group";

    private const string Refused = ": refused:";

    private const int Most = 8;

    /// <summary>An order and the line that says who gave it are this close.</summary>
    private const long SameOrderMs = 2000;

    // The table: the first row that fits an event names the cause. docs/OPERATING.md shows it.
    //   kind      what it says                                  cause
    //   command   switchover, standby, agent ends, restart      ordered by …
    //   command   failback                                      failback, as configured
    //   command   … ordered reload                              the configuration of … was reloaded by …
    //   resource  Started -> Failed                             resource … failed on …: …
    //   peer      Up/Late -> Dead                               … fell silent on all links: and what its own half says of that
    //   peer      Up/Late -> Left, without an order             … said goodbye
    //   alarm     this node did not run for                     … stood still
    //   role      cut off                                       … was cut off
    //   role      serves with the later term                    both served after a cut; the later term won
    //   role      sees more of the network                      … sees more of the network
    //   role      -> Fencing                                    … resets itself: …
    //   role      took back what was running                    the agent of … was started again
    //   role      … asks for the group                          … asked for the group (its half says why)
    //   role      nobody serves, both nodes agreed              nobody served

    /// <summary>All causes, in the order in which they were noticed; without doubles.</summary>
    public static List<IncidentCause> All(IReadOnlyList<IncidentEntry> entries, string node, string peer)
    {
        var causes = new List<IncidentCause>();
        foreach (var entry in entries)
        {
            if (Of(entry, entries, entry.Node == node ? peer : node) is not { } cause) continue;
            if (causes.Count < Most && !IsKnown(causes, cause)) causes.Add(cause);
        }

        // "Nobody served" is only a cause when nothing came before that explains it; so is the new start of an agent that fell silent.
        return [.. causes.Where(cause => !IsLast(cause.Entry) || !causes.Any(other => !IsLast(other.Entry)
            && other.AtMs <= cause.AtMs + SameOrderMs))];
    }

    private static bool IsLast(IncidentEntry entry) => entry.IsRole && (Says(entry, TookBack) || Says(entry, Asks) || IsStart(entry));

    private static bool IsStart(IncidentEntry entry) =>
        entry.To == "Activating" && (Says(entry, "nobody serves") || Says(entry, "both nodes agreed")
            || Says(entry, "was not heard within"));

    /// <summary>The same trouble seen by the other node, or of what depends on what failed.</summary>
    private static bool IsKnown(List<IncidentCause> causes, IncidentCause cause)
    {
        foreach (var known in causes)
        {
            if (known.Words == cause.Words) return true;
            var bothSilent = known.Entry.Kind == "peer" && cause.Entry.Kind == "peer" && cause.AtMs - known.AtMs < 5000;
            var sameOrder = known.Planned && cause.Planned && cause.AtMs - known.AtMs < SameOrderMs;
            if (bothSilent || sameOrder) return true;
        }

        return false;
    }

    private static IncidentCause? Of(IncidentEntry entry, IReadOnlyList<IncidentEntry> entries, string other) => entry.Kind switch
    {
        "command" => Ordered(entry, entries),
        "resource" when entry.IsFailure => Because(entry, $"resource {entry.Resource} of {entry.Group} failed on {entry.Node}: "
            + Reason(entry)),
        "peer" when entry is { From: "Up" or "Late", To: "Dead" } => Because(entry, SilentWords.Of(entry, entries, other)),
        "peer" when entry is { From: "Up" or "Late", To: "Left" } => Because(entry, $"{other} said goodbye: its agent was stopped there"),
        "alarm" when entry.Text.StartsWith("this node did not run", StringComparison.Ordinal) =>
            Because(entry, $"{entry.Node} stood still: {entry.Text}"),
        "role" => OfRole(entry),
        _ => null,
    };

    private static IncidentCause? OfRole(IncidentEntry entry) => entry switch
    {
        { To: "Fencing" } => Because(entry, $"{entry.Node} resets itself: {entry.Text}"),
        { From: "Active" or "Activating", To: "Deactivating" } when Says(entry, "cut off") =>
            Because(entry, $"{entry.Node} was {entry.Text}"),
        { To: "Deactivating" } when Says(entry, "serves with the later term") =>
            Because(entry, $"both nodes served after a cut between them; {entry.Text}"),
        { To: "Deactivating" } when Says(entry, "sees more of the network") => Because(entry, entry.Text),
        { To: "Active" } when Says(entry, TookBack) =>
            Because(entry, $"the agent of {entry.Node} ended and was started again; what it ran was kept"),
        { To: "Deactivating" } when Says(entry, Asks) =>
            Because(entry, $"{entry.Text.Replace(Asks, " asked for the group", StringComparison.Ordinal)}; why is unknown until it tells"),
        _ when IsStart(entry) => Because(entry, $"nobody served: {entry.Text}"),
        _ => null,
    };

    private static IncidentCause? Ordered(IncidentEntry entry, IReadOnlyList<IncidentEntry> entries)
    {
        var what = entry.Text switch
        {
            _ when Begins(entry, "switchover ordered") => $"switchover of {entry.Group} ordered on {entry.Node}",
            _ when Begins(entry, "standby:") => $"standby of {entry.Node} ordered",
            _ when Begins(entry, "the agent ends") => $"the agent of {entry.Node} was told to end",
            _ when Begins(entry, "restart ordered") => $"restart of {entry.Resource} ordered on {entry.Node}",
            _ when Begins(entry, "failback:") => $"failback of {entry.Group}, as configured",
            _ when Says(entry, OrderedBy + "reload:") && !Says(entry, Refused) =>
                $"the configuration of {entry.Node} was reloaded",
            _ => "",
        };
        if (what.Length == 0) return null;
        var who = entries.FirstOrDefault(line => line.Kind == "command" && line.Node == entry.Node && Says(line, OrderedBy)
            && !Says(line, Refused) && Math.Abs(line.AtMs - entry.AtMs) <= SameOrderMs);
        var by = who is null ? "" : $" by {who.Text[..who.Text.IndexOf(OrderedBy, StringComparison.Ordinal)]}";
        return new IncidentCause(entry.AtMs, entry, what + by, true);
    }

    /// <summary>What the resource's line says beyond its name.</summary>
    private static string Reason(IncidentEntry entry)
    {
        var name = $"{entry.Resource}: ";
        return entry.Text.StartsWith(name, StringComparison.Ordinal) ? entry.Text[name.Length..] : entry.Text;
    }

    private static IncidentCause Because(IncidentEntry entry, string words) => new(entry.AtMs, entry, words, false);

    private static bool Says(IncidentEntry entry, string words) => entry.Text.Contains(words, StringComparison.Ordinal);

    private static bool Begins(IncidentEntry entry, string words) => entry.Text.StartsWith(words, StringComparison.Ordinal);
}
