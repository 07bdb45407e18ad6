using System.Text;

namespace Appliance.Drivers.Display;

/// <summary>Instructions of the controller (HD44780U data sheet, table 6).</summary>
internal static class Hd44780Code
{
    public const byte Clear = 0x01;

    /// <summary>The cursor moves right, the text stays.</summary>
    public const byte EntryMode = 0x06;
    public const byte DisplayOff = 0x08;

    /// <summary>On, no cursor.</summary>
    public const byte DisplayOn = 0x0C;

    /// <summary>Four bits, two lines, 5 x 8 dots.</summary>
    public const byte FunctionSet = 0x28;
    public const byte SetAddress = 0x80;
}

/// <summary>The wires to the controller: register select and four data bits.</summary>
public interface IHd44780Wires : IDisposable
{
    string Name { get; }

    /// <summary>The half of an instruction that the controller needs while it is set up.</summary>
    void Nibble(int value);

    /// <summary>Whole bytes, upper half first.</summary>
    /// <param name="isText">Characters; else instructions.</param>
    void Send(bool isText, ReadOnlySpan<byte> bytes);
}

/// <summary>
/// A character display with an HD44780 or one of its many successors. It is only written to (R/W at ground), so nothing is known about
/// it: the waits are those of the data sheet, and every picture begins with the set-up that works from any state.
/// </summary>
public sealed class Hd44780 : IDisplay
{
    /// <summary>Longest wait of the set-up by instruction: 4.1 ms after the first function set.</summary>
    private static readonly TimeSpan SetUpPause = TimeSpan.FromMilliseconds(5);

    private readonly IHd44780Wires _wires;
    private bool _wasCleared;

    public Hd44780(IHd44780Wires wires, int columns, int rows) => (_wires, Columns, Rows) = (wires, columns, rows);

    public string Name => $"HD44780 {Columns}x{Rows} at {_wires.Name}";

    public int Columns { get; }

    public int Rows { get; }

    public void Show(IReadOnlyList<string> lines)
    {
        SetUp();
        for (var row = 0; row < Rows; row++)
        {
            _wires.Send(isText: false, [(byte)(Hd44780Code.SetAddress | AddressOf(row))]);
            _wires.Send(isText: true, Bytes(row < lines.Count ? lines[row] : ""));
        }
    }

    public void Dispose() => _wires.Dispose();

    /// <summary>Rows three and four continue rows one and two in the controller's memory.</summary>
    private int AddressOf(int row) => (row & 1) * 0x40 + (row >> 1) * Columns;

    /// <summary>Three times "eight bits" brings the controller into a known state whatever half of a byte it was waiting for.</summary>
    private void SetUp()
    {
        foreach (var nibble in (ReadOnlySpan<int>)[3, 3, 3, 2])
        {
            _wires.Nibble(nibble);
            Thread.Sleep(SetUpPause);
        }

        _wires.Send(isText: false, [Hd44780Code.FunctionSet, Hd44780Code.EntryMode, Hd44780Code.DisplayOn]);
        if (_wasCleared) return;
        _wires.Send(isText: false, [Hd44780Code.Clear]);
        Thread.Sleep(SetUpPause);
        _wasCleared = true;
    }

    private byte[] Bytes(string line)
    {
        var bytes = Encoding.ASCII.GetBytes(line.Length > Columns ? line[..Columns] : line.PadRight(Columns));
        for (var index = 0; index < bytes.Length; index++)
            if (bytes[index] < 0x20) bytes[index] = (byte)' '; // Codes below are characters that were never defined.
        return bytes;
    }
}
