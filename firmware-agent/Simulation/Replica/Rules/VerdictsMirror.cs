using Appliance.Core.Replica.History;
using Appliance.Core.Replica.Wire;
using Appliance.Simulation.Replica.Hosts;

namespace Appliance.Simulation.Replica.Rules;

/// <summary>I9: what both sides decide when they meet are mirror images; else nothing of it is carried out.</summary>
public sealed class VerdictsMirror(ReplicaWorld world) : ReplicaRule(world, "I9 verdicts mirror")
{
    private readonly (object? Connection, SyncDecision Decision)[] _sent = new (object?, SyncDecision)[2];

    public override void Sent(ReplicaProcess process, in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        var node = process.Node;
        if (header.Kind == FrameKind.Verdict) _sent[node] = (process.Link.Connection, (SyncDecision)header.Aux);
        if (header.Kind is not (FrameKind.ResyncBegin or FrameKind.ResyncData or FrameKind.Write or FrameKind.ResyncDone)) return;
        var (mine, theirs) = (_sent[node], _sent[1 - node]);
        if (mine.Connection != process.Link.Connection || theirs.Connection != process.Link.Connection)
            Break($"{Named(node)} sends {header.Kind} before both have said what they decided");
        else if (Verdict.Mirror(mine.Decision) != theirs.Decision)
            Break($"{Named(node)} decided {mine.Decision}, the other one {theirs.Decision}, and {header.Kind} is sent all the same");
    }
}
