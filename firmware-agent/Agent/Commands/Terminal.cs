namespace Appliance.Agent.Commands;

/// <summary>The size of the terminal we write to.</summary>
internal static class Terminal
{
    /// <summary>Columns; 80 when it does not say.</summary>
    public static int Width => Size(() => Console.WindowWidth, 80);

    /// <summary>Rows; 24 when it does not say.</summary>
    public static int Height => Size(() => Console.WindowHeight, 24);

    private static int Size(Func<int> ask, int otherwise)
    {
        try
        {
            return ask() is > 0 and var size ? size : otherwise;
        }
        catch (IOException)
        {
            return otherwise;
        }
    }
}
