using System.Text;

namespace Appliance.Drivers.Relay.Hid;

/// <summary>Reports of the HID relay boards; byte 0 is the report's number.</summary>
internal static class HidReports
{
    /// <summary>A dcttech board's reports have eight bytes, and the number.</summary>
    public const int UsbRelayBytes = 9;

    private const byte On = 0xFF;
    private const byte Off = 0xFD;

    /// <summary>dcttech: <c>00 FF n 00…</c> on, <c>00 FD n 00…</c> off.</summary>
    public static byte[] UsbRelaySwitch(int channel, bool on) => [0, on ? On : Off, (byte)channel, 0, 0, 0, 0, 0, 0];

    /// <summary>dcttech: asks for feature report 1.</summary>
    public static byte[] UsbRelayAsk() => [1, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>The board's identity, bytes 0 to 4 of its feature report; null when it is none.</summary>
    public static string? UsbRelayId(ReadOnlySpan<byte> report)
    {
        if (report.Length < 8) return null;
        foreach (var letter in report[..5])
            if (letter is < 0x20 or > 0x7e) return null;
        return Encoding.ASCII.GetString(report[..5]);
    }

    /// <summary>Byte 7, bit 0 is relay 1.</summary>
    public static bool UsbRelayIsOn(ReadOnlySpan<byte> report, int channel) => (report[7] >> (channel - 1) & 1) == 1;

    /// <summary>Ucreatefun: <c>00 F0+n</c> on, <c>00 0n</c> off.</summary>
    public static byte[] HidRelaySwitch(int channel, bool on) => [0, (byte)((on ? 0xF0 : 0) + channel)];

    /// <summary>LCUS: the serial frame behind report number 0.</summary>
    public static byte[] LcusSwitch(int channel, bool on) => [0, .. Serial.LcusFrames.Switch(channel, on)];

    public static byte[] LcusAsk() => [0, .. Serial.LcusFrames.Status];
}
