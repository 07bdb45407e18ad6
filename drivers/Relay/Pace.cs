using System.Diagnostics;

namespace Appliance.Drivers.Relay;

/// <summary>Keeps commands to a slow board apart: it swallows what comes too early.</summary>
internal sealed class Pace(TimeSpan least)
{
    private readonly Stopwatch _sinceLast = new();

    /// <summary>Waits until the next command may go.</summary>
    public void Keep(RelayDeadline deadline, string place)
    {
        if (_sinceLast.IsRunning) deadline.Pause(least - _sinceLast.Elapsed, place);
        _sinceLast.Restart();
    }
}
