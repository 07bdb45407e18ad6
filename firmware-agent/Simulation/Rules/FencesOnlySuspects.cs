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

    /// <summary>A device that was broken is used again after its pause.</summary>
    private static readonly TimeSpan Mended = TimeSpan.FromSeconds(25);

    private Instant _devicesWell;
    private Instant _referencesWell;

    public override void Look()
    {
        if (World.Fences.Any(fence => fence.Defect != FenceDefect.None)) _devicesWell = Truth.Now;
        if (Enumerable.Range(0, Limits.Nodes).Any(node => Truth.Reachable(node) < World.Site.Config.Pings.Length))
            _referencesWell = Truth.Now;
    }

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
        var overdue = Enumerable.Range(0, Truth.Groups.Count).Any(group => heard.Facts.Groups[group].Role == Role.Fencing);
        if (silence + LongestDelay < timing.Deadtime * Slack && !overdue)
            Break($"{by.Name} fences {target.Name} although it was heard {silence.TotalMilliseconds:0} ms ago");
        if (Truth.For(Truth.CutOffSince[by.Number], Truth.Window + Site.PingInterval))
            Break($"{by.Name} fences {target.Name} although it is cut off itself since {Truth.CutOffSince[by.Number]}");
    }

    /// <summary>Of two nodes that lost each other the one that serves has the first shot.</summary>
    public void Fenced(Machine by, Machine target)
    {
        if (Truth.Now - _devicesWell < Mended || Truth.Now - _referencesWell < Mended || World.Site.Config.Witness is not null) return;
        // Who can play recordings back can make a booting node suspect the server: a move too many, no second server.
        if (Truth.Attacked) return;
        if (!CouldShoot(target.Number) || Serves(target.Number) is false || Serves(by.Number)) return;
        Break($"{by.Name}, which serves nothing, has fenced {target.Name}, which served and could have been first");
    }

    /// <summary>Its agent ran, had heard the other node, and has not heard it for as long as it takes to shoot.</summary>
    private bool CouldShoot(int node)
    {
        if (!Truth.For(Truth.AgentSince[node], TimeSpan.FromSeconds(10)) || Truth.Standby[node]) return false;
        if (Truth.InMaintenance(0) || Truth.InMaintenance(1) || Truth.Now - Truth.OrderedAt < TimeSpan.FromSeconds(10)) return false;
        return Truth.Delivered[node] is { } heard && Truth.Now - heard.At > World.Site.Config.Heartbeat.Deadtime;
    }

    public override void Promotion(Machine machine, int group, Vote vote)
    {
        var peer = World.Machines[1 - machine.Number];
        if (World.Site.Config.Fences.IsEmpty || !peer.Services.Hold(group)) return;
        // A peer that booted since it was last heard, or was never heard, is judged by evidence, as without a device.
        if (Truth.Delivered[machine.Number] is not { } heard || heard.At < Truth.BootedAt[peer.Number]) return;
        Break($"{machine.Name} starts {Named(group)} although {peer.Name} still runs it and could have been fenced");
    }

    private bool Serves(int node) => Truth.Groups.Any(group => group.ServesSince[node] is { } since && Truth.Now - since > Truth.Window);
}
