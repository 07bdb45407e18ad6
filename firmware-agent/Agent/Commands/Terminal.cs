using Appliance.Agent.Live;
using Appliance.Drivers.Terminal;

namespace Appliance.Agent.Commands;

/// <summary>The terminal that our output goes to.</summary>
internal static class Terminal
{
    /// <summary>Columns; 80 when it does not say.</summary>
    public static int Width => TerminalDevice.SizeOf(1) is { Columns: > 0 and var columns } ? columns : WindowSize.ColumnsUsual;
}
