using System.Globalization;
using Appliance.Core.Configuration.Schema;
using Appliance.Core.Wire;

namespace Appliance.Core.Configuration.Relations;

/// <summary>Whether a serial line can carry a heartbeat every keepalive. Sizes: docs/PROTOCOL.md.</summary>
internal static class SerialCapacity
{
    private const int HeaderBytes = FrameLayout.HeaderSize + FrameLayout.NodeSize;
    private const int GroupBytes = FrameLayout.GroupSize;
    private const int AuthenticationBytes = FrameLayout.MacSize;

    /// <summary>Checksum, byte stuffing, delimiters.</summary>
    private const int FramingBytes = 8;

    /// <summary>8N1: a start bit, eight bits, a stop bit.</summary>
    private const int BitsPerByte = 10;

    /// <summary>A change is spoken at once, besides the rhythm; a line fuller than this delays it.</summary>
    private const double ComfortMax = 0.8;

    public static void Check(Section root, Findings findings)
    {
        if (!root.Has("heartbeat", out Section heartbeat) || !heartbeat.Has("keepalive", out TimeSpan keepalive)) return;
        var groups = root.Sections("group").Length;
        foreach (var link in heartbeat.Sections("link").Where(link => link.Word == "serial"))
            if (link.Has("baud", out int baud)) Line(link, baud, keepalive, groups, findings);
    }

    private static void Line(Section link, int baud, TimeSpan keepalive, int groups, Findings findings)
    {
        var bytes = HeaderBytes + GroupBytes * groups + AuthenticationBytes + FramingBytes;
        var takes = TimeSpan.FromSeconds((double)bytes * BitsPerByte / baud);
        var load = takes / keepalive;
        if (load <= ComfortMax) return;
        var arithmetic =
            $"a heartbeat is {HeaderBytes} + {groups} x {GroupBytes} + {AuthenticationBytes} + {FramingBytes} = {bytes} bytes, "
            + $"x {BitsPerByte} bits / {baud} baud = {Milliseconds(takes)} ms of every {Milliseconds(keepalive)} ms "
                + $"({Math.Round(load * 100)} %)";
        if (load > 1)
            findings.Error(link.Place("baud"), link.PathOf("baud"), $"{arithmetic}; expected a faster line or a longer keepalive");
        else findings.Warning(link.Place("baud"), link.PathOf("baud"),
            $"{arithmetic}; news that is sent at once will queue: better below {ComfortMax * 100} %");
    }

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0.#", CultureInfo.InvariantCulture);
}
