using System.Collections.Immutable;
using Appliance.Agent.Heartbeat;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.LinuxHa;
using Appliance.Core.Time;
using Appliance.Core.Wire;
using Appliance.Drivers.SerialPort;
using Appliance.Drivers.UdpPort;

namespace Appliance.Agent.LinuxHa;

/// <summary>The media between the nodes as Heartbeat's messages use them: every message goes out on all, and is taken from any.</summary>
internal sealed class HaLinks(LinkSlot[] slots)
{
    private readonly byte[] _counted = new byte[HaLimits.FrameBytesMax];
    private readonly byte[] _text = new byte[HaLimits.FrameBytesMax];

    /// <summary>By link number.</summary>
    public LinkSlot[] Slots => slots;

    /// <summary>When the other node was last heard on each.</summary>
    public ImmutableArray<Instant?> HeardAt => [.. slots.Select(slot => slot.HeardAt)];

    /// <summary>How to open each link of a node, by number.</summary>
    public static OpenMedium[] Openers(ApplianceConfig config, int node) => [.. config.Links.Select(link => link switch
    {
        LinkConfig.Serial serial => Serial(serial),
        _ => MediumOpener.Of(link, node, HaLimits.FrameBytesMax),
    })];

    /// <summary>Sends the lines of a message on every link, each in the form of its medium.</summary>
    public void Send(ReadOnlySpan<byte> lines, HaComposer composer, Instant now)
    {
        var (counted, text) = (0, 0);
        foreach (var slot in slots)
        {
            if (slot.InUse is not { } medium || ReferenceEquals(slot.Broken, medium)) continue;
            var isSerial = medium is HaSerialMedium;
            if (isSerial && text == 0) text = composer.Text(lines, _text);
            if (!isSerial && counted == 0) counted = composer.Counted(lines, _counted);
            var how = medium.Send(isSerial ? _text.AsSpan(0, text) : _counted.AsSpan(0, counted), now);
            if (how == Sending.Done) slot.Counters.Sent++;
            else if (how == Sending.Broken) slot.Broken = medium;
            else slot.Counters.Unsent++;
        }
    }

    /// <summary>Goes on with what a slow line had to leave.</summary>
    public void Continue(Instant now)
    {
        foreach (var slot in slots)
            if (slot.InUse is { ContinueAt: { } at } medium && at <= now && medium.Continue(now) == Sending.Broken) slot.Broken = medium;
    }

    /// <summary>Takes what the keeper opened and lets go of what it wants back; news of a link's standing goes to
    /// <paramref name="tell"/>.</summary>
    public void Adopt(Action<Event> tell)
    {
        foreach (var slot in slots)
        {
            var offered = slot.Offered;
            if (!ReferenceEquals(offered, slot.InUse))
            {
                if (slot.InUse is { } before) slot.EarlierNoise += before.NoiseBytes;
                slot.InUse = offered;
            }

            if (ReferenceEquals(slot.Standing, slot.Told)) continue;
            slot.Told = slot.Standing;
            tell(new Event.LinkUsable(slot.Number, slot.Told.IsGood, slot.Told.Problem));
        }
    }

    /// <summary>Takes what has arrived on a link, up to its allowance, and gives what is believed to <paramref name="hear"/>.</summary>
    public static void Listen(LinkSlot slot, HaReceiver receiver, Instant now, Action<HaMessage, bool> hear)
    {
        if (slot.InUse is not { } medium) return;
        if (now - slot.WindowStart >= LinkSlot.Window) (slot.WindowStart, slot.Taken) = (now, 0);
        while (slot.Taken < LinkSlot.FramesPerWindow)
        {
            var taking = medium.TryTake(out var frame);
            if (taking == Taking.Broken) slot.Broken = medium;
            if (taking != Taking.Frame) break;
            slot.Taken++;
            var highest = receiver.Sequences.Highest;
            var verdict = receiver.Take(frame, now, out var message, out var freshness);
            // What another link brought already shows that this one works. What is older may be a recording.
            var isCopy = verdict == Rejection.Replayed && freshness == HaFreshness.Repeated && message.Sequence == highest;
            slot.Counters.Count(isCopy ? Rejection.None : verdict);
            if (isCopy || verdict == Rejection.None) slot.HeardAt = now;
            if (verdict == Rejection.None) hear(message, freshness == HaFreshness.Newest);
        }

        slot.Counters.NoiseBytes = slot.EarlierNoise + medium.NoiseBytes;
    }

    private static OpenMedium Serial(LinkConfig.Serial link) => (out string problem) =>
        LinuxSerialPort.TryOpen(link.Device, link.Baud, out problem) is { } port ? new HaSerialMedium(port) : null;
}
