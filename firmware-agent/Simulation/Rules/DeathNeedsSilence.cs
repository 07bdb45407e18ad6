using Appliance.Core.Cluster;
using Appliance.Simulation.Machines;

namespace Appliance.Simulation.Rules;

/// <summary>Rule 5: suspected death needs silence on all media for deadtime; nobody is dead during initdead who was not heard.</summary>
public sealed class DeathNeedsSilence(World world) : Rule(world, "5 death needs silence")
{
    /// <summary>Clocks of the nodes run up to 200 ppm apart; frames may be heard a little before they count.</summary>
    private const double Slack = 0.99;

    /// <summary>A second copy of a frame may arrive that much later; the code does not count it.</summary>
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(50);

    public override void Promotion(Machine machine, int group, Vote vote)
    {
        var timing = World.Site.Config.Heartbeat;
        if (Truth.Delivered[machine.Number] is not { } heard)
        {
            if (Truth.Now - Truth.SpokeFirst[machine.Number] < timing.Initdead * Slack && !World.WitnessReaches(machine.Number))
                Break($"{machine.Name} starts {Named(group)} within initdead although it never heard the peer");
            return;
        }

        var silence = Truth.Now - heard.At;
        if (
            silence + LongestDelay < timing.Deadtime * Slack
                && heard.Facts.Groups[group].Role.Holds()
                && !heard.Facts.Flags.HasFlag(NodeFlags.Goodbye))
            Break(
                $"{machine.Name} starts {Named(group)} although the peer said {silence.TotalMilliseconds:0} ms ago that it holds it");
    }
}
