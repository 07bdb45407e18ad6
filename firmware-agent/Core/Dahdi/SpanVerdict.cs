using System.Collections.Immutable;

namespace Appliance.Core.Dahdi;

/// <summary>Whether the spans that a service needs can carry calls.</summary>
/// <param name="Ok">Every one is there, without an alarm that stops calls.</param>
/// <param name="Text">In words.</param>
public readonly record struct SpanVerdict(bool Ok, string Text)
{
    /// <summary>Judges. A yellow alarm is told and does not fail: moving to the other node would not mend the far end's
    /// deafness.</summary>
    public static SpanVerdict Of(DahdiReading reading, ImmutableArray<int> wanted)
    {
        var missing = wanted.Where(number => reading.Span(number) is null).ToArray();
        if (missing.Length > 0)
            return new SpanVerdict(false, $"{(missing.Length == 1 ? "span" : "spans")} {string.Join(", ", missing)} "
                + $"{(missing.Length == 1 ? "is" : "are")} not there{(reading.Problem.Length > 0 ? $": {reading.Problem}" : "")}");
        var spans = wanted.Select(number => reading.Span(number)!).ToArray();
        var dead = spans.Where(span => (span.Alarms & DahdiAlarmWords.Dead) != 0).ToArray();
        if (dead.Length > 0) return new SpanVerdict(false, string.Join("; ", dead.Select(DahdiNews.Sentence)));
        var said = spans.Where(span => span.Alarms != DahdiAlarms.None).Select(DahdiNews.Sentence).ToArray();
        return new SpanVerdict(true, said.Length > 0 ? string.Join("; ", said) : $"span {string.Join(", ", wanted)} without alarm");
    }
}
