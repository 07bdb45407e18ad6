using Appliance.Core.Replica;

namespace Appliance.Simulation.Replica.Rules;

/// <summary>L2 and L3: once everything is mended, both nodes become UpToDate, under load and without a person where no history was forked;
/// then both data areas are the same, byte by byte.</summary>
public sealed class CopiesConverge(ReplicaWorld world) : ReplicaRule(world, "L2 L3 copies converge")
{
    public override void Settled()
    {
        foreach (var host in World.Hosts)
        {
            if (host.Process is { IsAlive: true, Seen: var seen }
                && (seen.Disk, seen.PeerDisk, seen.Connection) == (DiskState.UpToDate, DiskState.UpToDate, ConnectionState.Connected)
                && seen.OutOfSyncKiB == 0) continue;
            Break($"{host.Name} is {Describe(host.Process?.Seen)}");
            return;
        }

        if (World.Oracle.Differences.Blocks.Count > 0)
            Break($"{World.Oracle.Differences.Blocks.Count} blocks differ, the first is {World.Oracle.Differences.Blocks.First()}");
        else if (World.Front.Node < 0) Break("nobody serves");
    }

    private static string Describe(ReplicaStatus? seen) => seen is null
        ? "not running"
        : $"cs:{seen.Connection} ro:{seen.Role}/{seen.PeerRole} ds:{seen.Disk}/{seen.PeerDisk} oos:{seen.OutOfSyncKiB} "
            + $"frozen:'{seen.Frozen}' why:'{seen.Why}'";
}
