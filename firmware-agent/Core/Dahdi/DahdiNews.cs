namespace Appliance.Core.Dahdi;

/// <summary>Something that changed between two readings.</summary>
/// <param name="Span">Number of the span.</param>
/// <param name="IsAlarm">It got worse.</param>
/// <param name="From">Alarms before, or "missing".</param>
/// <param name="To">Alarms now, "OK" or "missing".</param>
/// <param name="Text">A sentence for a person at the rack.</param>
public sealed record DahdiChange(int Span, bool IsAlarm, string From, string To, string Text);

/// <summary>Compares two readings of the spans. Pure.</summary>
public static class DahdiNews
{
    private const string Well = "OK";
    private const string Missing = "missing";

    /// <summary>What a person should hear. Spans that <c>dahdi_cfg</c> gave no purpose are passed over.</summary>
    public static IEnumerable<DahdiChange> Of(DahdiReading before, DahdiReading after)
    {
        foreach (var old in before.Spans.Where(span => span.IsConfigured && after.Span(span.Number) is null))
            yield return new DahdiChange(old.Number, true, Word(old), Missing,
                $"span {old.Number} {old.Name} is gone: card, driver or the bridge behind it");
        foreach (var now in after.Spans)
        {
            var old = before.Span(now.Number);
            if (!now.IsConfigured && old is not { IsConfigured: true }) continue;
            var (from, to) = (old is null ? Missing : Word(old), Word(now));
            if (from == to) continue;
            var isAlarm = now.Alarms != DahdiAlarms.None && now.Alarms != DahdiAlarms.Recovering;
            yield return new DahdiChange(now.Number, isAlarm, from, to, Sentence(now));
        }
    }

    /// <summary>"span 1 TE4/0/1 RED: no signal: cable, relay position or the exchange".</summary>
    public static string Sentence(DahdiSpan span) => span.Alarms == DahdiAlarms.None
        ? $"span {span.Number} {span.Name} has no alarm"
        : $"span {span.Number} {span.Name} {DahdiAlarmWords.Of(span.Alarms)}: {DahdiAlarmWords.Advice(span.Alarms)}";

    private static string Word(DahdiSpan span) => span.Alarms == DahdiAlarms.None ? Well : DahdiAlarmWords.Of(span.Alarms);
}
