using System.Globalization;

namespace Appliance.Core.Dahdi;

/// <summary>Reads the attributes of one <c>/sys/bus/dahdi_spans/devices/span-N</c>. Never throws on any text.</summary>
public static class SysDahdi
{
    private const int TextMax = 256;

    /// <summary>What <c>/sys</c> adds to a span that <c>/proc</c> has shown; a span of its own where <c>/proc</c> shows none.</summary>
    /// <param name="number">N of span-N.</param>
    /// <param name="known">From <c>/proc/dahdi</c>; null: it is not there.</param>
    /// <param name="attribute">Text of an attribute by its file name; null: there is none.</param>
    public static DahdiSpan Read(int number, DahdiSpan? known, Func<string, string?> attribute)
    {
        var span = known ?? new DahdiSpan(number, Text(attribute("name")), Text(attribute("desc")));
        return span with
        {
            Alarms = span.Alarms | (DahdiAlarms)(Hexadecimal(attribute("alarms")) ?? 0),
            IsMaster = span.IsMaster || Number(attribute("is_sync_master")) == 1,
            Line = span.Line.Length > 0 ? span.Line : Text(attribute("lineconfig")),
            ChannelCount = Number(attribute("channels")) ?? span.ChannelCount,
            BaseChannel = Number(attribute("basechan")) ?? span.BaseChannel,
            LocalNumber = Number(attribute("local_spanno")) ?? span.LocalNumber,
            SyncSource = Number(attribute("syncsrc")) ?? span.SyncSource,
            Kind = Text(attribute("spantype")),
        };
    }

    private static string Text(string? text) =>
        text is null ? "" : string.Concat(text.Trim().Take(TextMax).Where(letter => !char.IsControl(letter)));

    private static int? Number(string? text) =>
        int.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>DAHDI writes "0x8".</summary>
    private static int? Hexadecimal(string? text)
    {
        var trimmed = text?.Trim() ?? "";
        if (trimmed.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) trimmed = trimmed[2..];
        return int.TryParse(trimmed, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) && number >= 0
            ? number : null;
    }
}
