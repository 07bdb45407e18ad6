using Appliance.Core.Cluster;
using Appliance.Simulation.Machines;

namespace Appliance.Simulation.Rules;

/// <summary>
/// Evidence counts: nobody starts a second server while the LAN says that the peer's kernel still answers for the service address.
/// </summary>
public sealed class Evidence(World world) : Rule(world, "E evidence")
{
    /// <summary>How old an answer may be that counts: two deadtimes, the bound of the question, and a write.</summary>
    private TimeSpan Age => (World.Site.Config.Heartbeat.Deadtime * 2) + TimeSpan.FromSeconds(1);

    public override void Promotion(Machine machine, int group, Vote vote)
    {
        var peer = World.Machines[1 - machine.Number];
        var since = Truth.Groups[group].AnswersSince[peer.Number];
        if (Truth.For(since, Age) && Truth.For(Truth.LanSince, Age))
            Break(
                $"{machine.Name} starts {Named(group)} although {peer.Name} answers for its address since {since}");
    }
}
