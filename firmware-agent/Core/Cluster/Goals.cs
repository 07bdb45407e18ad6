using Appliance.Core.Resources;

namespace Appliance.Core.Cluster;

/// <summary>Derives from role, maintenance and re-validation what the resources should be, and tells the sequencer when that
/// changes.</summary>
internal static class Goals
{
    public static void Apply(Turn turn, int number)
    {
        var group = turn.Group(number);
        var goal = Wanted(turn.Situation(number));
        if (goal == group.Goal) return;
        // What runs although we did not start it is looked at first: after a restart, after a freeze.
        var adopt = group.Goal is null or Goal.Frozen || group.Adopting;
        turn.Set(number, group with { Goal = goal });
        turn.Feed(number, new ResourceEvent.Want(goal, adopt));
    }

    private static Goal Wanted(in Situation now) => now.Group.Role switch
    {
        Role.Deactivating or Role.Fencing => Goal.Stopped,
        _ when now.Maintenance => Goal.Frozen,

        // "Resources may run here" is on disk before the first one starts.
        Role.Activating or Role.Active when !now.Group.Held => Goal.Stopped,
        Role.Activating or Role.Active => now.Node.Revalidating ? Goal.Frozen : Goal.Started,
        _ => Goal.Stopped,
    };
}
