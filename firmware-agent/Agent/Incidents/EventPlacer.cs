using Appliance.Agent.Journal;
using Appliance.Core.Incidents;
using Appliance.Core.Time;

namespace Appliance.Agent.Incidents;

/// <summary>
/// Puts events of both nodes on the one clock of a record. What lies beyond a boot of the node that keeps the record, or of a clock of the
/// peer that heartbeats did not show, is placed by wall clocks and says so: its error is null.
/// </summary>
internal sealed class EventPlacer(Incident record, NodeClock now)
{
    /// <summary>An earlier clock of the peer that differs more than this from its wall clock was that of another boot still.</summary>
    private const long PlausibleMs = 10_000;

    private bool IsSameBoot => record.Boot == now.Boot;

    /// <summary>Zero on our present boot clock.</summary>
    private long ZeroMs => IsSameBoot ? record.ZeroBootMs : now.BootMs - (now.UnixMs - record.ZeroUnixMs);

    /// <summary>Events of this node, and the starts of its machine and agent.</summary>
    public List<IncidentEntry> Own(IReadOnlyList<EventView> events, string node)
    {
        var entries = new List<IncidentEntry>();
        long? exact = IsSameBoot ? 0 : null;
        var present = NodeClock.OfThisBoot(events, now.BootMs);
        for (var number = 0; number < events.Count; number++)
        {
            var happened = events[number];
            var isPresent = number >= events.Count - present;
            var at = isPresent ? happened.BootMs - ZeroMs : now.BootMs - (now.UnixMs - happened.UnixMs) - ZeroMs;
            // The store has thousands; a record is about the last ones.
            if (at >= -IncidentBook.BeforeMs) entries.Add(IncidentEntry.Of(Line(happened), at, isPresent ? exact : null));
        }

        Starts(entries, node, -ZeroMs, now.AgentBootMs - ZeroMs, exact);
        return entries;
    }

    /// <summary>Events of the peer.</summary>
    /// <param name="half">As it told them.</param>
    /// <param name="clock">What heartbeats know of its clock.</param>
    /// <param name="heardMs">Our boot clock when its answer was there.</param>
    /// <param name="tookMs">From question to answer.</param>
    public List<IncidentEntry> Peer(PeerHalf half, string peer, PeerClock clock, long heardMs, long tookMs)
    {
        var entries = new List<IncidentEntry>();
        var present = NodeClock.OfThisBoot(half.Events, half.NowBootMs);
        for (var number = 0; number < half.Events.Count; number++)
        {
            var happened = half.Events[number] with { Node = peer };
            var isPresent = number >= half.Events.Count - present;
            var byWall = heardMs - (half.NowUnixMs - happened.UnixMs);
            var (at, error) = isPresent ? Present(half, clock, happened.BootMs, heardMs, tookMs) : Past(clock, happened.BootMs, byWall);
            entries.Add(IncidentEntry.Of(Line(happened), at - ZeroMs, IsSameBoot ? error : null));
        }

        var (machine, machineError) = Present(half, clock, 0, heardMs, tookMs);
        var (agent, _) = Present(half, clock, half.AgentBootMs, heardMs, tookMs);
        Starts(entries, peer, machine - ZeroMs, agent - ZeroMs, IsSameBoot ? machineError : null);
        return entries;
    }

    /// <summary>A moment of the peer's present boot on our clock.</summary>
    private static (long At, long? Error) Present(PeerHalf half, PeerClock clock, long bootMs, long heardMs, long tookMs)
    {
        var sinceMs = (long)clock.Since.SinceBoot.TotalMilliseconds;
        // No heartbeats both ways: the answer itself was said between question and arrival.
        if (clock.Now is not { } offset) return (heardMs - (half.NowBootMs - bootMs), tookMs);
        var at = offset.ToOwn(bootMs, heardMs - (half.NowBootMs - bootMs));
        if (at >= sinceMs - offset.ErrorMs || clock.Earlier is not { } earlier) return (at, offset.ErrorMs);
        // Before a pause or a step of its clock another offset held.
        var before = earlier.ToOwn(bootMs, at);
        return before < sinceMs && Math.Abs(before - at) < PlausibleMs * 360 ? (before, earlier.ErrorMs) : (at, offset.ErrorMs);
    }

    /// <summary>A moment of an earlier boot of the peer.</summary>
    private static (long At, long? Error) Past(PeerClock clock, long bootMs, long byWall)
    {
        if (clock.Earlier is not { } earlier) return (byWall, null);
        var at = earlier.ToOwn(bootMs, byWall);
        return Math.Abs(at - byWall) < PlausibleMs ? (at, earlier.ErrorMs) : (byWall, null);
    }

    private static void Starts(List<IncidentEntry> entries, string node, long machineMs, long agentMs, long? error)
    {
        entries.Add(new IncidentEntry(machineMs, error, node, "boot", null, null, null, null, "the machine started", 0));
        entries.Add(new IncidentEntry(agentMs, error, node, "agent", null, null, null, null, "the agent started", 0));
    }

    private static IncidentEvent Line(EventView happened) => EventLine.Of(happened);
}

/// <summary>An event of the store as incidents see it.</summary>
internal static class EventLine
{
    public static IncidentEvent Of(EventView happened) => new(
        happened.UnixMs, happened.BootMs, happened.Serial, happened.Node, happened.Kind, happened.Group, happened.Resource, happened.From,
        happened.To, happened.Text);
}
