using Appliance.Core.Cluster;
using Appliance.Core.Time;
using Appliance.Core.Wire;
using Facts = Appliance.Core.Cluster.Heartbeat;

namespace Appliance.Agent.Heartbeat;

/// <summary>Says the newest facts on every link: completes what only the timing thread knows, signs, sends.</summary>
internal sealed class HeartbeatVoice(
    FactsBoard board, Authenticator authenticator, uint cluster, OwnSequences own, HeartbeatReceiver receiver, HeartbeatIdentity self)
{
    private readonly byte[] _frame = new byte[FrameLayout.FrameSizeMax];

    /// <summary>Sends one heartbeat everywhere. <paramref name="last"/> is added to the flags.</summary>
    public void Speak(LinkSlot[] slots, NodeFlags last, Instant now)
    {
        var said = board.Read();
        said.Sender = self.Node;
        said.Flags |= last;
        said.Incarnation = self.Incarnation;
        said.Sequence = own.Next(now);
        said.SentAt = (uint)(long)now.SinceBoot.TotalMilliseconds;
        said.LinksHeard = LinksHeard(slots, now);
        var (speaker, length) = (byte.MaxValue, 0);
        foreach (var slot in slots)
        {
            if (slot.InUse is not { } medium) continue;
            if (slot.Speaker != speaker) (speaker, length) = (slot.Speaker, Compose(ref said, slot.Speaker));
            Count(slot, medium.Send(_frame.AsSpan(0, length), now), sent: true);
        }
    }

    /// <summary>Goes on with what a busy line had to leave.</summary>
    public static void Continue(LinkSlot[] slots, Instant now)
    {
        foreach (var slot in slots)
            if (slot.InUse is { ContinueAt: { } at } medium && at <= now) Count(slot, medium.Continue(now), sent: false);
    }

    /// <summary>The echo is for one listener, so peer and witness get frames of their own.</summary>
    private int Compose(ref Facts said, byte listener)
    {
        receiver.Echo(listener, ref said);
        return authenticator.Seal(_frame, HeartbeatCodec.Encode(said, cluster, _frame));
    }

    private byte LinksHeard(LinkSlot[] slots, Instant now)
    {
        var heard = 0;
        foreach (var slot in slots)
            if (slot.Number < HeardItem.WitnessLink && slot.HeardAt is { } at && now - at < self.Deadtime) heard |= 1 << slot.Number;
        return (byte)heard;
    }

    /// <summary>A frame that has to wait is counted when it goes out, or never, when a newer one took its place.</summary>
    private static void Count(LinkSlot slot, Sending how, bool sent)
    {
        if (how == Sending.Done) slot.Counters.Sent++;
        else if (how == Sending.Broken) slot.Broken = slot.InUse;
        else if (sent && how == Sending.Failed) slot.Counters.Unsent++;
    }
}

/// <summary>Who speaks.</summary>
/// <param name="Node">Own number.</param>
/// <param name="Incarnation">Of this start; greater than 0.</param>
/// <param name="Deadtime">A link on which the peer was heard within it counts as heard.</param>
internal sealed record HeartbeatIdentity(byte Node, ulong Incarnation, TimeSpan Deadtime);
