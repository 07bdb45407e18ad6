using System.Runtime.CompilerServices;

namespace Appliance.Core.LinuxHa;

/// <summary>Where a field stands in its frame. The kind is Heartbeat's: 0 text, 1 bytes.</summary>
internal readonly record struct HaField(short Name, short NameLength, short Value, short ValueLength, byte Kind);

/// <summary>The fields of a message, as places in the frame that brought it: nothing is copied.</summary>
public ref struct HaFields
{
    private readonly ReadOnlySpan<byte> _frame;
    private Places _places;

    internal HaFields(ReadOnlySpan<byte> frame) => _frame = frame;

    [InlineArray(HaLimits.FieldsMax)]
    private struct Places
    {
        private HaField _first;
    }

    /// <summary>Number of fields.</summary>
    public int Count { get; private set; }

    /// <summary>Name of a field, by its number.</summary>
    public readonly ReadOnlySpan<byte> Name(int number) => _frame.Slice(_places[number].Name, _places[number].NameLength);

    /// <summary>Value of a field, by its number.</summary>
    public readonly ReadOnlySpan<byte> Value(int number) => _frame.Slice(_places[number].Value, _places[number].ValueLength);

    /// <summary>The value of a text field; false when there is none of this name.</summary>
    public readonly bool Has(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        for (var number = 0; number < Count; number++)
        {
            if (_places[number].Kind != 0 || !Name(number).SequenceEqual(name)) continue;
            value = Value(number);
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>The value of a hexadecimal field.</summary>
    public readonly bool HasHex(ReadOnlySpan<byte> name, out long value)
    {
        value = 0;
        return Has(name, out var digits) && HaNumber.TryHex(digits, out value);
    }

    /// <summary>
    /// Adds a field written as <c>name=value</c> or <c>(kind)name=value</c>; false when it is not, when there are too many, or when the
    /// name is there already: a second value would be believed by one reader and overlooked by another.
    /// </summary>
    internal bool TryAdd(int start, int end)
    {
        var kind = (byte)0;
        if (end - start > 3 && _frame[start] == '(' && _frame[start + 2] == ')')
        {
            if (_frame[start + 1] is < (byte)'0' or > (byte)'9') return false;
            kind = (byte)(_frame[start + 1] - '0');
            start += 3;
        }

        var length = _frame[start..end].IndexOf((byte)'=');
        if (length is <= 0 or > HaLimits.FieldNameMax || Count == HaLimits.FieldsMax) return false;
        foreach (var letter in _frame.Slice(start, length))
            if (letter is <= (byte)' ' or >= 0x7f) return false;
        for (var number = 0; number < Count; number++)
            if (Name(number).SequenceEqual(_frame.Slice(start, length))) return false;
        _places[Count++] = new HaField((short)start, (short)length, (short)(start + length + 1), (short)(end - start - length - 1), kind);
        return true;
    }
}

/// <summary>Numbers as Heartbeat writes them.</summary>
internal static class HaNumber
{
    /// <summary>Reads hexadecimal digits of either case.</summary>
    public static bool TryHex(ReadOnlySpan<byte> digits, out long value)
    {
        value = 0;
        if (digits.Length is 0 or > HaLimits.DigitsMax) return false;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiHexDigit((char)digit)) return false;
            value = (value << 4) + (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        return true;
    }

    /// <summary>Reads decimal digits.</summary>
    public static bool TryDecimal(ReadOnlySpan<byte> digits, out long value)
    {
        value = 0;
        if (digits.Length is 0 or > HaLimits.DigitsMax) return false;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit)) return false;
            value = (value * 10) + digit - '0';
        }

        return true;
    }
}
