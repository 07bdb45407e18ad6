using System.Globalization;
using System.Text;

namespace Appliance.Drivers.Relay.Serial;

/// <summary>The command line of a Numato relay module: every command is echoed, then comes the value if there is one, then a
/// prompt.</summary>
internal static class NumatoText
{
    public const byte Prompt = (byte)'>';

    /// <summary>No answer is longer than an echo, sixteen digits and the line ends.</summary>
    public const int AnswerMax = 96;

    public const string Version = "ver";
    public const string ReadAll = "relay readall";

    /// <summary>Ends whatever was half typed.</summary>
    public static ReadOnlySpan<byte> Resync => "\r"u8;

    public static byte[] Line(string command) => Encoding.ASCII.GetBytes(command + "\r");

    /// <summary><c>relay on X</c>. X has one digit, on boards of 64 two decimal ones.</summary>
    public static string Switch(int channel, bool on, int relays) => $"relay {(on ? "on" : "off")} {Digits(channel, relays)}";

    public static string Digits(int channel, int relays) => relays switch
    {
        64 => channel.ToString("00", CultureInfo.InvariantCulture),
        32 => channel < 10 ? $"{(char)('0' + channel)}" : $"{(char)('A' + channel - 10)}",
        _ => channel.ToString("x", CultureInfo.InvariantCulture),
    };

    /// <summary>The value in an answer that ends with the prompt; empty where there is none, null when the command is not echoed.</summary>
    public static string? Value(ReadOnlySpan<byte> answer, string command)
    {
        var lines = Encoding.ASCII.GetString(answer).TrimEnd('>').Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length is 0 or > 2 || lines[0].Trim() != command) return null;
        return lines.Length == 2 ? lines[1].Trim() : "";
    }

    /// <summary>The relays from number 0 on; null when it is not a mask of that many.</summary>
    public static bool[]? States(string value, int relays)
    {
        var digits = (relays + 3) / 4;
        if (value.Length != digits || !ulong.TryParse(value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var mask))
            return null;
        if (relays < 64 && mask >> relays != 0) return null;
        return [.. Selection.Range(0, relays).Select(relay => (mask >> relay & 1) == 1)];
    }
}
