using System.Globalization;

namespace Appliance.Core.Configuration.Schema;

/// <summary>When a group returns to its preferred node. Reads to <see cref="FailbackConfig"/>.</summary>
public sealed class FailbackType : TextType
{
    private static readonly TimeSpan AfterMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterMax = TimeSpan.FromDays(30);

    public override string Name => "failback";

    public override string Accepts =>
        "\"never\", a duration of health such as \"30m\", \"when-synced\", or a daily window such as \"daily 03:00-04:00\"";

    protected override object? Parse(string text, out string because)
    {
        because = "";
        if (text == "never") return new FailbackConfig.Never();
        if (text == "when-synced") return new FailbackConfig.WhenSynced();
        if (text.StartsWith("daily ", StringComparison.Ordinal)) return Window(text["daily ".Length..], out because);
        if (DurationType.Parse(text) is not { } stable) return null;
        because = $"from {Words.Of(AfterMin)} to {Words.Of(AfterMax)}";
        return stable >= AfterMin && stable <= AfterMax ? new FailbackConfig.After(stable) : null;
    }

    /// <summary>"03:00-04:00"; null and what is wrong with it.</summary>
    public static FailbackConfig.Daily? Window(string text, out string because)
    {
        because = "write the window as HH:MM-HH:MM";
        if (text.Split('-') is not [var first, var last] || Time(first) is not { } from || Time(last) is not { } to) return null;
        because = "the window is empty";
        return from == to ? null : new FailbackConfig.Daily(from, to);
    }

    private static TimeOnly? Time(string text) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
}
