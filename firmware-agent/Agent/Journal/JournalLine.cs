using System.Globalization;
using System.Text;
using Appliance.Core.Cluster;

namespace Appliance.Agent.Journal;

/// <summary>Priorities of syslog(3); sd-daemon(3) reads them as a prefix of the line.</summary>
public enum JournalPriority
{
    Critical = 2,
    Error = 3,
    Warning = 4,
    Notice = 5,
    Information = 6,
}

/// <summary>One event as one line: <c>&lt;5&gt;kind=role group=pbx from=Passive to=Activating term=7 text="…"</c>. Pure.</summary>
public static class JournalLine
{
    /// <summary>Characters of one value; the rest is counted, not written.</summary>
    public const int ValueMax = 2048;

    /// <summary>The line without its end. Whatever the texts contain, it is one line and its fields are those of the report.</summary>
    public static string Of(Report report)
    {
        var line = new StringBuilder(128).Append(CultureInfo.InvariantCulture, $"<{(int)PriorityOf(report)}>");
        Field(line, "kind", report.Kind.ToString().ToLowerInvariant());
        Field(line, "group", report.Group);
        Field(line, "resource", report.Resource);
        Field(line, "from", report.From);
        Field(line, "to", report.To);
        Field(line, "term", report.Term?.ToString(CultureInfo.InvariantCulture));
        Field(line, "text", report.Text);
        return line.ToString();
    }

    /// <summary>A line about the agent itself.</summary>
    public static string Of(JournalPriority priority, string text)
    {
        var line = new StringBuilder(128).Append(CultureInfo.InvariantCulture, $"<{(int)priority}>");
        Field(line, "kind", "agent");
        Field(line, "text", text);
        return line.ToString();
    }

    /// <summary>How loud an event is.</summary>
    public static JournalPriority PriorityOf(Report report) => (report.Kind, report.To) switch
    {
        (ReportKind.Fence, _) => JournalPriority.Critical,
        (ReportKind.Alarm, _) or (_, "Failed" or "Fencing" or "StopFailed") => JournalPriority.Error,
        (ReportKind.Peer, "Dead") or (ReportKind.Link, "Down") => JournalPriority.Warning,
        (ReportKind.Evidence, _) => JournalPriority.Information,
        _ => JournalPriority.Notice,
    };

    private static void Field(StringBuilder line, string name, string? value)
    {
        if (value is null) return;
        if (line[^1] != '>') line.Append(' ');
        line.Append(name).Append('=');
        if (IsPlain(value)) line.Append(value);
        else Quote(line, value);
    }

    private static bool IsPlain(string value)
    {
        if (value.Length is 0 or > ValueMax) return false;
        foreach (var character in value)
            if (!char.IsAsciiLetterOrDigit(character) && !"_-.:/+@%".Contains(character, StringComparison.Ordinal)) return false;
        return true;
    }

    private static void Quote(StringBuilder line, string value)
    {
        line.Append('"');
        foreach (var character in value.AsSpan(0, Math.Min(value.Length, ValueMax)))
            Escape(line, character);
        if (value.Length > ValueMax) line.Append(CultureInfo.InvariantCulture, $"... ({value.Length - ValueMax} more)");
        line.Append('"');
    }

    /// <summary>Line ends of every kind, terminal controls, direction overrides and lone surrogates become \n, \t or \uXXXX.</summary>
    private static void Escape(StringBuilder line, char character)
    {
        switch (character)
        {
            case '"' or '\\':
                line.Append('\\').Append(character);
                break;
            case '\n':
                line.Append("\\n");
                break;
            case '\t':
                line.Append("\\t");
                break;
            default:
                if (IsHarmless(character)) line.Append(character);
                else line.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
                break;
        }
    }

    private static bool IsHarmless(char character) => char.GetUnicodeCategory(character)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse);
}
