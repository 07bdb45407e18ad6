using Appliance.Core.Cluster;
using Appliance.Core.Resources;
using Appliance.Simulation.Machines;

namespace Appliance.Simulation.Rules;

/// <summary>
/// One invariant. It sees what really happens: operations that are performed, frames that are really sent and delivered, what is on the
/// disks, what
/// runs. It never sees the state of the code under test. The exact wording and bounds are in docs/SIMULATION.md.
/// </summary>
public abstract class Rule(World world, string name)
{
    public string Name { get; } = name;

    protected World World { get; } = world;

    protected Truth Truth => World.Oracle.Truth;

    /// <summary>After everything that happens.</summary>
    public virtual void Look()
    {
    }

    /// <summary>A node performs an operation on a resource.</summary>
    public virtual void Operation(Machine machine, int group, ResourceEffect.Run run)
    {
    }

    /// <summary>The first start of a tenure: nothing of the group ran on the node, and it does not carry on an earlier tenure.</summary>
    public virtual void Promotion(Machine machine, int group, Vote vote)
    {
    }

    public virtual void Spoken(Machine machine, in Heartbeat heartbeat)
    {
    }

    public virtual void Reannounced(Machine machine, int group)
    {
    }

    protected void Break(string text) => World.Oracle.Break(Name, text);

    protected string Named(int group) => $"group {World.Site.Config.Groups[group].Name}";
}
