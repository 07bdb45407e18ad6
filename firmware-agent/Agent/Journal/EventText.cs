using Appliance.Agent.Status;

namespace Appliance.Agent.Journal;

/// <summary>An event as one line for people.</summary>
public static class EventText
{
    /// <summary>Time, what, from and to, the sentence.</summary>
    public static string Of(EventView happened) => Words.Clean($"{happened.At} {What(happened)}: {happened.Text}");

    /// <summary>The same with the time of day only.</summary>
    public static string Short(EventView happened)
    {
        // 2026-11-21T08:00:00.123Z
        var clock = happened.At.Length == 24 ? happened.At[11..23] : happened.At;
        return Words.Clean($"{clock} {What(happened)}: {happened.Text}");
    }

    private static string What(EventView happened)
    {
        var about = string.Join('/', new[] { happened.Group, happened.Resource }.Where(name => name is not null));
        var change = happened is { From: { } from, To: { } to } ? $" {from} -> {to}" : "";
        var term = happened.Term is { } number ? $" (term {number})" : "";
        return about.Length > 0 ? $"{happened.Kind} {about}{change}{term}" : $"{happened.Kind}{change}{term}";
    }
}
