using Appliance.Lab.Setup;
using Appliance.Lab.Stacks;

namespace Appliance.Lab.Faults;

/// <summary>One way to break the pair.</summary>
/// <param name="Name">What a person types.</param>
/// <param name="Description">What it does, for the usage text.</param>
/// <param name="MovesService">Whether the other node is expected to serve afterwards, when the fault hits the serving one.</param>
/// <param name="Interrupts">Whether clients notice anything at all.</param>
/// <param name="Apply">Does it to a node.</param>
public sealed record Fault(
    string Name, string Description, bool MovesService, bool Interrupts, Action<LabRun, IClusterStack, NodePlan> Apply)
{
    /// <summary>Whether either node may serve afterwards: both were hit, or staying and moving are equally good.</summary>
    public bool EitherMayServe { get; init; }

    /// <summary>The machine stands still with its relay under power: nothing on it can let the telephone lines go.</summary>
    public bool HoldsLines { get; init; }
}
