using System.Globalization;
using System.Text;

namespace Appliance.Core.Toml;

/// <summary>Reads what a backslash starts in strings of double quotes.</summary>
internal static class TomlEscapes
{
    private const string Accepted = @"\b \t \n \f \r \"" \\ \uXXXX or \UXXXXXXXX; a backslash itself is written \\";

    /// <summary>An escape. What is none is reported and passed.</summary>
    public static void Read(TomlCursor cursor, StringBuilder text)
    {
        var at = cursor.At;
        cursor.Advance();
        var meaning = cursor.Peek() switch
        {
            'b' => '\b',
            't' => '\t',
            'n' => '\n',
            'f' => '\f',
            'r' => '\r',
            '"' => '"',
            '\\' => '\\',
            _ => '\0',
        };
        if (meaning != '\0')
        {
            text.Append(meaning);
            cursor.Advance();
        }
        else if (cursor.Peek() == 'u') ReadCodePoint(cursor, text, at, 4);
        else if (cursor.Peek() == 'U') ReadCodePoint(cursor, text, at, 8);
        else cursor.Report(at, $"found a backslash and {cursor.Found}; expected {Accepted}");
    }

    /// <summary>As <see cref="Read"/>; a backslash at the end of a line also swallows all white space up to the next text.</summary>
    public static void ReadMultiLine(TomlCursor cursor, StringBuilder text)
    {
        var ahead = 1;
        while (cursor.Peek(ahead) is ' ' or '\t') ahead++;
        if (cursor.Peek(ahead) != '\n' && (cursor.Peek(ahead) != '\r' || cursor.Peek(ahead + 1) != '\n'))
        {
            Read(cursor, text);
            return;
        }
        cursor.Advance(ahead);
        while (cursor.TakeNewline()) cursor.SkipBlanks();
    }

    private static void ReadCodePoint(TomlCursor cursor, StringBuilder text, TomlPosition at, int digits)
    {
        cursor.Advance();
        var start = cursor.Index;
        while (cursor.Index - start < digits && cursor.Peek() is >= 0 and var c && char.IsAsciiHexDigit((char)c)) cursor.Advance();
        var found = cursor.Since(start);
        if (found.Length < digits)
            cursor.Report(at, $"found {found.Length} hexadecimal digits; expected {digits}: \\u takes 4 and \\U takes 8");
        else if (Rune.TryCreate(uint.Parse(found, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), out var rune))
            text.Append(rune.ToString());
        else
            cursor.Report(at, $"U+{found} is no Unicode character; expected 0000 to D7FF or E000 to 10FFFF");
    }
}
