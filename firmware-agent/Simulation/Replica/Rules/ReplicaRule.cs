using Appliance.Core.Replica;
using Appliance.Core.Replica.Wire;
using Appliance.Simulation.Replica.Front;
using Appliance.Simulation.Replica.Hosts;

namespace Appliance.Simulation.Replica.Rules;

/// <summary>One invariant of the replicator. It sees disks, frames, requests and answers as they really are; of the engine only what an
/// operator sees, and the four sets that invariant I5 is about. The exact wording is in docs/SIMULATION.md.</summary>
public abstract class ReplicaRule(ReplicaWorld world, string name)
{
    public string Name { get; } = name;

    protected ReplicaWorld World { get; } = world;

    /// <summary>After everything that happens.</summary>
    public virtual void Look()
    {
    }

    /// <summary>An engine made a step; its effects are not performed yet.</summary>
    public virtual void Stepped(ReplicaProcess process)
    {
    }

    public virtual void ReadDone(ReplicaProcess process, FrontRequest request, ReadOnlySpan<byte> bytes)
    {
    }

    /// <summary>A Write, WriteZeroes or Discard is answered.</summary>
    public virtual void WriteDone(ReplicaProcess process, FrontRequest request)
    {
    }

    /// <summary>Asked before what it covers is taken for stable.</summary>
    public virtual void FlushDone(ReplicaProcess process, FrontRequest request)
    {
    }

    public virtual void Failed(int node, FrontRequest request, int result)
    {
    }

    /// <summary>The device appears.</summary>
    public virtual void Exposed(ReplicaProcess process)
    {
    }

    /// <summary>A frame leaves for the kernel.</summary>
    public virtual void Sent(ReplicaProcess process, in FrameHeader header, ReadOnlySpan<byte> payload)
    {
    }

    /// <summary>A frame has come.</summary>
    public virtual void Received(ReplicaProcess process, in FrameHeader header)
    {
    }

    public virtual void Told(ReplicaProcess process, NewsKind news, string words)
    {
    }

    public virtual void LinkUp()
    {
    }

    /// <summary>Sectors of the data area of a node have another content.</summary>
    public virtual void DataChanged(int node, long first, long count)
    {
    }

    /// <summary>A node has lost its power; its disk is as that left it.</summary>
    public virtual void PowerLost(int node)
    {
    }

    /// <summary>Everything was mended a while ago and nobody asks anything: all must be well.</summary>
    public virtual void Settled()
    {
    }

    protected void Break(string text) => World.Oracle.Break(Name, text);

    protected static string Named(int node) => ReplicaWorld.Names[node];
}
