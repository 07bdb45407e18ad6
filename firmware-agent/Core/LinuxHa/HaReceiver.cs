using System.Text;
using Appliance.Core.Time;
using Appliance.Core.Wire;

namespace Appliance.Core.LinuxHa;

/// <summary>Believes a frame or says why not: shape, signature, sender, generation, number, in this order. A frame that is refused changes
/// nothing.</summary>
/// <param name="ownName">Of this node.</param>
/// <param name="peerName">Of the only node that is listened to.</param>
/// <param name="keys">What signatures are held against.</param>
/// <param name="generation">The highest one heard of the other node before this start; 0: unknown.</param>
public sealed class HaReceiver(string ownName, string peerName, HaKeys keys, long generation)
{
    private readonly byte[] _own = Encoding.ASCII.GetBytes(ownName);
    private readonly byte[] _peer = Encoding.ASCII.GetBytes(peerName);

    /// <summary>How the other node's messages are counted.</summary>
    public PeerSequences Sequences { get; } = new(generation);

    /// <summary>Taken into use for everything that arrives from now on.</summary>
    public HaKeys Keys { get; set; } = keys;

    /// <summary>Takes a frame; on <see cref="Rejection.None"/> there is a message, and whether it is the newest.</summary>
    public Rejection Take(ReadOnlySpan<byte> bytes, Instant now, out HaMessage message, out HaFreshness freshness)
    {
        (message, freshness) = (default, default);
        var verdict = HaFrame.Read(bytes, out var frame);
        if (verdict == Rejection.None) verdict = frame.Judge(Keys);
        if (verdict == Rejection.None) verdict = Speaker(frame.Fields);
        if (verdict == Rejection.None) verdict = HaMessage.Read(frame.Fields, _own, out message);
        if (verdict != Rejection.None) return verdict;
        freshness = Sequences.Judge(message);
        if (freshness is HaFreshness.Repeated or HaFreshness.Outdated) return Rejection.Replayed;
        // What has no number proves no new start: anybody could have kept it.
        if (message.Sequence is null && message.Generation > Sequences.Generation) return Rejection.Replayed;
        Sequences.Note(message, now);
        if (message is { Kind: HaKind.NakRexmit, IsForUs: true }) Sequences.GiveUp(message.First, message.Last);
        return Rejection.None;
    }

    private Rejection Speaker(in HaFields fields)
    {
        if (!fields.Has("src"u8, out var source)) return Rejection.Malformed;
        if (HaName.Same(source, _own)) return Rejection.Own;
        return HaName.Same(source, _peer) ? Rejection.None : Rejection.WrongSender;
    }
}
