namespace Appliance.Agent.Live;

/// <summary>Sizes of windows, characters.</summary>
public static class WindowSize
{
    /// <summary>What serial consoles have had since the VT100.</summary>
    public const int ColumnsUsual = 80;

    public const int RowsUsual = 24;

    /// <summary>Smaller is a mistake, larger costs too much.</summary>
    public static bool IsUsable(int columns, int rows) => columns is >= 20 and <= 500 && rows is >= 4 and <= 300;

    /// <summary>Of "80x24". Null: it is not of that form or not usable.</summary>
    public static (int Columns, int Rows)? Parse(string text)
    {
        var at = text.IndexOf('x');
        return at > 0 && int.TryParse(text.AsSpan(0, at), out var columns) && int.TryParse(text.AsSpan(at + 1), out var rows)
            && IsUsable(columns, rows) ? (columns, rows) : null;
    }
}
