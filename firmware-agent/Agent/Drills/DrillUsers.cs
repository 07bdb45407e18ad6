using Appliance.Agent.Journal;
using Appliance.Agent.Status;
using Appliance.Core.Resources;

namespace Appliance.Agent.Drills;

/// <summary>What those who telephone could notice of a drill, as far as this node can know it. Pure.</summary>
public static class DrillUsers
{
    public static IReadOnlyList<string> Of(
        DrillFault fault, StatusView before, StatusView after, List<DrillPhase> phases, IReadOnlyList<EventView> events)
    {
        if (!fault.TouchesService) return [OfLink(events)];
        var away = "it did not serve again while it was watched";
        foreach (var phase in phases)
        {
            if (phase.Step == DrillStep.Serves) away = $"away for {phase.Ms} ms at most, from the fault until it served again";
            if (phase.Step == DrillStep.Complete) away += $"; all of it, telephone lines included, for {phase.Ms} ms at most";
        }

        return
        [
            away,
            $"calls: {Told(DrillGate.Calls(before))} before, {Told(DrillGate.Calls(after))} after",
            $"trunks registered: {Told(Registered(before))} before, {Told(Registered(after))} after",
        ];
    }

    private static string OfLink(IReadOnlyList<EventView> events)
    {
        foreach (var happened in events)
            if (happened.Kind is "role" or "resource") return "a group or a service changed its state, see below";
        return "nothing: no group and no service changed its state";
    }

    private static int? Registered(StatusView view)
    {
        foreach (var group in view.Groups)
            foreach (var resource in group.Resources)
                if (resource is { State: ResourceState.Started, Probe.Facts.Registered: { } count }) return count;
        return null;
    }

    private static string Told(int? count) => count is { } known ? $"{known}" : "not known on this node";
}
