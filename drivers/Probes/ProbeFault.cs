namespace Appliance.Drivers.Probes;

/// <summary>A question that got no useful answer; the message says why in words.</summary>
internal sealed class ProbeFault(string message) : IOException(message)
{
    /// <summary>The other side closed the connection.</summary>
    public bool Closed { get; init; }
}
