using Appliance.Core.Time;

namespace Appliance.Core.Fences;

/// <summary>How an order to switch the peer off ended.</summary>
public enum FenceOutcome : byte
{
    /// <summary>A device said "off" when it was asked after the order. Nothing else is a confirmation.</summary>
    Confirmed,

    /// <summary>No device did: unreachable, refused, still on, or it does not know.</summary>
    Failed,
}

/// <summary>What is under way with the devices that switch the peer off.</summary>
public sealed record FenceState
{
    public static FenceState None { get; } = new();

    /// <summary>Names the order under way; 0: none is.</summary>
    public ulong Token { get; init; }

    /// <summary>When it was given.</summary>
    public Instant AskedAt { get; init; }

    /// <summary>Orders that failed since the peer was last heard.</summary>
    public int Failures { get; init; }

    /// <summary>The next order is not given before.</summary>
    public Instant NotBefore { get; init; }

    /// <summary>How the last order failed; empty: none did.</summary>
    public string Words { get; init; } = "";

    /// <summary>Name of the device that confirmed.</summary>
    public string Device { get; init; } = "";

    /// <summary>The peer is switched on again then; null: not by us.</summary>
    public Instant? PowerBackAt { get; init; }

    /// <summary>The peer was switched on again then and was not heard since: it may be booting.</summary>
    public Instant? PoweredAt { get; init; }

    /// <summary>The peer was heard: what was wrong with fencing it does not matter any more. What is under way goes on.</summary>
    public FenceState Heard() => this == None ? None
        : Token == 0 && PowerBackAt is null ? None
        : this with { Failures = 0, NotBefore = Instant.Boot, Words = "", PoweredAt = null };
}
