using System.Text;

namespace Appliance.Drivers.Relay.Serial;

/// <summary>Bytes of an LC Technology board, over a serial line and as HID reports. Its answers come in three ways, by firmware: text,
/// bytes, or none at all.</summary>
internal static class LcusFrames
{
    /// <summary>Ten bytes for each of eight channels, and some room.</summary>
    public const int StatusMax = 128;

    public const int Channels = 8;

    private const byte Start = 0xA0;

    /// <summary>Asks for the state of all relays; not a control frame, moves nothing.</summary>
    public static ReadOnlySpan<byte> Status => [0xFF];

    /// <summary><c>A0 channel operation sum</c>; the sum is the low byte of the three before it.</summary>
    public static byte[] Switch(int channel, bool on)
    {
        var operation = (byte)(on ? 1 : 0);
        return [Start, (byte)channel, operation, (byte)(Start + channel + operation)];
    }

    /// <summary>The relays from channel 1 on; null when the answer is neither text nor bytes.</summary>
    public static bool[]? States(ReadOnlySpan<byte> answer)
    {
        if (answer.IsEmpty || answer.Length > StatusMax) return null;
        return answer[0] is 0 or 1 ? Binary(answer) : Text(Encoding.ASCII.GetString(answer));
    }

    private static bool[]? Binary(ReadOnlySpan<byte> answer)
    {
        if (answer.Length > Channels) return null;
        var states = new bool[answer.Length];
        for (var at = 0; at < states.Length; at++)
        {
            if (answer[at] > 1) return null;
            states[at] = answer[at] == 1;
        }

        return states;
    }

    /// <summary>"CH1: ON \r\nCH2: OFF\r\n", with or without the blanks.</summary>
    private static bool[]? Text(string answer)
    {
        if (!answer.EndsWith('\n')) return null;
        var lines = answer.Split('\n', StringSplitOptions.TrimEntries)[..^1];
        if (lines.Length is 0 or > Channels) return null;
        var states = new bool[lines.Length];
        for (var at = 0; at < lines.Length; at++)
        {
            var parts = lines[at].Split(':', StringSplitOptions.TrimEntries);
            if (parts.Length != 2 || parts[0] != $"CH{(char)('1' + at)}" || parts[1] is not ("ON" or "OFF")) return null;
            states[at] = parts[1] == "ON";
        }

        return states;
    }
}
