using System.Globalization;
using System.Text;

namespace Appliance.Core.Incidents;

/// <summary>Records as text for people: a list, and one as a time line. Lines of at most <see cref="Width"/> columns.</summary>
public static class IncidentText
{
    /// <summary>Columns; a terminal over a serial console has no more.</summary>
    public const int Width = 80;

    private const int Label = 9;

    /// <summary>UTC date and time that names a record.</summary>
    public static string IdOf(long unixMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyyMMdd'-'HHmmss", CultureInfo.InvariantCulture);

    /// <summary>One or more lines of the list.</summary>
    public static List<string> Row(Incident incident)
    {
        var rows = new List<string>();
        var groups = string.Join(", ", incident.Groups.Select(Move));
        var stage = incident.Stage == IncidentStage.Closed ? "" : incident.Stage == IncidentStage.Open ? " (open)" : " (not complete)";
        Wrapped(rows, $"{Clean(incident.Id),-Label * 2}", $"{(groups.Length > 0 ? groups : "no group")}{stage}");
        Wrapped(rows, new string(' ', Label * 2), incident.Cause);
        foreach (var group in incident.Groups) Wrapped(rows, new string(' ', Label * 2), $"{group.Name} noticed: {group.Noticed}");
        return rows;
    }

    /// <summary>All of one record.</summary>
    public static List<string> Of(Incident incident)
    {
        var rows = new List<string>();
        Wrapped(rows, "incident ", $"{incident.Id} of {incident.Cluster}, as kept by {incident.Node}");
        Wrapped(rows, "began    ", Time(incident.ZeroUnixMs) + "; all times below are seconds since then");
        Wrapped(rows, "ended    ", incident.EndMs is { } end ? $"{Signed(end)} s: {incident.EndWords}" : $"not yet: {incident.EndWords}");
        Wrapped(rows, "cause    ", incident.Cause + (incident.Planned ? " (planned)" : ""));
        foreach (var also in incident.Also) Wrapped(rows, "also     ", also);
        foreach (var group in incident.Groups)
        {
            Wrapped(rows, "group    ", Move(group));
            var calls = group.CallsLost?.ToString(CultureInfo.InvariantCulture) ?? "not known";
            Wrapped(rows, "noticed  ", $"{group.Noticed}; calls lost: {calls}");
        }

        Wrapped(rows, "clocks   ", Clocks(incident));
        Wrapped(rows, "peer     ", incident.PeerHalf);
        foreach (var group in incident.Groups) Phases(rows, incident, group.Name);
        Events(rows, incident);
        return rows;
    }

    private static string Move(IncidentGroup group) => (group.From, group.To) switch
    {
        (null, null) => $"{group.Name}: served nowhere",
        (null, { } to) => $"{group.Name}: begins on {to}",
        ({ } from, null) => $"{group.Name}: left {from}, served nowhere",
        var (from, to) when from == to => $"{group.Name}: stays on {to}",
        var (from, to) => $"{group.Name}: {from} -> {to}",
    };

    private static string Clocks(Incident incident) => incident.ClockErrorMs is { } error
        ? $"{incident.Peer}'s is known to {Milliseconds(error)} by heartbeats"
        : $"{incident.Peer}'s is not known by heartbeats; its times are those of its wall clock";

    private static string Milliseconds(long error) => string.Create(CultureInfo.InvariantCulture, $"+-{error} ms");

    private static void Phases(List<string> rows, Incident incident, string group)
    {
        var begun = false;
        foreach (var phase in incident.Phases)
        {
            if (phase.Group != group) continue;
            if (!begun) Wrapped(rows, "phases of ", group);
            var took = begun ? $"{SilentWords.Seconds(phase.DurationMs),10}" : new string(' ', 10);
            var error = !begun || phase.ErrorMs == 0 ? "" : phase.ErrorMs is { } span ? " " + Milliseconds(span) : " (unchecked clock)";
            Wrapped(rows, $"{Signed(phase.AtMs),10}{took}  ", $"{phase.Name} on {phase.Node}{error}");
            begun = true;
        }
    }

    private static void Events(List<string> rows, Incident incident)
    {
        if (incident.Events.Count == 0) return;
        rows.Add("events" + (incident.LeftOut > 0 ? $" ({incident.LeftOut} in the middle left out)" : ""));
        var width = Math.Min(Limits.NameLengthMax, Math.Max(incident.Node.Length, incident.Peer.Length));
        foreach (var entry in incident.Events)
        {
            var about = string.Join('/', new[] { entry.Group, entry.Resource }.Where(static name => name is not null));
            var change = entry is { From: { } from, To: { } to } ? $" {from} -> {to}" : "";
            var what = about.Length > 0 ? $"{entry.Kind} {about}{change}" : $"{entry.Kind}{change}";
            Wrapped(rows, $"{Signed(entry.AtMs),10}  {Clean(entry.Node).PadRight(width)}  ", $"{what}: {entry.Text}");
        }
    }

    /// <summary>Milliseconds as signed seconds: +1.234.</summary>
    public static string Signed(long milliseconds) => (milliseconds / 1000.0).ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture);

    /// <summary>Wall time in UTC with milliseconds.</summary>
    public static string Time(long unixMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>Breaks at blanks; a word that is longer than a line is cut. Control characters of others' text do not reach a
    /// terminal.</summary>
    private static void Wrapped(List<string> rows, string head, string text)
    {
        const int least = 20;
        if (head.Length > Width - least) head = head[..(Width - least)];
        var room = Width - head.Length;
        var line = new StringBuilder(head);
        var used = 0;
        foreach (var word in Clean(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            for (var rest = word; rest.Length > 0;)
            {
                if (used > 0 && used + 1 + rest.Length > room)
                {
                    rows.Add(line.ToString());
                    line.Clear().Append(' ', head.Length);
                    used = 0;
                }

                if (used > 0) line.Append(' ');
                var part = rest.Length > room ? rest[..room] : rest;
                line.Append(part);
                used += part.Length + (used > 0 ? 1 : 0);
                rest = rest[part.Length..];
            }
        }

        rows.Add(line.ToString());
    }

    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var character in text)
            clean.Append(char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator ? ' ' : character);
        return clean.ToString();
    }
}
