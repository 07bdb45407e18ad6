using System.Text;

namespace Appliance.Core.Alerts;

/// <summary>One event as an alert tells it.</summary>
/// <param name="Serial">Of the event on its node; grows.</param>
/// <param name="UnixMs">Wall time, milliseconds since 1970 UTC.</param>
/// <param name="Node">Name of the node that tells.</param>
/// <param name="Kind">Lower-case kind of the report.</param>
/// <param name="Group">Group it concerns.</param>
/// <param name="Resource">Resource or link it concerns.</param>
/// <param name="Text">A sentence.</param>
public sealed record AlertLine(long Serial, long UnixMs, string Node, string Kind, string? Group, string? Resource, string Text)
{
    /// <summary>Characters of a sentence that are told; <c>appliance events</c> has all of it.</summary>
    public const int TextMax = 400;

    /// <summary>The same on one line and with a bounded sentence.</summary>
    public AlertLine Bounded()
    {
        var text = AlertMessage.OneLine(Text);
        return this with { Text = text.Length <= TextMax ? text : string.Concat(text.AsSpan(0, TextMax - 1), "…") };
    }

    /// <summary>Events with the same key are the same news: numbers in the sentence do not make a difference.</summary>
    public string Key => $"{Kind}|{Group}|{Resource}|{Plain(Text)}";

    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            if (!char.IsDigit(letter)) plain.Append(letter);
            else if (plain.Length == 0 || plain[^1] != '#') plain.Append('#');
        }

        return plain.ToString();
    }
}
