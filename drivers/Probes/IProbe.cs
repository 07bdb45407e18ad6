namespace Appliance.Drivers.Probes;

/// <summary>What a service said when it was asked.</summary>
/// <param name="Healthy">It answered as a living one does.</param>
/// <param name="Took">From the question to the answer or to giving up.</param>
/// <param name="Text">The answer, or why there is none, in words.</param>
public readonly record struct ProbeAnswer(bool Healthy, TimeSpan Took, string Text);

/// <summary>Asks one service. One caller at a time; never blocks much longer than the timeout, whatever the service does.</summary>
public interface IProbe : IDisposable
{
    /// <summary>Asks and waits for the answer, at most <paramref name="timeout"/>.</summary>
    ProbeAnswer Ask(TimeSpan timeout);
}
