namespace Appliance.Lab.Probing;

/// <summary>One question to the service address, asked again and again by one thread.</summary>
public interface IProbe : IDisposable
{
    /// <summary>What it asks.</summary>
    ProbeKind Kind { get; }

    /// <summary>
    /// Asks once and returns whether the answer was good; never longer than the limit. Socket errors count as no answer.
    /// </summary>
    bool Ask(TimeSpan limit);
}
