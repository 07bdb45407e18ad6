namespace Appliance.Agent.Drills;

/// <summary>Makes a fault and takes it back. The fault ends by itself, too, when the drill is killed.</summary>
public interface IDrillInjection : IDisposable
{
    /// <summary>What must stand before the fault; null, or why it cannot be made.</summary>
    string? Prepare() => null;

    /// <summary>Null when the fault is there, else why not; then some of it may be there.</summary>
    string? Inject();

    /// <summary>Ends the fault and what <see cref="Prepare"/> began; what has ended already is left alone. Null, or what stayed.</summary>
    string? Release();
}
