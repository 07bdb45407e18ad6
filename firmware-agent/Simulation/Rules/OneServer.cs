using Appliance.Core.Cluster;
using Appliance.Simulation.Machines;

namespace Appliance.Simulation.Rules;

/// <summary>Rule 1: while any link works, never two nodes active in a group.</summary>
public sealed class OneServer(World world) : Rule(world, "1 one server")
{
    public override void Promotion(Machine machine, int group, Vote vote)
    {
        var peer = World.Machines[1 - machine.Number];
        if (!peer.Services.Hold(group)) return;
        if (Truth.For(Truth.ConnectedSince, Truth.Window))
            Break(
                $"{machine.Name} starts {Named(group)} although {peer.Name} runs it and a link works since {Truth.ConnectedSince}");
        else if (Truth.For(Truth.WitnessSince, Truth.Window))
            Break(
                $"{machine.Name} starts {Named(group)} although {peer.Name} runs it and the witness hears both since {Truth.WitnessSince}");
    }

    public override void Look()
    {
        for (var group = 0; group < Truth.Groups.Count; group++)
        {
            if (Truth.Groups[group].OverlapSince is not { } overlap || Truth.ConnectedSince is not { } connected) continue;
            var since = Core.Time.Instant.Later(overlap, connected);
            if (Truth.Now - since > Truth.Window + Truth.StopBound)
                Break($"both nodes run {Named(group)} since {overlap}, although a link works since {connected}");
        }
    }
}
