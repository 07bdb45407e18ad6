using Appliance.Drivers.Relay.Simulated;
using Appliance.Drivers.SerialPort;

namespace Appliance.Twins;

/// <summary>A simulated relay board behind a pseudo-terminal: runs until SIGINT or SIGTERM, prints every command and where the line then
/// is, and can be unplugged by its standard input.</summary>
internal sealed class RelayTwin : IDisposable
{
    private readonly RelayOptions _options;
    private readonly SimulatedBoard _board;
    private readonly PositionFile _position;
    private readonly Lock _gate = new();
    private SimulatedBoardLine? _line;

    private RelayTwin(RelayOptions options)
    {
        _options = options;
        _board = options.Board();
        _position = new PositionFile(_board.Contacts, options.Wired, options.Position, options.Quiet);
        _board.Contacts.Stuck = options.Welded;
        _position.Follow();
        Plug();
    }

    public static int Run(RelayOptions options)
    {
        try
        {
            using var twin = new RelayTwin(options);
            Console.WriteLine($"{options.Family} at {options.Pty}");
            new Thread(twin.Obey) { IsBackground = true, Name = "hand" }.Start();
            TheEnd.Wait();
            return 0;
        }
        catch (IOException fault)
        {
            Console.Error.WriteLine(fault.Message);
            return 1;
        }
    }

    public void Dispose()
    {
        lock (_gate) _line?.Dispose();
    }

    private void Plug()
    {
        lock (_gate)
        {
            if (_line is not null) return;
            var terminal = new PseudoTerminal(_options.Pty);
            _line = new SimulatedBoardLine(terminal, _board, _options.Faults, _position.Print);
        }
    }

    /// <summary>The board loses its power with the plug.</summary>
    private void Unplug()
    {
        lock (_gate)
        {
            _line?.Dispose();
            _line = null;
            _board.Restart();
        }

        _position.Print("unplugged");
    }

    private void Obey()
    {
        while (Console.ReadLine() is { } order)
        {
            if (order.Trim() == "unplug") Unplug();
            else if (order.Trim() == "plug") Plug();
            else Console.Error.WriteLine($"{order}: not understood; expected plug or unplug");
        }
    }
}
