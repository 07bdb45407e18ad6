using Appliance.Core.Time;

namespace Appliance.Simulation.Machines;

/// <summary>
/// A machine's boot clock: starts at boot, runs a little fast or slow, and may stand still while the machine is suspended.
/// </summary>
public sealed class MachineClock(Timeline timeline, double rate)
{
    private Instant _world = timeline.Now;
    private Instant _shown = Instant.FromMilliseconds(500);
    private bool _stands;

    /// <summary>What the machine reads.</summary>
    public Instant Now => _stands ? _shown : _shown + ((timeline.Now - _world) * rate);

    /// <summary>How long the world waits until the machine's clock shows <paramref name="instant"/>; never negative.</summary>
    public TimeSpan Until(Instant instant)
    {
        var wait = (instant - Now) / rate;
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    public void Stand() => (_shown, _world, _stands) = (Now, timeline.Now, true);

    public void Run()
    {
        if (_stands) (_world, _stands) = (timeline.Now, false);
    }
}
