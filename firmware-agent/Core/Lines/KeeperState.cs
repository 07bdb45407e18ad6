using Appliance.Core.Time;

namespace Appliance.Core.Lines;

/// <summary>Everything the keeper of a relay knows.</summary>
public sealed record KeeperState(KeeperSettings Settings)
{
    /// <summary>Null: nobody has one.</summary>
    public LineLease? Lease { get; init; }

    /// <summary>The largest term that ever had a lease.</summary>
    public uint Term { get; init; }

    public LineHold? Hold { get; init; }

    public bool Stopping { get; init; }

    /// <summary>The relay's last word; what was set, of one that cannot be asked.</summary>
    public LinePosition Found { get; init; }

    /// <summary>The hardware says itself where the lines are; known from its answers.</summary>
    public bool ReadsBack { get; init; }

    /// <summary>Why the relay does not do what it is told; empty: it does.</summary>
    public string Problem { get; init; } = "";

    /// <summary>The order under way.</summary>
    public OrderUnderWay? Busy { get; init; }

    /// <summary>Position of the last order that moved something; Unknown: none yet.</summary>
    public LinePosition LastSet { get; init; }

    /// <summary>When the lines last moved or may have; null: not in this life.</summary>
    public Instant? MovedAt { get; init; }

    /// <summary>When it is looked at again, or tried again.</summary>
    public Instant LookAt { get; init; }

    /// <summary>Since when the position that is wanted now is wanted, and why.</summary>
    public Instant WantedSince { get; init; }

    public string Cause { get; init; } = "";

    /// <summary>The switch for this wish was told.</summary>
    public bool Told { get; init; } = true;

    /// <summary>Milliseconds from wish to confirmation of the last switch; -1: none yet.</summary>
    public double LastMs { get; init; } = -1;

    public string LastSwitch { get; init; } = "";

    public long LastId { get; init; }

    /// <summary>An order has been under way for longer than one takes.</summary>
    public bool Hangs(Instant now) => Busy is { } busy && now - busy.Since >= KeeperSettings.HangAfter;

    /// <summary>Confirmed where it is wanted.</summary>
    public bool IsAt(LinePosition position) => Found == position && Problem.Length == 0;
}

/// <param name="Term">Of the group's promotion.</param>
public sealed record LineLease(uint Term, Instant Until);

/// <summary>An operator's order that lasts.</summary>
public sealed record LineHold(LinePosition Position, Instant Until);

/// <param name="Abandoned">It was asked to give up.</param>
/// <param name="HangTold">It was told that it takes long.</param>
public sealed record OrderUnderWay(long Id, RelayOrder Order, LinePosition Position, Instant Since, bool Abandoned, bool HangTold);
