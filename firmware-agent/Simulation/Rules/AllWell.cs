namespace Appliance.Simulation.Rules;

/// <summary>Liveness: in a world without faults each group runs whole on exactly one node.</summary>
public static class AllWell
{
    public const string Name = "L all well";

    public static void Check(World world)
    {
        for (var group = 0; group < world.Site.Config.Groups.Length; group++)
        {
            var name = world.Site.Config.Groups[group].Name;
            var serves = world.Machines.Count(machine => machine.Services.Serve(group));
            var holds = world.Machines.Count(machine => machine.Services.Hold(group));
            if (serves != 1) world.Oracle.Break(Name, $"group {name} serves on {serves} nodes although nothing is broken any more");
            else if (holds != 1)
                world.Oracle.Break(Name, $"parts of group {name} run on the other node although nothing is broken any more");
        }
    }
}
