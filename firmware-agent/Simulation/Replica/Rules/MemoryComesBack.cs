using Appliance.Core.Replica;

namespace Appliance.Simulation.Replica.Rules;

/// <summary>L6: memory is bounded: when nobody asks anything, every buffer is free but the few that an engine keeps for itself.</summary>
public sealed class MemoryComesBack(ReplicaWorld world) : ReplicaRule(world, "L6 memory comes back")
{
    private const int KeptForever = 4;

    public static bool IsIdle(ReplicaStatus seen) =>
        seen.LocalPending + seen.PeerPending + seen.Unacknowledged + seen.FrontPending == 0;

    public override void Settled()
    {
        foreach (var host in World.Hosts)
        {
            if (host.Process is not { IsAlive: true } process) continue;
            var held = process.Buffers.Count - process.Buffers.Available;
            if (held > KeptForever) Break($"{host.Name} holds {held} buffers although nobody asks anything");
            var seen = process.Seen;
            // Its own housekeeping (a flush, a superblock) may be under way at any moment; the world waited for one without it.
            if (!IsIdle(seen))
                Break($"{host.Name} counts lo:{seen.LocalPending} pe:{seen.PeerPending} ua:{seen.Unacknowledged} ap:{seen.FrontPending}");
        }
    }
}
