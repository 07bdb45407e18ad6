using Appliance.Core;
using Appliance.Core.Cluster;
using Appliance.Core.Time;
using Appliance.Simulation.Machines;

namespace Appliance.Simulation.Rules;

/// <summary>
/// Fencing: only a node that was heard and is silent is switched off, never by one that is cut off; and with a device for a node nobody
/// starts a second server beside it, whatever is cut.
/// </summary>
public sealed class FencesOnlySuspects(World world) : Rule(world, "F fences suspects")
{
    /// <summary>Clocks of the nodes run up to 200 ppm apart.</summary>
    private const double Slack = 0.99;

    /// <summary>A second copy of a frame may arrive that much later; the code does not count it.</summary>
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>What a node last said: it holds a group.</summary>
    private readonly bool[] _holds = new bool[Limits.Nodes];

    public override void Spoken(Machine machine, in Heartbeat heartbeat) => _holds[machine.Number] = Holds(heartbeat);

    public void Shoots(Machine by, Machine target)
    {
        var timing = World.Site.Config.Heartbeat;
        if (Truth.Delivered[by.Number] is not { } heard)
        {
            // Who can play recordings back can make it look heard.
            if (!Truth.Attacked) Break($"{by.Name} fences {target.Name}, which it has never heard");
            return;
        }

        var silence = Truth.Now - heard.At;
        var overdue = Selection.Range(0, Truth.Groups.Count).Any(group => heard.Facts.Groups[group].Role == Role.Fencing);
        if (silence + LongestDelay < timing.Deadtime * Slack && !overdue)
            Break($"{by.Name} fences {target.Name} although it was heard {silence.TotalMilliseconds:0} ms ago");
        // A witness has chosen already.
        var first = timing.Deadtime + World.Site.Config.Policy.FenceDelay;
        var chosen = World.Site.Config.Witness is not null || overdue;
        if (!chosen && !_holds[by.Number] && Holds(heard.Facts) && silence + LongestDelay < first * Slack)
            Break($"{by.Name}, which holds nothing, fences {target.Name}, which holds and has the first shot, "
                + $"{silence.TotalMilliseconds:0} ms after it was heard");
        if (Truth.For(Truth.CutOffSince[by.Number], Truth.Window + Site.PingInterval))
            Break($"{by.Name} fences {target.Name} although it is cut off itself since {Truth.CutOffSince[by.Number]}");
    }

    public override void Promotion(Machine machine, int group, Vote vote)
    {
        var peer = World.Machines[1 - machine.Number];
        if (World.Site.Config.Fences.IsEmpty || !peer.Services.Hold(group)) return;
        // A peer that booted since it was last heard, or was never heard, is judged by evidence, as without a device.
        if (Truth.Delivered[machine.Number] is not { } heard || heard.At < Truth.BootedAt[peer.Number]) return;
        Break($"{machine.Name} starts {Named(group)} although {peer.Name} still runs it and could have been fenced");
    }

    private static bool Holds(in Heartbeat heartbeat)
    {
        for (var group = 0; group < heartbeat.GroupCount; group++)
            if (heartbeat.Groups[group].Role.Holds()) return true;
        return false;
    }
}
