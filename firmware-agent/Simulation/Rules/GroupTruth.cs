using Appliance.Core;
using Appliance.Core.Cluster;
using Appliance.Core.Time;

namespace Appliance.Simulation.Rules;

/// <summary>What is really so with one group.</summary>
public sealed class GroupTruth
{
    /// <summary>Both kernels run something of it since then.</summary>
    public Instant? OverlapSince { get; private set; }

    /// <summary>The last moment of the last overlap.</summary>
    public Instant? OverlapUntil { get; private set; }

    /// <summary>All of it does its work on the node since then.</summary>
    public Instant?[] ServesSince { get; } = new Instant?[Limits.Nodes];

    /// <summary>The node's kernel answers for the group's address since then.</summary>
    public Instant?[] AnswersSince { get; } = new Instant?[Limits.Nodes];

    /// <summary>Vote of the node's last tenure.</summary>
    public Vote[] Tenure { get; } = [Vote.None, Vote.None];

    /// <summary>The node wrote since its last tenure that it holds nothing.</summary>
    public bool[] Released { get; } = [true, true];

    /// <summary>A resource of it failed on the node last.</summary>
    public Instant?[] FailedAt { get; } = new Instant?[Limits.Nodes];

    /// <summary>Promotions so far.</summary>
    public int Promotions { get; set; }

    /// <summary>During an overlap: the node whose tenure is the later one.</summary>
    public int Winner => Tenure[0] > Tenure[1] ? 0 : 1;

    public void Look(World world, int group, Instant now)
    {
        var holds = world.Machines[0].Services.Hold(group) && world.Machines[1].Services.Hold(group);
        OverlapSince = holds ? OverlapSince ?? now : null;
        if (holds) OverlapUntil = now;
        for (var node = 0; node < Limits.Nodes; node++)
        {
            var services = world.Machines[node].Services;
            ServesSince[node] = services.Serve(group) ? ServesSince[node] ?? now : null;
            AnswersSince[node] = services.HoldAddress(group) ? AnswersSince[node] ?? now : null;
        }
    }
}
