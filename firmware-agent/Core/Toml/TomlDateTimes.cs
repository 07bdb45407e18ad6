namespace Appliance.Core.Toml;

/// <summary>Reads dates and times as in RFC 3339, section 5.6, with the local forms that TOML adds.</summary>
/// <remarks>
/// Years 0001 to 9999. Second 60 is accepted, as the grammar has it, and read as the last 100 ns of its minute:
/// the value has no leap seconds.
/// An offset of more than 14 hours keeps its instant and is given in UTC.
/// </remarks>
internal static class TomlDateTimes
{
    private const string DateForm = "a date is written 2026-12-31";
    private const string TimeForm = "a time is written 23:59:59 or 23:59:59.999";
    private const string OffsetForm = "after date and time comes nothing, Z, or an offset like +02:00";
    private static readonly TimeSpan OffsetMax = TimeSpan.FromHours(14);

    /// <summary>Four digits and '-', or two digits and ':'.</summary>
    public static bool LooksLikeOne(ReadOnlySpan<char> token) =>
        (token.Length > 4 && token[4] == '-' && Digits(token[..4]) >= 0)
        || (token.Length > 2 && token[2] == ':' && Digits(token[..2]) >= 0);

    public static TomlValue? Read(TomlPosition at, ReadOnlySpan<char> token, out string problem)
    {
        if (token[2] == ':')
        {
            problem = ReadTime(token, out var alone, out var behind);
            if (problem.Length == 0 && behind.Length > 0) problem = TimeForm;
            return problem.Length > 0 ? null : new TomlValue.LocalTime(at, new TimeOnly(alone));
        }
        problem = ReadDate(token, out var date);
        if (problem.Length > 0) return null;
        if (token.Length == 10) return new TomlValue.LocalDate(at, date);
        if (token[10] is not ('T' or 't' or ' '))
        {
            problem = "between date and time stands 'T' or one space";
            return null;
        }
        problem = ReadTime(token[11..], out var ticks, out var offset);
        if (problem.Length > 0) return null;
        var local = date.ToDateTime(new TimeOnly(ticks));
        return offset.Length == 0 ? new TomlValue.LocalDateTime(at, local) : ReadOffset(at, local, offset, out problem);
    }

    private static string ReadDate(ReadOnlySpan<char> token, out DateOnly date)
    {
        date = default;
        if (token.Length < 10 || token[7] != '-') return DateForm;
        var (year, month, day) = (Digits(token[..4]), Digits(token[5..7]), Digits(token[8..10]));
        if (year < 0 || month < 0 || day < 0) return DateForm;
        if (year == 0) return "the year lies between 0001 and 9999";
        if (month is 0 or > 12) return "the month lies between 01 and 12";
        var days = DateTime.DaysInMonth(year, month);
        if (day == 0 || day > days) return $"the day lies between 01 and {days} in {year:D4}-{month:D2}";
        date = new DateOnly(year, month, day);
        return "";
    }

    /// <summary>Reads hh:mm:ss and the fraction; the rest is what comes behind.</summary>
    private static string ReadTime(ReadOnlySpan<char> token, out long ticks, out ReadOnlySpan<char> rest)
    {
        ticks = 0;
        rest = [];
        if (token.Length < 8 || token[2] != ':' || token[5] != ':') return TimeForm + "; the seconds are not optional";
        var (hour, minute, second) = (Digits(token[..2]), Digits(token[3..5]), Digits(token[6..8]));
        if (hour < 0 || minute < 0 || second < 0) return TimeForm;
        if (hour > 23) return "the hour lies between 00 and 23";
        if (minute > 59) return "the minute lies between 00 and 59";
        if (second > 60) return "the second lies between 00 and 59, or is 60 for a leap second";

        rest = token[8..];
        var fraction = 0L;
        if (rest.Length > 0 && rest[0] == '.')
        {
            var length = FractionLength(rest[1..], out fraction);
            if (length == 0) return TimeForm;
            rest = rest[(1 + length)..];
        }
        if (second == 60) (second, fraction) = (59, TimeSpan.TicksPerSecond - 1);
        ticks = ((((hour * 60L) + minute) * 60) + second) * TimeSpan.TicksPerSecond + fraction;
        return "";
    }

    private static int FractionLength(ReadOnlySpan<char> text, out long ticks)
    {
        ticks = 0;
        var length = 0;
        var unit = TimeSpan.TicksPerSecond;
        for (; length < text.Length && char.IsAsciiDigit(text[length]); length++)
        {
            unit /= 10; // 0 behind the seventh digit: cut off
            ticks += (text[length] - '0') * unit;
        }
        return length;
    }

    private static TomlValue.OffsetDateTime? ReadOffset(TomlPosition at, DateTime local, ReadOnlySpan<char> text, out string problem)
    {
        problem = OffsetForm;
        var offset = TimeSpan.Zero;
        if (text is not ("Z" or "z"))
        {
            if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':') return null;
            var (hours, minutes) = (Digits(text[1..3]), Digits(text[4..6]));
            if (hours < 0 || minutes < 0) return null;
            problem = "the offset lies between -23:59 and +23:59";
            if (hours > 23 || minutes > 59) return null;
            offset = new TimeSpan(hours, minutes, 0) * (text[0] == '-' ? -1 : 1);
        }
        var instant = local.Ticks - offset.Ticks;
        problem = "in UTC the year lies between 0001 and 9999";
        if (instant < DateTime.MinValue.Ticks || instant > DateTime.MaxValue.Ticks) return null;
        problem = "";
        return new(at, offset.Duration() > OffsetMax ? new DateTimeOffset(instant, TimeSpan.Zero) : new DateTimeOffset(local, offset));
    }

    /// <summary>The number these digits make, or -1 when there is anything else among them.</summary>
    private static int Digits(ReadOnlySpan<char> text)
    {
        var number = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c)) return -1;
            number = (number * 10) + (c - '0');
        }
        return number;
    }
}
