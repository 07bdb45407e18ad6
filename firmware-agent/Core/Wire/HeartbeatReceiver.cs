using Appliance.Core.Cluster;
using Appliance.Core.Time;

namespace Appliance.Core.Wire;

/// <summary>From bytes to belief: signature, fields, sender, replay, freshness. Whatever arrives, nothing throws and nothing is
/// allocated.</summary>
public sealed class HeartbeatReceiver
{
    private readonly Authenticator _authenticator;
    private readonly OwnSequences _own;
    private readonly byte _self;
    private readonly ulong _incarnation;
    private readonly ReplayWindow[] _senders;

    /// <param name="self">Our number.</param>
    /// <param name="incarnation">Ours, greater than 0.</param>
    /// <param name="own">What we said.</param>
    /// <param name="links">Number of links; each sender has a window per link.</param>
    /// <param name="lag">By how much copies of one heartbeat may differ in arrival: warntime.</param>
    public HeartbeatReceiver(Authenticator authenticator, byte self, ulong incarnation, OwnSequences own, int links, TimeSpan lag)
    {
        Invariant.Check(incarnation > 0);
        (_authenticator, _self, _incarnation, _own) = (authenticator, self, incarnation, own);
        _senders = [.. Selection.Range(0, Limits.WitnessNumber + 1).Select(_ => new ReplayWindow(links, lag))];
    }

    /// <summary>What is known of a sender.</summary>
    public ReplayWindow Of(byte sender) => _senders[sender];

    /// <summary>Judges a frame that arrived on a link where only <paramref name="expected"/> speaks (255: any of the nodes).</summary>
    public Rejection Take(int link, byte expected, ReadOnlySpan<byte> frame, Instant now, out Heartbeat heartbeat, out bool fresh)
    {
        fresh = false;
        heartbeat = default;
        var verdict = _authenticator.Open(frame, out var content);
        if (verdict != Rejection.None) return verdict;
        if (!HeartbeatCodec.TryDecode(content, out heartbeat)) return Rejection.Malformed;
        if (heartbeat.Sender == _self && heartbeat.Incarnation == _incarnation) return Rejection.Own;
        if (heartbeat.Sender == _self || !IsExpected(expected, heartbeat.Sender)) return Rejection.WrongSender;
        fresh = _own.Proves(heartbeat, now);
        return _senders[heartbeat.Sender].Take(link, heartbeat.Incarnation, heartbeat.Sequence, fresh, now) ? Rejection.None
            : Rejection.Replayed;
    }

    /// <summary>For the echo of what we say to <paramref name="receiver"/>.</summary>
    public void Echo(byte receiver, ref Heartbeat heartbeat)
    {
        var heard = _senders[receiver];
        // A sender remembered from before our start has not been heard by us: nothing to echo.
        heartbeat.EchoIncarnation = heard.Newest == 0 ? 0 : (uint)heard.Incarnation;
        heartbeat.EchoSequence = (uint)heard.Newest;
    }

    private static bool IsExpected(byte expected, byte sender) => expected == Vote.Nobody ? sender < Limits.Nodes : sender == expected;
}
