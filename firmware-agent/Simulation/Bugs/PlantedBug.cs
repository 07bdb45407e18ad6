using Appliance.Simulation.Machines;

namespace Appliance.Simulation.Bugs;

/// <summary>A mistake planted on purpose, to show that the oracle would see it.</summary>
/// <param name="Name">For the command line.</param>
/// <param name="What">What the code would do wrong.</param>
/// <param name="Plant">Puts it between a node's shell and Core.</param>
public sealed record PlantedBug(string Name, string What, Func<int, Decisions> Plant)
{
    /// <summary>It shows only where the nodes have fence devices.</summary>
    public bool NeedsFences { get; init; }
}
