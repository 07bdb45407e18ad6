using Appliance.Core.Time;
using Appliance.Core.Wire;

namespace Appliance.Agent.Heartbeat;

/// <summary>Takes frames from links, believes or counts them, and passes on what is news.</summary>
internal sealed class HeartbeatEar(HeartbeatReceiver receiver, OwnSequences own, HeartbeatRing ring)
{
    private readonly (ulong Incarnation, ulong Sequence)[] _newest = new (ulong, ulong)[Core.Limits.WitnessNumber + 1];

    /// <summary>
    /// Takes what has arrived, up to the link's allowance. True when the decision loop should read it at once: a copy of what another
    /// link brought already only shows that this link works, and waits in the ring for the next news.
    /// </summary>
    public bool Listen(LinkSlot slot, Instant now)
    {
        if (slot.InUse is not { } medium) return false;
        if (now - slot.WindowStart >= LinkSlot.Window) (slot.WindowStart, slot.Taken) = (now, 0);
        var news = false;
        while (slot.Taken < LinkSlot.FramesPerWindow)
        {
            var taking = medium.TryTake(out var frame);
            if (taking == Taking.Broken) slot.Broken = medium;
            if (taking != Taking.Frame) break;
            slot.Taken++;
            news |= Hear(slot, frame, now);
        }

        slot.Counters.NoiseBytes = slot.EarlierNoise + medium.NoiseBytes;
        return news;
    }

    private bool Hear(LinkSlot slot, ReadOnlySpan<byte> frame, Instant now)
    {
        HeardItem item = default;
        var verdict = receiver.Take(slot.Number, slot.Speaker, frame, now, out item.Heartbeat, out item.Fresh);
        slot.Counters.Count(verdict);
        if (verdict != Rejection.None) return false;
        slot.HeardAt = now;
        item.Link = slot.Number;
        item.At = now;
        item.EchoSaidAt = own.SaidAt(item.Heartbeat);
        return ring.TryAdd(item) && IsNews(item.Heartbeat);
    }

    private bool IsNews(in Core.Cluster.Heartbeat heartbeat)
    {
        ref var newest = ref _newest[heartbeat.Sender];
        if (newest.Incarnation == heartbeat.Incarnation && heartbeat.Sequence <= newest.Sequence) return false;
        newest = (heartbeat.Incarnation, heartbeat.Sequence);
        return true;
    }
}
