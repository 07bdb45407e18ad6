using Appliance.Drivers.SerialPort;

namespace Appliance.Drivers.Relay.Simulated;

/// <summary>A USB socket of a simulated machine with a board in it. Faults: unplugged, forbidden, busy, and those of the board.</summary>
public sealed class SimulatedRelayPort(SimulatedBoard board) : IDisposable
{
    private readonly Lock _gate = new();
    private SimulatedBoardLine? _line;
    private SimulatedSerialPort? _host;

    public SimulatedBoardFaults Faults { get; } = new();

    public bool Forbidden { get; set; }

    public bool Busy { get; set; }

    public bool IsPlugged { get; private set; } = true;

    /// <summary>The board loses its power, too.</summary>
    public void Unplug()
    {
        lock (_gate)
        {
            IsPlugged = false;
            if (_host is not null) _host.Gone = true;
            board.Restart();
        }
    }

    public void Plug()
    {
        lock (_gate) IsPlugged = true;
    }

    /// <summary>The board says something that nobody asked for. The port has been opened before.</summary>
    public void Interject(ReadOnlySpan<byte> bytes) => _line!.Interject(bytes);

    public void Dispose() => _line?.Dispose();

    internal ISerialPort? TryOpen(out string problem, out RelayFault fault)
    {
        lock (_gate)
        {
            (problem, fault) = !IsPlugged ? ("it does not exist: is the adapter plugged in?", RelayFault.Missing)
                : Forbidden ? ("it cannot be opened: permission denied", RelayFault.Forbidden)
                : Busy ? ("it is in use by another program", RelayFault.Busy)
                : ("", RelayFault.None);
            if (fault != RelayFault.None) return null;
            _line?.Dispose();
            var (host, end) = SimulatedSerialPort.Pair(1);
            _line = new SimulatedBoardLine(end, board, Faults);
            return _host = host;
        }
    }
}
