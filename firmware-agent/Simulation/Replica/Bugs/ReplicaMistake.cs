using Appliance.Core.Replica;
using Appliance.Core.Replica.Engine;
using Appliance.Simulation.Replica.Hosts;

namespace Appliance.Simulation.Replica.Bugs;

/// <summary>A bug between an engine and its shell: it changes what goes in and what comes out. False: that is lost on its way.</summary>
public abstract class ReplicaMistake
{
    public virtual bool Effect(ReplicaProcess process, ref ReplicaEffect effect) => true;

    public virtual bool Event(ReplicaProcess process, ref ReplicaEvent input) => true;

    public virtual bool Order(ReplicaProcess process, ref ReplicaOrder order) => true;
}

/// <summary>A mistake planted on purpose, to show that the rules would see it.</summary>
/// <param name="Name">For the command line.</param>
/// <param name="What">What the code would do wrong.</param>
/// <param name="Plant">Puts it between the shell and the engine of a node, anew for every process; null: nothing there.</param>
public sealed record ReplicaBug(string Name, string What, Func<int, ReplicaMistake?> Plant)
{
    /// <summary>A bug inside the engine.</summary>
    internal ReplicaFault Fault { get; init; }

    /// <summary>Changes the disks of the world.</summary>
    public Action<Disks.SimDisk>? Disk { get; init; }

    /// <summary>The front end forgets what was under way when its replica's process dies.</summary>
    public bool ForgetsReissue { get; init; }
}
