using System.Text;

namespace Appliance.Drivers.Relay;

/// <summary>Bytes of a device as a message may show them.</summary>
internal static class Shown
{
    private const int BytesMax = 24;

    /// <summary>In quotes when they are text, else hexadecimal; shortened.</summary>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var some = bytes[..Math.Min(bytes.Length, BytesMax)];
        var more = bytes.Length > BytesMax ? "…" : "";
        if (bytes.IsEmpty) return "\"\"";
        return IsText(some) ? $"\"{Encoding.ASCII.GetString(some).Replace("\r", "", StringComparison.Ordinal)
            .Replace("\n", " ", StringComparison.Ordinal).Trim()}{more}\"" : $"{Convert.ToHexStringLower(some)}{more}";
    }

    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
            if (value is not ((byte)'\r' or (byte)'\n' or >= 0x20 and < 0x7f)) return false;
        return true;
    }
}
