using System.Buffers.Text;
using System.Text;

namespace Appliance.Drivers.Probes.Asterisk;

/// <summary>
/// A message of Asterisk's manager interface, read line by line ("Key: Value", ended by an empty line). Only the keys that the probe
/// needs are kept, and of their values no more than <see cref="ValueBytesMax"/>; so a message of any length takes the same memory.
/// </summary>
public sealed class AmiMessage
{
    /// <summary>Kept of a value, bytes.</summary>
    public const int ValueBytesMax = 120;

    /// <summary>Some key was there since the last empty line.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>"Success", "Error", …; empty in an event.</summary>
    public string Response { get; private set; } = "";

    /// <summary>Name of the event; empty in a response.</summary>
    public string Event { get; private set; } = "";

    /// <summary>Of the question this belongs to; empty: to none.</summary>
    public string ActionId { get; private set; } = "";

    /// <summary>Why, in Asterisk's words.</summary>
    public string Words { get; private set; } = "";

    /// <summary>How many a list had; null: not told.</summary>
    public int? Items { get; private set; }

    public int? Registered { get; private set; }

    public int? Unregistered { get; private set; }

    /// <summary>Takes the next line; true when it ended the message. Never throws.</summary>
    public bool Take(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty) return HasBegun;
        HasBegun = true;
        var colon = line.IndexOf((byte)':');
        if (colon <= 0) return false;
        var value = line[(colon + 1)..].TrimStart((byte)' ');
        Keep(line[..colon], value);
        return false;
    }

    /// <summary>For the next message.</summary>
    public void Clear()
    {
        (HasBegun, Response, Event, ActionId, Words) = (false, "", "", "", "");
        (Items, Registered, Unregistered) = (null, null, null);
    }

    /// <summary>Printable words of what somebody sent.</summary>
    public static string Printable(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (var letter in bytes[..Math.Min(bytes.Length, ValueBytesMax)]) text.Append(letter is >= 32 and < 127 ? (char)letter : '.');
        return text.ToString();
    }

    private void Keep(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (Is(key, "Response"u8)) Response = Printable(value);
        else if (Is(key, "Event"u8)) Event = Printable(value);
        else if (Is(key, "ActionID"u8)) ActionId = Printable(value);
        else if (Is(key, "Message"u8)) Words = Printable(value);
        else if (Is(key, "Items"u8)) Items = Number(value);
        else if (Is(key, "Registered"u8)) Registered = Number(value);
        else if (Is(key, "NotRegistered"u8)) Unregistered = Number(value);
    }

    private static bool Is(ReadOnlySpan<byte> key, ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(key, name);

    private static int? Number(ReadOnlySpan<byte> value) =>
        Utf8Parser.TryParse(value, out int number, out var used) && used == value.Length && number >= 0 ? number : null;
}
