using Appliance.Core.Time;
using Appliance.Simulation.Machines;

namespace Appliance.Simulation.Rules;

/// <summary>
/// Rule 4, by content: what users were told is safe is there after a failover. A copy that is older may be served only by a node that
/// could not know: while the other one wrote alone no heartbeat passed for long enough, or this node was not there. And nobody writes
/// alone while the other agent is heard and its copy is not noted to be old.
/// </summary>
public sealed class Acknowledged(World world) : Rule(world, "4 good data")
{
    /// <summary>Beside the time to see that a peer is there: to notice that the replication is gone, to order and to note.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(3);

    private readonly bool[] _couldKnow = new bool[Core.Limits.Nodes];

    public override void Look()
    {
        if (World.Replica is not { } pair) return;
        for (var node = 0; node < _couldKnow.Length; node++)
        {
            var other = pair.Copies[1 - node];
            if (other.AloneSince is not { } since) _couldKnow[node] = false;
            else if (other.Primary && other.Lives && pair.Copies[node].Lives && Both(since)) _couldKnow[node] = true;
        }
    }

    public void Promoted(Machine machine, ReplicaPair pair)
    {
        var lost = pair.Lacks(machine.Number);
        if (pair.Copies[machine.Number].WroteAlone) return; // Both wrote alone before: a split brain is no failover.
        if (lost > 0 && _couldKnow[machine.Number])
            Break($"{machine.Name} becomes primary without {lost} writes that were answered, and it could know");
    }

    public void WritesAlone(Machine machine, ReplicaPair pair)
    {
        var peer = pair.Copies[1 - machine.Number];
        if (!peer.Lives || peer.Outdated || peer.Inconsistent || pair.Copies[machine.Number].Blind) return;
        if (Truth.For(Truth.ConnectedSince, Truth.Window + Slack))
            Break($"{machine.Name} writes alone although {peer.Machine.Name} is heard and its copy is not noted to be old");
    }

    private bool Both(Instant since) =>
        Truth.Now - since >= Truth.Window + Slack && Truth.For(Truth.ConnectedSince, Truth.Window + Slack);
}
