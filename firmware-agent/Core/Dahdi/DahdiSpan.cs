using System.Collections.Immutable;

namespace Appliance.Core.Dahdi;

/// <summary>One timeslot or analogue port.</summary>
/// <param name="Number">DAHDI's channel number, over all spans.</param>
/// <param name="Name">For example TE4/0/1/16.</param>
/// <param name="Signalling">As DAHDI calls it: Clear, HDLCFCS, FXOKS, Unconfigured …; empty: none.</param>
/// <param name="InUse">A program has it open.</param>
/// <param name="Alarms">Of analogue ports.</param>
/// <param name="EchoCanceller">Its name and state; empty: none.</param>
public sealed record DahdiChannel(
    int Number, string Name, string Signalling, bool InUse, DahdiAlarms Alarms = DahdiAlarms.None, string EchoCanceller = "");

/// <summary>A counter that is not zero, with DAHDI's name: "IRQ misses", "CRC4 error count".</summary>
public readonly record struct DahdiCounter(string Name, long Count);

/// <summary>One line (E1, T1, BRI, a card of analogue ports) as the kernel shows it.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Name">For example TE4/0/1.</param>
/// <param name="Description">For example T4XXP (PCI) Card 0 Span 1.</param>
public sealed record DahdiSpan(int Number, string Name, string Description)
{
    /// <summary>The clock of all spans.</summary>
    public bool IsMaster { get; init; }

    /// <summary>This span's clock comes from its line.</summary>
    public bool IsClockSource { get; init; }

    /// <summary>Line code and framing, for example HDB3/CCS/CRC4; empty: analogue, or not configured.</summary>
    public string Line { get; init; } = "";

    public DahdiAlarms Alarms { get; init; }

    public ImmutableArray<DahdiChannel> Channels { get; init; } = [];

    /// <summary>Counters of <c>/proc/dahdi</c> that are not zero.</summary>
    public ImmutableArray<DahdiCounter> Counters { get; init; } = [];

    /// <summary>Channels as <c>/sys</c> counts them; -1: it does not say.</summary>
    public int ChannelCount { get; init; } = -1;

    /// <summary>Number of the first channel; -1: not known.</summary>
    public int BaseChannel { get; init; } = -1;

    /// <summary>Number of the span on its card; -1: not known.</summary>
    public int LocalNumber { get; init; } = -1;

    /// <summary>Number of the span whose line is the clock; 0: none.</summary>
    public int SyncSource { get; init; }

    /// <summary>E1, T1, J1, BRI, …; empty: not known.</summary>
    public string Kind { get; init; } = "";

    /// <summary><c>dahdi_cfg</c> has given it a purpose: alarms of others are nobody's concern.</summary>
    public bool IsConfigured =>
        Line.Length > 0 || Channels.Any(channel => channel.Signalling is not ("" or "Unconfigured" or "Reserved"));

    /// <summary>Channels that a program has open.</summary>
    public int InUse => Channels.Count(channel => channel.InUse);
}

/// <summary>All spans of this machine at one moment.</summary>
/// <param name="Spans">By number.</param>
/// <param name="Problem">Why there are none, or what could not be read, in words; empty: nothing.</param>
public sealed record DahdiReading(ImmutableArray<DahdiSpan> Spans, string Problem)
{
    /// <summary>The span of that number; null: it is not there.</summary>
    public DahdiSpan? Span(int number) => Spans.FirstOrDefault(span => span.Number == number);
}
