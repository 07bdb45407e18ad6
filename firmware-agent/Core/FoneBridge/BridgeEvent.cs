using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Core.FoneBridge;

/// <summary>What a session with a bridge is told.</summary>
public abstract record BridgeEvent
{
    private BridgeEvent() { } // Closed: no cases outside this file.

    public sealed record Started : BridgeEvent;

    /// <summary>A datagram from the bridge to the socket of the newest request.</summary>
    public sealed record Arrived(byte[] Datagram) : BridgeEvent;

    /// <summary>The kernel could not send, or something on the way said so.</summary>
    /// <param name="Words">The kernel's words.</param>
    public sealed record Unreachable(string Words) : BridgeEvent;

    /// <summary>Time passed.</summary>
    public sealed record Tick : BridgeEvent;

    /// <summary>Somebody wants it to end. It still starts TX again if it stopped it.</summary>
    public sealed record Cancelled : BridgeEvent;
}

/// <summary>What a session wants done, in this order.</summary>
public abstract record BridgeEffect
{
    private BridgeEffect() { } // Closed: no cases outside this file.

    /// <summary>Throw away what has arrived: it answers nothing that is still asked.</summary>
    public sealed record Drain : BridgeEffect;

    /// <summary>From now on use another port: nothing in the protocol tells a late reply from a timely one, so it must not reach
    /// us.</summary>
    public sealed record Renew : BridgeEffect;

    public sealed record Send(BridgeRequest Request) : BridgeEffect;
}

/// <summary>What we know of voice leaving the bridge.</summary>
public enum TransmitState
{
    /// <summary>This session has not touched it.</summary>
    Untouched,

    /// <summary>The bridge confirmed that it sends.</summary>
    On,

    /// <summary>We asked it to stop and have no confirmation that it started again: the lines are silent.</summary>
    Off,
}

/// <summary>How a session ended.</summary>
/// <param name="Ok">All that was wanted is done.</param>
/// <param name="Words">A sentence for a person; says so when the lines are silent.</param>
/// <param name="Transmit">State of voice at the end.</param>
/// <param name="NeedsReset">The bridge must be reset and the session repeated.</param>
/// <param name="Notes">What the bridge refused although the rest went on.</param>
public sealed record BridgeOutcome(bool Ok, string Words, TransmitState Transmit, bool NeedsReset, IReadOnlyList<string> Notes);
