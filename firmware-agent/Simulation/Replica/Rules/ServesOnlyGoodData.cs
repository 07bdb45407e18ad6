using Appliance.Core.Replica;
using Appliance.Simulation.Replica.Front;
using Appliance.Simulation.Replica.Hosts;

namespace Appliance.Simulation.Replica.Rules;

/// <summary>I7: users read from an UpToDate disk, the own or the connected peer's, and from nothing else.</summary>
public sealed class ServesOnlyGoodData(ReplicaWorld world) : ReplicaRule(world, "I7 serves only good data")
{
    public override void ReadDone(ReplicaProcess process, FrontRequest request, ReadOnlySpan<byte> bytes)
    {
        if (process.Seen.Disk != DiskState.UpToDate && !PeerServes(process))
            Break($"{Named(process.Node)} answers {request}, its disk is {process.Seen.Disk}, the peer's {process.Seen.PeerDisk}");
    }

    public override void Exposed(ReplicaProcess process)
    {
        if (process.Seen.Disk != DiskState.UpToDate && process.Seen.Frozen.Length == 0 && !PeerServes(process))
            Break($"{Named(process.Node)} serves with a disk that is {process.Seen.Disk}; the peer's is {process.Seen.PeerDisk}");
    }

    public override void Stepped(ReplicaProcess process)
    {
        if (process.IsExposed && process.Seen.Connection == ConnectionState.SyncTarget)
            Break($"{Named(process.Node)} is primary and is being copied onto");
    }

    private static bool PeerServes(ReplicaProcess process) =>
        process.Seen.PeerDisk == DiskState.UpToDate && process.Seen.Connection >= ConnectionState.Connected;
}
