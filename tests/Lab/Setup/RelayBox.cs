using System.Globalization;
using Appliance.Lab.Host;

namespace Appliance.Lab.Setup;

/// <summary>
/// A relay on the first node's USB port: a pseudo-terminal that speaks as a KMTronic board with one relay does. It has the power of its
/// node: without it the contact falls to B. Every movement is noted with its moment.
/// </summary>
/// <remarks>A process of its own, because it must outlive the command that built the lab.</remarks>
public static class RelayBox
{
    private const byte Sync = 0xFF;
    private const byte AskState = 0x03;
    private const int LookMs = 2;

    /// <summary>What the process does until it is ended.</summary>
    public static void Run(LabPlace place)
    {
        using var port = new PseudoTerminal();
        File.WriteAllText(LineHardware.PortFile(place) + ".new", port.PortPath);
        File.Move(LineHardware.PortFile(place) + ".new", LineHardware.PortFile(place));
        var coil = false;
        var noted = true; // The first look notes where it is.
        var frame = new List<byte>();
        var room = new byte[64];
        while (true)
        {
            var power = File.Exists(LineHardware.PowerFile(place));
            coil &= power;
            if (noted != coil || !File.Exists(LineHardware.LogFile(place))) Note(place, coil);
            noted = coil;
            var hangs = File.Exists(LineHardware.HangFile(place));
            var count = hangs ? 0 : port.Read(room, LookMs);
            if (count == 0)
            {
                Thread.Sleep(LookMs);
                port.Unlock();
            }

            if (!power) frame.Clear();
            for (var at = 0; at < count && power; at++)
            {
                frame.Add(room[at]);
                if (frame[0] != Sync) frame.Clear();
                if (frame.Count < 3) continue;
                if (frame[1] == 1 && frame[2] == AskState) port.Write([Sync, 1, (byte)(coil ? 1 : 0)]);
                else if (frame[1] == 1 && frame[2] <= 1) coil = frame[2] == 1;
                frame.Clear();
            }
        }
    }

    private static void Note(LabPlace place, bool coil) => File.AppendAllText(
        LineHardware.LogFile(place), string.Create(CultureInfo.InvariantCulture, $"{MonotonicClock.NowMs:0.0} {(coil ? 'A' : 'B')}\n"));
}
