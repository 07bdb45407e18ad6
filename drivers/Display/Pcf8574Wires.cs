using Appliance.Drivers.I2c;

namespace Appliance.Drivers.Display;

/// <summary>
/// The usual backpack: a PCF8574 port expander whose pins are RS, R/W, E, backlight, D4 to D7 from P0 up. A byte on the bus takes at
/// least 22 µs, so the 37 µs of an instruction pass while its successor is on its way.
/// </summary>
public sealed class Pcf8574Wires(II2cBus bus, int address) : IHd44780Wires
{
    private const byte Text = 0x01;
    private const byte Enable = 0x04;
    private const byte Backlight = 0x08;

    /// <summary>Bus bytes for one half of a byte: data, strobe up, strobe down.</summary>
    private const int BytesPerNibble = 3;

    public string Name => $"0x{address:x2} on {bus.Name}";

    public void Nibble(int value)
    {
        Span<byte> room = stackalloc byte[BytesPerNibble];
        Put(room, value, isText: false);
        bus.Write(address, room);
    }

    public void Send(bool isText, ReadOnlySpan<byte> bytes)
    {
        Span<byte> room = stackalloc byte[I2cLimits.TransferMax / (2 * BytesPerNibble) * 2 * BytesPerNibble];
        while (!bytes.IsEmpty)
        {
            var count = Math.Min(bytes.Length, room.Length / (2 * BytesPerNibble));
            for (var index = 0; index < count; index++)
            {
                Put(room[(index * 2 * BytesPerNibble)..], bytes[index] >> 4, isText);
                Put(room[((index * 2 + 1) * BytesPerNibble)..], bytes[index] & 0xF, isText);
            }

            bus.Write(address, room[..(count * 2 * BytesPerNibble)]);
            bytes = bytes[count..];
        }
    }

    public void Dispose() => bus.Dispose();

    private static void Put(Span<byte> room, int nibble, bool isText)
    {
        var pins = (byte)(nibble << 4 | Backlight | (isText ? Text : 0));
        (room[0], room[1], room[2]) = (pins, (byte)(pins | Enable), pins);
    }
}
