using System.Globalization;
using System.Text;
using Appliance.Agent.Live;

namespace Appliance.Agent.Tests.Live;

/// <summary>A terminal as far as the monitor needs one: what it does not know, it throws at, so nothing is injected unseen.</summary>
internal sealed class RackScreen
{
    private string[,] _cells;
    private readonly StringBuilder _sequence = new();
    private (int Row, int Column) _at;
    private (int Row, int Column) _kept;
    private bool _escape;

    public RackScreen(int columns, int rows) => _cells = Blank(columns, rows);

    public int Columns => _cells.GetLength(1);

    public int Rows => _cells.GetLength(0);

    public bool Alternate { get; private set; }

    public bool Cursor { get; private set; } = true;

    public bool Wraps { get; private set; } = true;

    /// <summary>Lines that went up by a line feed in the last row.</summary>
    public int Scrolled { get; private set; }

    /// <summary>Times that the whole screen was emptied at once: seen as flicker.</summary>
    public int Cleared { get; private set; }

    /// <summary>What it answers; null: it does not.</summary>
    public Action<string>? Answer { get; set; }

    public void Resize(int columns, int rows) => _cells = Blank(columns, rows);

    public string Line(int row)
    {
        var line = new StringBuilder();
        for (var column = 0; column < Columns; column++) line.Append(_cells[row, column]);
        return line.ToString().TrimEnd();
    }

    public string Text => string.Join('\n', Enumerable.Range(0, Rows).Select(Line));

    public void Feed(string text)
    {
        foreach (var rune in text.EnumerateRunes()) Feed(rune);
    }

    private void Feed(Rune rune)
    {
        if (_escape)
        {
            _sequence.Append(rune.ToString());
            var first = _sequence[0];
            if (first is '7' or '8') Restore(first == '8');
            else if (first != '[') throw new InvalidOperationException($"escape {_sequence}");
            else if (_sequence.Length == 1 || rune.Value < 0x40) return;
            else Control(rune.Value, _sequence.ToString(1, _sequence.Length - 2));
            _escape = false;
            return;
        }

        switch (rune.Value)
        {
            case 0x1b:
                _escape = true;
                _sequence.Clear();
                break;
            case '\r': _at.Column = 0; break;
            case '\n' when _at.Row == Rows - 1: Scrolled++; break;
            case '\n': _at.Row++; break;
            case < ' ' or >= 0x7f and < 0xa0: throw new InvalidOperationException($"control character {rune.Value:x}");
            default: Put(rune); break;
        }
    }

    private void Put(Rune rune)
    {
        var width = Cells.Count(rune.ToString());
        if (width == 0)
        {
            if (_at.Column == 0) throw new InvalidOperationException("a mark without a letter");
            _cells[_at.Row, _at.Column - 1] += rune.ToString();
            return;
        }

        if (_at.Column + width > Columns)
            throw new InvalidOperationException($"beyond the last column in row {_at.Row + 1}: {Line(_at.Row)}");
        _cells[_at.Row, _at.Column] = rune.ToString();
        if (width == 2) _cells[_at.Row, _at.Column + 1] = "";
        _at.Column += width;
    }

    private void Restore(bool back)
    {
        if (back) _at = _kept;
        else _kept = _at;
    }

    private void Control(int final, string parameters)
    {
        switch ((char)final)
        {
            case 'm': break;
            case 'H':
                var numbers = parameters.Split(';').Select(one => int.Parse(one, CultureInfo.InvariantCulture)).ToArray();
                _at = (Math.Min(numbers[0], Rows) - 1, Math.Min(numbers[1], Columns) - 1);
                break;
            case 'K':
                for (var column = _at.Column; column < Columns; column++) _cells[_at.Row, column] = " ";
                break;
            case 'J':
                if (_at == (0, 0)) Cleared++;
                for (var row = _at.Row + 1; row < Rows; row++)
                    for (var column = 0; column < Columns; column++) _cells[row, column] = " ";
                break;
            case 'n' when parameters == "6": Answer?.Invoke($"\e[{_at.Row + 1};{_at.Column + 1}R"); break;
            case 'h' or 'l': Mode(parameters, final == 'h'); break;
            default: throw new InvalidOperationException($"sequence {parameters}{(char)final}");
        }
    }

    private void Mode(string mode, bool on)
    {
        switch (mode)
        {
            case "?25": Cursor = on; break;
            case "?7": Wraps = on; break;
            case "?1049":
                Alternate = on;
                _cells = Blank(Columns, Rows);
                break;
            default: throw new InvalidOperationException($"mode {mode}");
        }
    }

    private static string[,] Blank(int columns, int rows)
    {
        var cells = new string[rows, columns];
        for (var row = 0; row < rows; row++)
            for (var column = 0; column < columns; column++) cells[row, column] = " ";
        return cells;
    }
}
