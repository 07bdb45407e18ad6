using Appliance.Simulation.Replica.Front;
using Appliance.Simulation.Replica.Hosts;

namespace Appliance.Simulation.Replica.Rules;

/// <summary>I4: no two nodes answer writes in the same term, terms grow from one writer to the next, and no device appears on a node while
/// the other one has it.</summary>
public sealed class OneWriter(ReplicaWorld world) : ReplicaRule(world, "I4 one writer")
{
    private (ulong Term, int Node) _last = (0, -1);

    public override void WriteDone(ReplicaProcess process, FrontRequest request)
    {
        var term = process.Seen.Term;
        if (term == 0) return; // A process that never had a disk knows no term; its peer's disk has it.
        if (process.Node != _last.Node && _last.Node >= 0 && term <= _last.Term)
            Break($"{Named(process.Node)} answers {request} in term {term}, and {Named(_last.Node)} did in term {_last.Term}");
        if (process.Node == _last.Node && term < _last.Term)
            Break($"{Named(process.Node)} answers {request} in term {term}, and did in term {_last.Term} before");
        _last = (term, process.Node);
    }

    public override void Exposed(ReplicaProcess process)
    {
        if (World.Hosts[1 - process.Node].Process is { IsAlive: true, IsExposed: true })
            Break($"the device appears on {Named(process.Node)} while it is on {Named(1 - process.Node)}");
    }
}
