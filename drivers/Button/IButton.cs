namespace Appliance.Drivers.Button;

/// <summary>A push button whose bouncing nobody sees.</summary>
public interface IButton : IDisposable
{
    /// <summary>Waits until it was pressed or released for good.</summary>
    /// <param name="timeout">Zero: only what has happened.</param>
    /// <param name="isDown">Pressed now.</param>
    /// <returns>False when nothing changed in time.</returns>
    /// <exception cref="IOException">It is gone; in words.</exception>
    bool WaitChange(TimeSpan timeout, out bool isDown);
}
