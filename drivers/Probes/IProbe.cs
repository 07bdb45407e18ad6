using System.Collections.Immutable;
using Appliance.Core.Layers;
using Appliance.Drivers.Probes.Asterisk;

namespace Appliance.Drivers.Probes;

/// <summary>What a service said when it was asked.</summary>
/// <param name="Healthy">It answered as a living one does.</param>
/// <param name="Took">From the question to the answer or to giving up.</param>
/// <param name="Text">The answer, or why there is none, in words.</param>
public readonly record struct ProbeAnswer(bool Healthy, TimeSpan Took, string Text)
{
    /// <summary>Healthy, but a part of it fails.</summary>
    public bool Partly { get; init; }

    /// <summary>Healthy, and yet people should read the text.</summary>
    public bool Notable { get; init; }

    /// <summary>It is there and cannot answer: asking it to stop would be as much in vain.</summary>
    public bool Hung { get; init; }

    /// <summary>What each layer said, where several are asked; else default.</summary>
    public ImmutableArray<LayerAnswer> Layers { get; init; }

    /// <summary>What Asterisk is busy with; null for other probes.</summary>
    public AsteriskFacts? Facts { get; init; }
}

/// <summary>Asks one service. One caller at a time; never blocks much longer than the timeout, whatever the service does.</summary>
public interface IProbe : IDisposable
{
    /// <summary>Asks and waits for the answer, at most <paramref name="timeout"/>.</summary>
    ProbeAnswer Ask(TimeSpan timeout);
}
