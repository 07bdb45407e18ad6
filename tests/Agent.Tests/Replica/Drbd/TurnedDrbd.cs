using Appliance.Agent.Replica.Control;
using Appliance.Agent.Replica.Drbd;

namespace Appliance.Agent.Tests.Replica.Drbd;

/// <summary>A process that looks at its DRBD once more, and what its watchers then see.</summary>
internal static class TurnedDrbd
{
    public static ReplicaWatch Watch(DrbdProcess process)
    {
        process.Turn();
        ReplicaWatch? seen = null;
        var serial = 0L;
        Assert.True(process.Board.Wait(ref seen, ref serial, TimeSpan.FromSeconds(2), []));
        return seen!;
    }
}
