using Appliance.Core.Replica;
using Appliance.Simulation.Replica.Hosts;

namespace Appliance.Simulation.Replica.Rules;

/// <summary>I6: a mark goes away only because a copy was made or mirrored: never without a connection, and no rule of the handshake takes
/// one away.</summary>
public sealed class MarksAreEarned(ReplicaWorld world) : ReplicaRule(world, "I6 marks are earned")
{
    private readonly (ReplicaProcess? Process, long Count, ConnectionState Connection)[] _last
        = new (ReplicaProcess?, long, ConnectionState)[2];

    public override void Stepped(ReplicaProcess process)
    {
        var node = process.Node;
        var count = process.Engine.Disk >= DiskState.Inconsistent ? process.Engine.Bitmap.Count : -1;
        var (before, was, then) = _last[node];
        _last[node] = (process, count, process.Seen.Connection);
        if (before != process || count < 0 || was <= count) return;
        // One step may take the last copy in and then notice that the peer has been silent for too long.
        if (IsCopying(then) || IsCopying(process.Seen.Connection)) return;
        Break($"{Named(node)}, {process.Seen.Connection}, forgets {was - count} marks");
    }

    private static bool IsCopying(ConnectionState state) => state is ConnectionState.Connected or ConnectionState.SyncSource
        or ConnectionState.SyncTarget or ConnectionState.VerifyS or ConnectionState.VerifyT;
}
