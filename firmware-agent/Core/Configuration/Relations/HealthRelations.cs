using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration.Relations;

/// <summary>The limits of <c>[health]</c> against each other.</summary>
internal static class HealthRelations
{
    public static void Check(Section root, Findings findings)
    {
        if (!root.Has("health", out Section health)) return;
        foreach (var what in new[] { "space", "pressure", "temperature" }) Ordered(health, $"{what}-warning", $"{what}-critical", findings);
        // Of memory less is worse.
        Ordered(health, "memory-critical", "memory-warning", findings);
    }

    private static void Ordered(Section health, string less, string more, Findings findings)
    {
        if (!health.Has(less, out int left) || !health.Has(more, out int right) || left < right) return;
        TimingRelations.Tell(
            health, health.IsWritten(more) ? more : less, findings, $"{less} = {left} must be less than {more} = {right}");
    }
}
