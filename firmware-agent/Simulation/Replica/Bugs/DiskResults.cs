using Appliance.Core.Replica;
using Appliance.Simulation.Replica.Hosts;

namespace Appliance.Simulation.Replica.Bugs;

/// <summary>What a disk answers is not looked at closely: the request is taken for done where <paramref name="believe"/> says so.</summary>
internal sealed class DiskResults(Func<ReplicaEffect, int, bool> believe) : ReplicaMistake
{
    private readonly Dictionary<uint, ReplicaEffect> _asked = [];

    public override bool Effect(ReplicaProcess process, ref ReplicaEffect effect)
    {
        if (effect.Kind <= EffectKind.DiskZero) _asked[effect.Id] = effect;
        return true;
    }

    public override bool Event(ReplicaProcess process, ref ReplicaEvent input)
    {
        if (input.Kind == ReplicaEventKind.DiskDone && _asked.Remove(input.Id, out var effect) && believe(effect, input.Result))
            input = ReplicaEvent.DiskDone(input.Id, effect.Length);
        return true;
    }
}
