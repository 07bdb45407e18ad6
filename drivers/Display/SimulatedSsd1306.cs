using System.Text;
using Appliance.Drivers.I2c;

namespace Appliance.Drivers.Display;

/// <summary>
/// The twin: memory and registers of the controller, and the dots that a person sees. Faults it models: power lost (memory is noise), and
/// every wrong set-up: without the charge pump it is dark, without the remapping mirrored.
/// </summary>
public sealed class SimulatedSsd1306 : ISimulatedI2cDevice
{
    private readonly byte[,] _memory = new byte[Ssd1306.Pages, Ssd1306.Dots];
    private readonly List<byte> _pending = [];
    private bool _isOn, _hasPump, _isRemapped, _isFlipped, _isHorizontal, _isInverted;
    private int _column, _page, _columnFirst, _columnLast = Ssd1306.Dots - 1, _pageFirst, _pageLast = Ssd1306.Pages - 1;

    public SimulatedSsd1306() => LosePower();

    /// <summary>Instructions that it does not know: a driver's fault.</summary>
    public List<byte> Unknown { get; } = [];

    public void LosePower()
    {
        for (var page = 0; page < Ssd1306.Pages; page++)
        for (var dot = 0; dot < Ssd1306.Dots; dot++) _memory[page, dot] = (byte)((page * 31) ^ (dot * 7));
        (_isOn, _hasPump, _isRemapped, _isFlipped, _isHorizontal, _isInverted) = (false, false, false, false, false, false);
        (_column, _page, _columnFirst, _columnLast, _pageFirst, _pageLast) = (0, 0, 0, Ssd1306.Dots - 1, 0, Ssd1306.Pages - 1);
        _pending.Clear();
    }

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        var isPicture = bytes[0] == 0x40;
        foreach (var value in bytes[1..])
        {
            if (isPicture) Store(value);
            else Take(value);
        }
    }

    /// <summary>A lit dot?</summary>
    public bool IsLit(int x, int y)
    {
        if (!_isOn || !_hasPump) return false;
        var column = _isRemapped ? x : Ssd1306.Dots - 1 - x;
        var row = _isFlipped ? y : Ssd1306.Pages * 8 - 1 - y;
        return (_memory[row / 8, column] >> row % 8 & 1) != 0 != _isInverted;
    }

    /// <summary>The picture as text, a character a dot.</summary>
    public string Picture()
    {
        var text = new StringBuilder();
        for (var y = 0; y < Ssd1306.Pages * 8; y++)
        {
            for (var x = 0; x < Ssd1306.Dots; x++) text.Append(IsLit(x, y) ? '#' : '.');
            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>What a person reads, character by character; '?' for dots that are no character of the font.</summary>
    public IReadOnlyList<string> Read() => [.. Selection.Range(0, Ssd1306.Pages).Select(row => string.Concat(
        Selection.Range(0, Ssd1306.Dots / Ssd1306.CellWidth).Select(cell => Read(cell, row))))];

    private char Read(int cell, int row)
    {
        Span<byte> columns = stackalloc byte[Font.Width];
        // The gap between the characters tells whether the line is turned round.
        var isTurned = IsLit(cell * Ssd1306.CellWidth + Font.Width, row * 8);
        for (var column = 0; column < Font.Width; column++)
        for (var dot = 0; dot < Font.Height; dot++)
            if (IsLit(cell * Ssd1306.CellWidth + column, row * 8 + dot) != isTurned) columns[column] |= (byte)(1 << dot);
        for (var letter = ' '; letter <= '_'; letter++)
        {
            var same = true;
            for (var column = 0; column < Font.Width; column++) same &= Font.Column(letter, column) == columns[column];
            if (same) return letter;
        }

        return '\u2588';
    }

    private void Store(byte value)
    {
        _memory[_page, _column] = value;
        if (!_isHorizontal)
        {
            _column = (_column + 1) % Ssd1306.Dots; // Page mode: it never leaves its row.
            return;
        }

        if (_column++ < _columnLast) return;
        _column = _columnFirst;
        _page = _page < _pageLast ? _page + 1 : _pageFirst;
    }

    private void Take(byte value)
    {
        _pending.Add(value);
        var wanted = _pending[0] switch
        {
            0x21 or 0x22 => 3,
            0x20 or 0x81 or 0x8D or 0xA8 or 0xD3 or 0xD5 or 0xD9 or 0xDA or 0xDB => 2,
            _ => 1,
        };
        if (_pending.Count < wanted) return;
        Obey();
        _pending.Clear();
    }

    private void Obey()
    {
        switch (_pending[0])
        {
            case 0x20: _isHorizontal = _pending[1] == 0; break;
            case 0x21: (_columnFirst, _columnLast, _column) = (_pending[1] & 0x7F, _pending[2] & 0x7F, _pending[1] & 0x7F); break;
            case 0x22: (_pageFirst, _pageLast, _page) = (_pending[1] & 7, _pending[2] & 7, _pending[1] & 7); break;
            case 0x8D: _hasPump = (_pending[1] & 0x04) != 0; break;
            case 0xA0 or 0xA1: _isRemapped = _pending[0] == 0xA1; break;
            case 0xA6 or 0xA7: _isInverted = _pending[0] == 0xA7; break;
            case 0xAE or 0xAF: _isOn = _pending[0] == 0xAF; break;
            case 0xC0 or 0xC8: _isFlipped = _pending[0] == 0xC8; break;
            case 0xA4 or 0x81 or 0xA8 or 0xD3 or 0xD5 or 0xD9 or 0xDA or 0xDB or (>= 0x40 and <= 0x7F): break;
            default: Unknown.Add(_pending[0]); break;
        }
    }
}
