using Appliance.Drivers.I2c;

namespace Appliance.Drivers.Display;

/// <summary>A small OLED of 128 x 64 dots with an SSD1306 on I2C: 8 rows of 21 characters, the first one dark on
/// light.</summary>
public sealed class Ssd1306(II2cBus bus, int address) : IDisplay
{
    public const int Dots = 128;
    public const int Pages = 8;

    /// <summary>Five dots and one between characters.</summary>
    public const int CellWidth = Font.Width + 1;

    /// <summary>The first byte of a transfer says what follows (data sheet, 8.1.5.2).</summary>
    private const byte Instructions = 0x00;
    private const byte Picture = 0x40;
    private const int PictureChunk = 32;

    /// <summary>The data sheet's set-up for a module whose ribbon is at the bottom and whose supply is made by the charge pump.</summary>
    private static ReadOnlySpan<byte> SetUp =>
    [
        0xAE, // off while it is set up
        0xD5, 0x80, // clock
        0xA8, 0x3F, // 64 rows
        0xD3, 0x00, 0x40, // no shift
        0x8D, 0x14, // charge pump on
        0x20, 0x00, // addresses run along the rows
        0xA1, 0xC8, // not mirrored
        0xDA, 0x12, // rows are wired alternately
        0x81, 0x8F, // contrast: half, which doubles the life
        0xD9, 0xF1, 0xDB, 0x40, // drive of the panel
        0xA4, 0xA6, // show the memory, not inverted
        0x21, 0x00, 0x7F, 0x22, 0x00, 0x07, // the window is everything, the address its corner
        0xAF, // on
    ];

    public string Name => $"SSD1306 at 0x{address:x2} on {bus.Name}";

    public int Columns => Dots / CellWidth;

    public int Rows => Pages;

    public void Show(IReadOnlyList<string> lines)
    {
        Span<byte> transfer = stackalloc byte[1 + PictureChunk];
        transfer[0] = Instructions;
        SetUp.CopyTo(transfer[1..]);
        bus.Write(address, transfer[..(1 + SetUp.Length)]);
        transfer[0] = Picture;
        for (var page = 0; page < Pages; page++)
        {
            var line = page < lines.Count ? lines[page] : "";
            for (var left = 0; left < Dots; left += PictureChunk)
            {
                for (var dot = 0; dot < PictureChunk; dot++) transfer[1 + dot] = ColumnOf(line, left + dot, isTitle: page == 0);
                bus.Write(address, transfer);
            }
        }
    }

    public void Dispose() => bus.Dispose();

    private byte ColumnOf(string line, int dot, bool isTitle)
    {
        var (cell, column) = (dot / CellWidth, dot % CellWidth);
        var bits = cell < Columns && cell < line.Length && column < Font.Width ? Font.Column(line[cell], column) : (byte)0;
        return (byte)(isTitle ? ~bits : bits);
    }
}
