using System.Globalization;
using Appliance.Agent.Journal;
using Appliance.Core;
using Appliance.Core.Configuration;
using Appliance.Core.Incidents;
using Appliance.Core.Time;

namespace Appliance.Agent.Incidents;

/// <summary>Makes, completes and closes records: gathers the own events, places the peer's, has both read. One thread.</summary>
/// <param name="peer">Number of the other node.</param>
internal sealed class IncidentBook(ApplianceConfig config, int peer, IncidentFolder folder, EventStore events, Func<NodeClock> clock)
{
    /// <summary>What came before the first trouble and may have caused it.</summary>
    public const long BeforeMs = 15_000;

    /// <summary>What the end still sets off.</summary>
    public const long AfterMs = 1000;

    private readonly IncidentRules _rules = IncidentRules.Of(config);

    private string Node => config.Nodes[1 - peer];

    private string Peer => config.Nodes[peer];

    /// <summary>A new record.</summary>
    public void Make(string id, Instant begin)
    {
        var now = clock();
        var zero = (long)begin.SinceBoot.TotalMilliseconds;
        Keep(new Incident(
            Incident.CurrentFormat, id, config.Cluster.Name, Node, Peer, IncidentStage.Open, now.UnixMs - (now.BootMs - zero), zero,
            now.Boot, null, "redundancy is not complete", false, "", [], null,
            $"missing so far: {Peer} was not asked yet, or is not heard", false, 0, [], [], []));
    }

    /// <summary>Gathers the own events again.</summary>
    public void Keep(string id)
    {
        if (folder.Find(id) is { } record) Keep(record);
    }

    /// <summary>It ended.</summary>
    public void Close(string id, Instant end, bool complete, string missing)
    {
        if (folder.Find(id) is not { } record) return;
        var now = clock();
        var endMs = record.Boot == now.Boot ? (long)end.SinceBoot.TotalMilliseconds - record.ZeroBootMs : now.UnixMs - record.ZeroUnixMs;
        Keep(record with
        {
            Stage = complete ? IncidentStage.Closed : IncidentStage.Bounded, EndMs = Math.Max(0, endMs),
            EndWords = complete ? "both nodes stand by for each other again"
                : $"an incident is not followed longer than {IncidentMachine.Bound.TotalHours:0} h; redundancy is still not complete: "
                    + missing,
        });
    }

    /// <summary>The span to ask the peer for, as ages in milliseconds: begin and end.</summary>
    /// <param name="wellSince">Since when all is well although it is open; null: it is not, or it is closed.</param>
    public (long BeginAge, long EndAge)? Ages(string id, Instant? wellSince)
    {
        if (folder.Find(id) is not { } record) return null;
        var now = clock();
        var age = record.Boot == now.Boot ? now.BootMs - record.ZeroBootMs : now.UnixMs - record.ZeroUnixMs;
        // An end of 0 says that it is not over.
        var endAge = record.EndMs is { } ended ? age - ended : now.BootMs - (long?)wellSince?.SinceBoot.TotalMilliseconds;
        return (Math.Max(1, age), endAge is { } some ? Math.Clamp(some, 1, Math.Max(1, age)) : 0);
    }

    /// <summary>The peer told its half.</summary>
    public void Merge(string id, PeerHalf half, PeerClock known, long heardMs, long tookMs)
    {
        if (folder.Find(id) is not { } record) return;
        var placed = Within(record, new EventPlacer(record, clock()).Peer(half, Peer, known, heardMs, tookMs));
        placed = IncidentAnalysis.Bounded(placed, out var left);
        var told = placed.Count(static entry => entry.Serial > 0);
        var isLast = record.Stage != IncidentStage.Open;
        Keep(record with
        {
            Events = [.. record.Events.Where(entry => entry.Node != Peer), .. placed],
            ClockErrorMs = record.Boot == clock().Boot ? known.Now?.ErrorMs ?? tookMs : null, PeerComplete = isLast,
            LeftOut = left + half.LeftOut,
            PeerHalf = string.Create(
                CultureInfo.InvariantCulture, $"{(isLast ? "complete" : "so far")}: {told} events of {Peer} lie within the record"),
        });
    }

    /// <summary>The peer did not tell.</summary>
    public void Missing(string id, string problem)
    {
        // What it told before stays; the words say that more may be missing.
        if (folder.Find(id) is not { PeerComplete: false } record) return;
        var words = record.Events.Any(entry => entry.Node == Peer) ? "incomplete so far" : "missing so far";
        var now = $"{words}: {problem}";
        if (record.PeerHalf != now) folder.Keep(record with { PeerHalf = now });
    }

    /// <summary>The peer will not tell any more.</summary>
    public void GiveUp(string id)
    {
        if (folder.Find(id) is { PeerComplete: false } record)
            folder.Keep(record with
            {
                PeerHalf = $"missing for good: {Peer} told nothing within {IncidentMachine.GiveUpAfter.TotalDays:0} days "
                    + $"({record.PeerHalf})",
            });
    }

    private void Keep(Incident record)
    {
        var now = clock();
        var own = Within(record, new EventPlacer(record, now).Own(events.Since(0, Limits.EventsKept), Node));
        own = IncidentAnalysis.Bounded(Merged(record, own, record.Boot == now.Boot), out var left);
        folder.Keep(IncidentAnalysis.Of(record with
        {
            Events = [.. record.Events.Where(entry => entry.Node != Node), .. own], LeftOut = Math.Max(record.LeftOut, left),
        }, _rules));
    }

    /// <summary>What the store has forgotten meanwhile stays in the record; what it was told by a better clock, too.</summary>
    private List<IncidentEntry> Merged(Incident record, List<IncidentEntry> fresh, bool sameBoot)
    {
        var merged = new List<IncidentEntry>();
        foreach (var old in record.Events)
        {
            if (old.Node != Node) continue;
            var again = fresh.FindIndex(entry => entry.Serial == old.Serial && entry.Kind == old.Kind
                && (old.Serial > 0 || Math.Abs(entry.AtMs - old.AtMs) < 1000));
            if (again < 0 || !sameBoot) merged.Add(old);
            if (again >= 0 && !sameBoot) fresh.RemoveAt(again);
        }

        merged.AddRange(fresh);
        merged.Sort(static (left, right) =>
            left.AtMs != right.AtMs ? left.AtMs.CompareTo(right.AtMs) : left.Serial.CompareTo(right.Serial));
        return merged;
    }

    private static List<IncidentEntry> Within(Incident record, List<IncidentEntry> entries)
    {
        var last = record.EndMs is { } end ? end + AfterMs : long.MaxValue;
        entries.RemoveAll(entry => entry.AtMs < -BeforeMs || entry.AtMs > last);
        return entries;
    }
}
