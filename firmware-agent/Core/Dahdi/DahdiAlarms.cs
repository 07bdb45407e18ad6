namespace Appliance.Core.Dahdi;

/// <summary>Alarm bits of a span or a channel, with the numbers of DAHDI's <c>dahdi/user.h</c>.</summary>
[Flags]
public enum DahdiAlarms
{
    None = 0,

    /// <summary>An alarm is over and DAHDI waits whether it stays so.</summary>
    Recovering = 1 << 0,

    /// <summary>The line is looped back.</summary>
    Loop = 1 << 1,

    /// <summary>The far end does not hear us (RAI).</summary>
    Yellow = 1 << 2,

    /// <summary>We hear nothing we understand (LOS, LFA).</summary>
    Red = 1 << 3,

    /// <summary>The far end sends all ones (AIS).</summary>
    Blue = 1 << 4,

    /// <summary>The span was never started by <c>dahdi_cfg</c>.</summary>
    NotOpen = 1 << 5,

    /// <summary>No signal at all; stands beside <see cref="Red"/>.</summary>
    SignalLost = 1 << 8,

    /// <summary>Signal, but no frames; stands beside <see cref="Red"/>.</summary>
    FramesLost = 1 << 9,

    /// <summary>Frames, but no multi-frames (CRC4, CAS); stands beside <see cref="Red"/>.</summary>
    MultiFramesLost = 1 << 10,
}

/// <summary>Alarms as the field says them and as a person at the rack understands them.</summary>
public static class DahdiAlarmWords
{
    /// <summary>Alarms with which no call gets through.</summary>
    public const DahdiAlarms Dead = DahdiAlarms.Red | DahdiAlarms.Blue | DahdiAlarms.NotOpen | DahdiAlarms.Loop;

    /// <summary>Worst first: the order in which a person wants to hear them.</summary>
    private static readonly (DahdiAlarms Alarm, string Word, string Advice)[] Known =
    [
        (DahdiAlarms.Red, "RED", "no signal: cable, relay position or the exchange"),
        (DahdiAlarms.Blue, "BLUE", "the far end sends only ones: its equipment is out of service, ask the carrier"),
        (DahdiAlarms.Yellow, "YELLOW", "the far end does not hear us: the transmit pair, or framing that differs from the exchange's"),
        (DahdiAlarms.Loop, "LOOP", "the line is looped back: a test of the carrier or a loop plug"),
        (DahdiAlarms.NotOpen, "NOTOPEN", "the span was not started: run dahdi_cfg"),
        (DahdiAlarms.Recovering, "RECOVERING", "an alarm is over and has to stay so for a moment"),
        (DahdiAlarms.SignalLost, "LOS", "no signal"),
        (DahdiAlarms.FramesLost, "LFA", "signal, but no frames: framing or line code differs from the exchange's"),
        (DahdiAlarms.MultiFramesLost, "LMFA", "frames, but no multi-frames: CRC4 differs from the exchange's"),
    ];

    /// <summary>"RED YELLOW"; empty without an alarm.</summary>
    public static string Of(DahdiAlarms alarms) =>
        string.Join(' ', Known.Where(entry => alarms.HasFlag(entry.Alarm)).Select(entry => entry.Word));

    /// <summary>What the worst of them means and where to look; empty without an alarm.</summary>
    public static string Advice(DahdiAlarms alarms) => Known.FirstOrDefault(entry => alarms.HasFlag(entry.Alarm)).Advice ?? "";

    /// <summary>The alarm that <c>/proc/dahdi</c> calls so; null: it is no alarm.</summary>
    public static DahdiAlarms? Read(string word) => word switch
    {
        "RED" => DahdiAlarms.Red,
        "BLUE" => DahdiAlarms.Blue,
        "YELLOW" => DahdiAlarms.Yellow,
        "LOOP" or "LOOPBACK" => DahdiAlarms.Loop,
        "RECOVER" or "RECOVERING" => DahdiAlarms.Recovering,
        "NOTOPEN" => DahdiAlarms.NotOpen,
        _ => null,
    };
}
