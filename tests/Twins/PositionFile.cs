using Appliance.Core.Lines;
using Appliance.Drivers.Relay.Simulated;

namespace Appliance.Twins;

/// <summary>Tells where the line is: on the standard output, and in a file that is replaced as a whole whenever it moves.</summary>
/// <param name="contacts">The relays.</param>
/// <param name="line">Which of them carry the line, from 0.</param>
/// <param name="path">Null: no file.</param>
/// <param name="quiet">Nothing on the standard output.</param>
internal sealed class PositionFile(SimulatedContacts contacts, int[] line, string? path, bool quiet)
{
    private readonly Lock _gate = new();
    private LinePosition _written;
    private bool _isWritten;

    public LinePosition Position => contacts.PositionOf(line);

    /// <summary>Begins to follow the relays.</summary>
    public void Follow()
    {
        Write();
        contacts.Moved = Write;
    }

    public void Print(string command)
    {
        if (!quiet) Console.WriteLine($"{command} -> {Word(Position)}");
    }

    public static string Word(LinePosition position) => position == LinePosition.Unknown ? "torn" : position.ToString();

    private void Write()
    {
        lock (_gate)
        {
            if (_isWritten && _written == Position) return;
            (_written, _isWritten) = (Position, true);
            if (path is null) return;
            Replace(path, _written == LinePosition.Unknown ? "" : $"{_written}\n");
        }
    }

    public static void Replace(string path, string text)
    {
        var fresh = path + ".new";
        File.WriteAllText(fresh, text);
        File.Move(fresh, path, overwrite: true);
    }
}
