namespace Appliance.Lab.Setup;

/// <summary>Clears away what a lab left that ended without cleaning up: its owner is dead, its notes are still there.</summary>
public static class Leftovers
{
    /// <summary>Removes every run whose owner has ended. Runs kept on purpose have no owner and stay.</summary>
    public static void RemoveAbandoned()
    {
        foreach (var place in LabPlace.Known())
        {
            var lab = LabRun.Open(place);
            if (lab.State.Owner is not { IsAlive: false }) continue;
            Console.Error.WriteLine($"removing lab {place.Prefix}: the run that owned it ended without cleaning up");
            lab.Down();
        }
    }
}
