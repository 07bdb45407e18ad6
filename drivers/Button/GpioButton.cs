using System.Diagnostics;
using Appliance.Drivers.Gpio;

namespace Appliance.Drivers.Button;

/// <summary>A button on a GPIO line: contacts chatter for a few milliseconds, so a level counts once it has stayed.</summary>
/// <param name="line">An input that reports both edges, active while pressed; disposed with the button.</param>
/// <param name="settle">A level that stays so long counts.</param>
public sealed class GpioButton(IGpioLine line, TimeSpan settle) : IButton
{
    /// <summary>Contacts that are worn out chatter for ever; then the level at this moment counts.</summary>
    private const int EdgesMax = 1000;

    private bool _isDown = line.Value;

    public bool WaitChange(TimeSpan timeout, out bool isDown)
    {
        var clock = Stopwatch.StartNew();
        isDown = _isDown;
        while (true)
        {
            var left = timeout - clock.Elapsed;
            // A level that differs without an edge: the kernel dropped it, or it happened while nobody looked.
            if (line.Value == _isDown && !line.WaitEdge(left > TimeSpan.Zero ? left : TimeSpan.Zero, out _)) return false;
            for (var edges = 0; edges < EdgesMax && line.WaitEdge(settle, out _); edges++) { }
            var level = line.Value;
            if (level == _isDown)
            {
                if (clock.Elapsed >= timeout) return false;
                continue;
            }

            _isDown = isDown = level;
            return true;
        }
    }

    public void Dispose() => line.Dispose();
}
