using Appliance.Core.Replica;
using Appliance.Core.Replica.Wire;
using Appliance.Simulation.Replica.Hosts;

namespace Appliance.Simulation.Replica.Bugs;

/// <summary>A mirrored write counts as written there as soon as it was sent.</summary>
internal sealed class Hasty : ReplicaMistake
{
    public override bool Effect(ReplicaProcess process, ref ReplicaEffect effect)
    {
        if (effect.Kind == EffectKind.Send && effect.Header.Kind is FrameKind.Write or FrameKind.Zeroes)
        {
            var answer = new FrameHeader(FrameKind.Ack, 0, 0, effect.Header.Sequence, 0, 1);
            Rewriting.Later(process, ReplicaEvent.Frame(effect.Session, answer, BlockBuffers.None));
        }

        return true;
    }

    public override bool Event(ReplicaProcess process, ref ReplicaEvent input) =>
        input.Kind != ReplicaEventKind.Frame || input.Header.Kind != FrameKind.Ack;
}
