using System.Globalization;

namespace Appliance.Core.Toml;

/// <summary>
/// Reads integers (64 bits, signed) and floats (IEEE 754 binary64; what is too large becomes infinite, as that standard says).
/// </summary>
internal static class TomlNumbers
{
    private const string IntegerRange = "an integer lies between -9223372036854775808 and 9223372036854775807";

    public static bool LooksLikeOne(ReadOnlySpan<char> token)
    {
        var unsigned = Unsigned(token);
        return unsigned.Length < token.Length || unsigned is "inf" or "nan" || char.IsAsciiDigit(token[0]) || token[0] is '.' or '_';
    }

    public static TomlValue? Read(TomlPosition at, ReadOnlySpan<char> token, out string problem)
    {
        problem = "";
        var unsigned = Unsigned(token);
        var sign = token[0] == '-' ? -1.0 : 1.0;
        if (unsigned is "inf") return new TomlValue.Float(at, sign * double.PositiveInfinity);
        if (unsigned is "nan") return new TomlValue.Float(at, double.NaN);
        if (unsigned.Length > 1 && unsigned[0] == '0' && unsigned[1] is 'x' or 'o' or 'b') return ReadPrefixed(at, token, out problem);
        return token.IndexOfAny('.', 'e', 'E') >= 0 ? ReadFloat(at, token, out problem) : ReadDecimal(at, token, out problem);
    }

    private static TomlValue.Integer? ReadDecimal(TomlPosition at, ReadOnlySpan<char> token, out string problem)
    {
        problem = IntegerProblem(Unsigned(token));
        if (problem.Length > 0) return null;
        if (long.TryParse(WithoutUnderscores(token), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            return new(at, value);
        problem = IntegerRange;
        return null;
    }

    private static TomlValue.Integer? ReadPrefixed(TomlPosition at, ReadOnlySpan<char> token, out string problem)
    {
        problem = "";
        if (token[0] is '+' or '-')
        {
            problem = "hexadecimal, octal and binary integers have no sign";
            return null;
        }
        var (radix, bits, name) = token[1] switch { 'x' => (16, 4, "0-9, a-f"), 'o' => (8, 3, "0-7"), _ => (2, 1, "0 and 1") };
        var digits = token[2..];
        if (!IsDigits(digits, radix))
        {
            problem = $"after '{token[..2]}' come digits ({name}); '_' stands between two digits";
            return null;
        }
        var value = 0L;
        foreach (var c in digits)
        {
            if (c == '_') continue;
            if (value > long.MaxValue >> bits)
            {
                problem = IntegerRange;
                return null;
            }
            value = (value << bits) + (char.IsAsciiDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
        }
        return new(at, value);
    }

    private static TomlValue.Float? ReadFloat(TomlPosition at, ReadOnlySpan<char> token, out string problem)
    {
        var mantissa = Unsigned(token);
        problem = "";
        var e = mantissa.IndexOfAny('e', 'E');
        if (e >= 0)
        {
            if (!IsDigits(Unsigned(mantissa[(e + 1)..]), 10)) problem = "after the 'e' of a float come digits, with or without a sign";
            mantissa = mantissa[..e];
        }
        var point = mantissa.IndexOf('.');
        if (point >= 0)
        {
            if (!IsDigits(mantissa[(point + 1)..], 10)) problem = "a float has digits on both sides of its point";
            mantissa = mantissa[..point];
        }
        if (problem.Length == 0) problem = IntegerProblem(mantissa);
        if (problem.Length > 0) return null;
        return new(at, double.Parse(WithoutUnderscores(token), NumberStyles.Float, CultureInfo.InvariantCulture));
    }

    /// <summary>What is wrong with the digits of a decimal integer; empty when nothing is.</summary>
    private static string IntegerProblem(ReadOnlySpan<char> digits)
    {
        if (!IsDigits(digits, 10)) return "expected a number: digits, and '_' only between two digits; text stands in quotes";
        return digits.Length > 1 && digits[0] == '0' ? "a number has no leading zeros (octal is written 0o17)" : "";
    }

    /// <summary>Digits with single underscores between them.</summary>
    private static bool IsDigits(ReadOnlySpan<char> text, int radix)
    {
        var afterDigit = false;
        foreach (var c in text)
        {
            if (c == '_' && !afterDigit) return false;
            if (c != '_' && !IsDigit(c, radix)) return false;
            afterDigit = c != '_';
        }
        return afterDigit;
    }

    private static bool IsDigit(char c, int radix) => radix == 16 ? char.IsAsciiHexDigit(c) : c >= '0' && c < '0' + radix;

    private static ReadOnlySpan<char> Unsigned(ReadOnlySpan<char> token) =>
        token.Length > 0 && token[0] is ('+' or '-') ? token[1..] : token;

    private static string WithoutUnderscores(ReadOnlySpan<char> token) => token.ToString().Replace("_", "", StringComparison.Ordinal);
}
