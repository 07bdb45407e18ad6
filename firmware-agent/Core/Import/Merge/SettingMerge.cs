using System.Collections.Immutable;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Import.Merge;

/// <summary>Values that may stand once: two files that say different ones are told, and neither is taken.</summary>
internal sealed class SettingMerge
{
    private static readonly TimeSpan InitdeadUsual = TimeSpan.FromSeconds(20);

    private readonly Dictionary<string, List<SettingFact>> _said = new(StringComparer.Ordinal);

    public SettingMerge(PairFacts facts, ImportNotes notes)
    {
        foreach (var fact in facts.Settings)
        {
            if (!_said.TryGetValue(fact.Key, out var others)) _said.Add(fact.Key, others = []);
            if (others.Exists(other => other.Value == fact.Value)) continue;
            if (others.Count == 1)
                notes.Refuse(fact.Place, fact.Key, $"{fact.Value} here, but {others[0].Value} in {others[0].Place}: neither is taken");
            if (others.Count < 4) others.Add(fact);
        }
    }

    /// <summary>The one value; null with a hint when there is none or more than one.</summary>
    public Filled Of(string key, string missing = "no file says it")
    {
        if (!_said.TryGetValue(key, out var facts)) return new Filled(null, missing);
        return facts.Count == 1 ? new Filled(facts[0].Value, facts[0].Place.ToString())
            : new Filled(null, string.Join(", ", facts.Select(fact => $"{fact.Value} ({fact.Place})")));
    }

    /// <summary>Whether files contradict each other.</summary>
    public bool IsDisputed(string key) => _said.TryGetValue(key, out var facts) && facts.Count > 1;

    /// <summary>The times of the heartbeat. Where ha.cf is silent its own defaults count, not ours.</summary>
    public ImmutableArray<(string Key, string Value, string Hint)> Times(Place? heartbeat)
    {
        var times = ImmutableArray.CreateBuilder<(string, string, string)>();
        var usual = heartbeat is not null && !IsDisputed("heartbeat.deadtime");
        var keepalive = Time("keepalive", usual ? TimeSpan.FromSeconds(1) : null, times);
        var deadtime = Time("deadtime", usual ? TimeSpan.FromSeconds(30) : null, times);
        if (deadtime is not { } dead) return times.ToImmutable();
        Time("warntime", dead / 2, times);
        var initdead = !usual ? dead > InitdeadUsual ? dead : (TimeSpan?)null
            : dead > TimeSpan.FromSeconds(10) ? dead : dead < TimeSpan.FromSeconds(6) ? TimeSpan.FromSeconds(12) : dead * 2;
        Time("initdead", initdead, times);
        _ = keepalive;
        return times.ToImmutable();
    }

    /// <summary>Deadtime as it will count, for what must be shorter or longer.</summary>
    public TimeSpan Deadtime(Place? heartbeat) =>
        Of("heartbeat.deadtime").Value is { } text ? DurationType.Parse(text)!.Value
        : heartbeat is not null ? TimeSpan.FromSeconds(30) : TimeSpan.FromMilliseconds(600);

    private TimeSpan? Time(string key, TimeSpan? usual, ImmutableArray<(string, string, string)>.Builder times)
    {
        var said = Of($"heartbeat.{key}");
        if (said.Value is { } value)
        {
            times.Add((key, value, said.Hint));
            return DurationType.Parse(value);
        }

        if (IsDisputed($"heartbeat.{key}")) times.Add(($"# {key}", "?", $"the files differ: {said.Hint}"));
        else if (usual is { } time) times.Add((key, Words.Of(Whole(time)), key is "warntime" ? "half of deadtime" : "Heartbeat's default"));
        return IsDisputed($"heartbeat.{key}") ? null : usual;
    }

    private static TimeSpan Whole(TimeSpan time) => TimeSpan.FromMilliseconds(Math.Round(time.TotalMilliseconds));
}
