using Appliance.Core.Cluster;
using Appliance.Core.Time;

namespace Appliance.Agent.Lines;

/// <summary>What a decision allows a line.</summary>
/// <param name="Term">Of the promotion.</param>
/// <param name="Holds">The group's resources may run here.</param>
/// <param name="MayTake">And this node knows the world well enough to touch something shared.</param>
/// <param name="TurnAt">When the decision loop last turned.</param>
/// <param name="MaintenanceUntil">Null: there is none.</param>
public sealed record LineMandate(uint Term, bool Holds, bool MayTake, Instant TurnAt, Instant? MaintenanceUntil)
{
    public static LineMandate None { get; } = new(0, false, false, Instant.Boot, null);

    /// <param name="group">Number of the group.</param>
    public static LineMandate Of(NodeState state, int group)
    {
        var held = state.Groups[group].Role.Holds() && !state.Left;
        return new LineMandate(
            state.Groups[group].Vote.Term, held, held && !state.Revalidating, state.LastStep, state.MaintenanceUntil);
    }

    /// <summary>How long the lines may stay here if the decision loop never turns again: until deadtime after its last turn.</summary>
    public TimeSpan Left(Instant now, TimeSpan deadtime) => TurnAt + deadtime - now;
}
