using Appliance.Core.Time;

namespace Appliance.Simulation.Rules;

/// <summary>A rule of the architecture was broken.</summary>
/// <param name="Rule">Its number and name, as in docs/SIMULATION.md.</param>
/// <param name="At">World time.</param>
/// <param name="Text">What really happened.</param>
public sealed record Violation(string Rule, Instant At, string Text)
{
    public override string ToString() => $"{At} rule {Rule}: {Text}";
}
