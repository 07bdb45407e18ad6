using Appliance.Core.Panel;

namespace Appliance.Drivers.Led;

/// <summary>One light.</summary>
public interface ILed : IDisposable
{
    /// <summary>For messages.</summary>
    string Name { get; }

    /// <summary>From now on it shows this rhythm by itself; showing the same again changes nothing and finds out that it is gone.</summary>
    /// <exception cref="IOException">There is no such light, or it does not do as told; in words.</exception>
    void Show(LedRhythm rhythm);
}
