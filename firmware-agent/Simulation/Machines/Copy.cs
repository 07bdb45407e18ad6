using Appliance.Core.Cluster;
using Appliance.Core.Replica;
using Appliance.Core.Time;

namespace Appliance.Simulation.Machines;

/// <summary>One of the two copies of a replica: the process and what its disk holds. The agent is not part of it.</summary>
public sealed class Copy(Machine machine)
{
    public Machine Machine { get; } = machine;

    /// <summary>Writes it holds, by number.</summary>
    public HashSet<int> Writes { get; private set; } = [];

    /// <summary>On the disk: known to be old.</summary>
    public bool Outdated { get; set; }

    /// <summary>On the disk: half copied.</summary>
    public bool Inconsistent { get; set; }

    /// <summary>On the disk: the other copy is known to be old.</summary>
    public bool PeerOutdated { get; set; }

    /// <summary>On the disk: it wrote what the other copy has not (the bitmap has a base).</summary>
    public bool WroteAlone { get; set; }

    /// <summary>Since the first of those writes; null: none.</summary>
    public Instant? AloneSince { get; set; }

    public bool Primary { get; set; }

    /// <summary>It believes to be connected.</summary>
    public bool Connected { get; set; }

    /// <summary>Gave up: both wrote alone.</summary>
    public bool StandAlone { get; set; }

    public bool AskFence { get; set; }

    /// <summary>It became primary without a connection, because its agent had waited long enough.</summary>
    public bool Blind { get; set; }

    /// <summary>What the agent was told last; null: nothing in this run.</summary>
    public (DataStanding Standing, bool Ask)? Told { get; set; }

    /// <summary>The process runs and its kernel with it.</summary>
    public bool Lives => Machine.Lives;

    public DataStanding Standing => DataStandings.Of(new ReplicaFacts(
        StandAlone ? ConnectionState.StandAlone : Connected ? ConnectionState.Connected : ConnectionState.WFConnection,
        Inconsistent ? DiskState.Inconsistent : Outdated ? DiskState.Outdated
            : Connected || Primary || WroteAlone || PeerOutdated ? DiskState.UpToDate : DiskState.Consistent,
        AskFence, Primary && !Connected, PeerOutdated));

    /// <summary>The machine was switched off: what is on the disk stays.</summary>
    public void Vanish() =>
        (Primary, Connected, StandAlone, AskFence, Blind, Told) = (false, false, false, false, false, null);

    /// <summary>Takes over everything the other copy holds.</summary>
    public void CopyFrom(Copy source)
    {
        Writes = [.. source.Writes];
        (Inconsistent, Outdated, WroteAlone, PeerOutdated, AloneSince) = (false, false, false, false, null);
    }
}
