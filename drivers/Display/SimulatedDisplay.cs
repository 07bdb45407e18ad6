namespace Appliance.Drivers.Display;

/// <summary>The twin of any display: keeps what a person reads. Faults it models: no answer, power lost, a picture that takes
/// long.</summary>
public sealed class SimulatedDisplay(int columns, int rows) : IDisplay
{
    private volatile string[] _glass = [.. Selection.Repeat(new string(' ', columns), rows)];

    public string Name => "simulated display";

    public int Columns => columns;

    public int Rows => rows;

    /// <summary>What a person reads.</summary>
    public IReadOnlyList<string> Glass => _glass;

    public bool IsGone { get; set; }

    /// <summary>How long one picture takes.</summary>
    public TimeSpan Slowness { get; set; }

    public void LosePower() => _glass = [.. Selection.Repeat(new string(' ', columns), rows)];

    public void Show(IReadOnlyList<string> lines)
    {
        if (Slowness > TimeSpan.Zero) Thread.Sleep(Slowness);
        if (IsGone) throw new IOException("no device answers at 0x27 on /dev/i2c-9: wiring, power, or another address");
        _glass = [.. Selection.Range(0, rows).Select(row => row < lines.Count ? lines[row] : "")
            .Select(line => line.Length > columns ? line[..columns] : line.PadRight(columns))
            .Select(line => string.Concat(line.Select(letter => char.IsControl(letter) ? ' ' : letter)))];
    }

    public void Dispose()
    {
    }
}
