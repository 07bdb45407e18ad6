namespace Appliance.Simulation.Bugs;

/// <summary>All planted bugs.</summary>
public static class PlantedBugs
{
    public static IReadOnlyList<PlantedBug> All { get; } = [];

    public static PlantedBug? Find(string name) => All.FirstOrDefault(bug => bug.Name == name);
}
