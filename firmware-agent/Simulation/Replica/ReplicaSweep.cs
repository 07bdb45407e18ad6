using Appliance.Simulation.Replica.Bugs;

namespace Appliance.Simulation.Replica;

/// <summary>Many seeds of the replicator's world.</summary>
public static class ReplicaSweep
{
    /// <summary>Plays seeds from … from + count - 1 on all processors until one breaks a rule or time is up.</summary>
    public static Sweep Run(ulong from, ulong count, ReplicaBug? bug, CancellationToken stop) =>
        Sweep.Run(from, count, seed => ReplicaRehearsal.Play(seed, keepStory: false, bug), stop);
}
