using Appliance.Core.Cluster;
using Appliance.Simulation.Machines;

namespace Appliance.Simulation.Rules;

/// <summary>
/// Rule 4: a stale replica never serves. A node with Consistent data can tell a dead peer from a living one only where a link or the LAN
/// works;
/// in a whole partition it cannot, and that is the limit of the design without a fence device. Where a replica is simulated too, its
/// content is judged instead: <see cref="Acknowledged"/>.
/// </summary>
public sealed class GoodData(World world) : Rule(world, "4 good data")
{
    public override void Promotion(Machine machine, int group, Vote vote)
    {
        var standing = Truth.Data[machine.Number, group];
        if (standing.IsGood()) return;
        var peer = World.Machines[1 - machine.Number];
        if (standing != DataStanding.Consistent) Break($"{machine.Name} starts {Named(group)} although its data is {standing}");
        else if (peer.Services.Hold(group) && CouldKnow && World.Replica?.Group != group)
            Break($"{machine.Name} starts {Named(group)} with Consistent data although {peer.Name} runs it");
    }

    private bool CouldKnow =>
        Truth.For(Truth.ConnectedSince, Truth.Window) || Truth.For(Truth.LanSince, Truth.Window + TimeSpan.FromSeconds(2));
}
