using Appliance.Core.Panel;

namespace Appliance.Drivers.Led;

/// <summary>The twin: remembers what a person would see. Faults it models: not there, taken away while it blinks, no permission.</summary>
public sealed class SimulatedLed(string name) : ILed
{
    private LedRhythm? _shown;

    public string Name => name;

    public bool IsGone { get; set; }

    public bool IsForbidden { get; set; }

    /// <summary>What it shows; null: nothing was ever shown, or it is gone.</summary>
    public LedRhythm? Seen => IsGone ? null : _shown;

    /// <summary>How often a different rhythm was begun.</summary>
    public int Changes { get; private set; }

    public void Show(LedRhythm rhythm)
    {
        if (IsGone) throw new IOException($"there is no LED {name}; there are none");
        if (IsForbidden) throw new IOException($"LED {name} may not be set: permission denied");
        if (_shown == rhythm) return;
        _shown = rhythm;
        Changes++;
    }

    public void Dispose()
    {
    }
}
