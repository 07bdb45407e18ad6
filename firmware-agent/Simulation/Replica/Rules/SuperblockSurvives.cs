using Appliance.Simulation.Replica.Hosts;

namespace Appliance.Simulation.Replica.Rules;

/// <summary>I10: whatever a loss of power takes, a disk that was attached once has a valid superblock, never older than one that was
/// there after an earlier loss.</summary>
public sealed class SuperblockSurvives(ReplicaWorld world) : ReplicaRule(world, "I10 superblock survives")
{
    private readonly (object? Disk, ulong Sequence)[] _seen = new (object?, ulong)[2];
    private readonly Dice _dice = world.Dice.Fork(22);
    private int _look;

    public override void Look()
    {
        if (++_look % 64 == 0) LookAt(_dice.Below(2), sector => _dice.Chance(0.5));
    }

    public override void PowerLost(int node) => LookAt(node, _ => false);

    private void LookAt(int node, Func<long, bool> survives)
    {
        var host = World.Hosts[node];
        if (host.MetadataIsBroken) return;
        if (host.ReadPaper(survives) is not { } paper)
        {
            Break($"a loss of power would leave {Named(node)} without a valid superblock");
            return;
        }

        var (disk, sequence) = _seen[node];
        if (disk == host.Disk && paper.Superblock.Sequence < sequence)
            Break($"a loss of power would take {Named(node)} back to superblock {paper.Superblock.Sequence} from {sequence}");
        if (host.ReadPaper(_ => false) is { } durable) _seen[node] = (host.Disk, durable.Superblock.Sequence);
    }
}
