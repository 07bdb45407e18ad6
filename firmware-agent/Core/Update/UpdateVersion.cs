using System.Globalization;

namespace Appliance.Core.Update;

/// <summary>
/// A version of the image, ordered as semver.org §11 orders: up to four numbers, an optional <c>-word.word</c> that comes before the plain
/// version, an optional <c>+word.word</c> that comes behind it (which semver ignores; here a build of a later date is a later version).
/// </summary>
public sealed class UpdateVersion : IComparable<UpdateVersion>
{
    /// <summary>Longest text, characters.</summary>
    public const int LengthMax = 64;

    private const int NumbersMax = 4;

    private readonly int[] _numbers;
    private readonly string[] _before;
    private readonly string[] _behind;

    private UpdateVersion(string text, int[] numbers, string[] before, string[] behind) =>
        (Text, _numbers, _before, _behind) = (text, numbers, before, behind);

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>Null: no version.</summary>
    public static UpdateVersion? Read(string text)
    {
        if (text.Length is 0 or > LengthMax) return null;
        foreach (var letter in text)
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('.' or '-' or '+')) return null;
        var (rest, behind) = Cut(text, '+');
        var (numbers, before) = Cut(rest, '-');
        if (Words(before) is not { } beforeWords || Words(behind) is not { } behindWords) return null;
        var parts = numbers.Split('.');
        if (parts.Length > NumbersMax) return null;
        var read = new int[NumbersMax];
        for (var i = 0; i < parts.Length; i++)
            if (parts[i].Length > 9 || !int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out read[i])) return null;
        return new UpdateVersion(text, read, beforeWords, behindWords);
    }

    /// <summary>Less than 0: this is older.</summary>
    public int CompareTo(UpdateVersion? other)
    {
        if (other is null) return 1;
        for (var i = 0; i < NumbersMax; i++)
            if (_numbers[i] != other._numbers[i]) return _numbers[i].CompareTo(other._numbers[i]);
        // 1.0-rc is before 1.0: no words are the greatest.
        if (_before.Length == 0 != (other._before.Length == 0)) return _before.Length == 0 ? 1 : -1;
        var before = Compare(_before, other._before);
        return before != 0 ? before : Compare(_behind, other._behind);
    }

    public override string ToString() => Text;

    private static (string Head, string? Tail) Cut(string text, char at)
    {
        var place = text.IndexOf(at);
        return place < 0 ? (text, null) : (text[..place], text[(place + 1)..]);
    }

    /// <summary>Null: an empty word. No tail is no word.</summary>
    private static string[]? Words(string? tail)
    {
        if (tail is null) return [];
        var words = tail.Split('.');
        foreach (var word in words)
            if (word.Length == 0 || word.Contains('+')) return null;
        return words;
    }

    private static int Compare(string[] one, string[] other)
    {
        for (var i = 0; i < Math.Min(one.Length, other.Length); i++)
        {
            var order = Compare(one[i], other[i]);
            if (order != 0) return order;
        }

        return one.Length.CompareTo(other.Length);
    }

    /// <summary>Numbers by value and before words; words by their letters.</summary>
    private static int Compare(string one, string other)
    {
        var (first, second) = (IsNumber(one), IsNumber(other));
        if (first != second) return first ? -1 : 1;
        if (!first) return string.CompareOrdinal(one, other);
        (one, other) = (one.TrimStart('0'), other.TrimStart('0'));
        return one.Length != other.Length ? one.Length.CompareTo(other.Length) : string.CompareOrdinal(one, other);
    }

    private static bool IsNumber(string word)
    {
        foreach (var letter in word)
            if (!char.IsAsciiDigit(letter)) return false;
        return true;
    }
}
