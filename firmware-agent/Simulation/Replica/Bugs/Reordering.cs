using Appliance.Core.Replica;
using Appliance.Core.Replica.Wire;
using Appliance.Simulation.Replica.Hosts;

namespace Appliance.Simulation.Replica.Bugs;

/// <summary>Of two writes of the peer that come one after the other the second is applied first, now and then.</summary>
internal sealed class Reordering : ReplicaMistake
{
    private ReplicaEvent? _kept;

    public override bool Event(ReplicaProcess process, ref ReplicaEvent input)
    {
        if (input.Kind == ReplicaEventKind.LinkDown) _kept = null;
        if (input.Kind != ReplicaEventKind.Frame) return true;
        if (_kept is { } kept)
        {
            _kept = null;
            process.Step(input);
            process.Step(kept);
            input = ReplicaEvent.Tick();
            return true;
        }

        if (input.Header.Kind != FrameKind.Write || !process.World.Dice.Chance(0.3)) return true;
        _kept = input;
        input = ReplicaEvent.Tick();
        return true;
    }
}

/// <summary>Writes of an earlier connection are applied in the next one.</summary>
internal sealed class OldFrames : ReplicaMistake
{
    private readonly Queue<(FrameHeader Header, byte[] Bytes)> _old = new();
    private bool _replay;

    public override bool Event(ReplicaProcess process, ref ReplicaEvent input)
    {
        if (input.Kind == ReplicaEventKind.LinkUp) _replay = true;
        if (input.Kind != ReplicaEventKind.Frame || input.Header.Kind != FrameKind.Write) return true;
        if (_replay && _old.Count > 0)
        {
            _replay = false;
            while (_old.TryDequeue(out var frame))
            {
                if (!process.Buffers.TryTake(BufferUse.Link, out var buffer)) break;
                frame.Bytes.CopyTo(process.Buffers[buffer]);
                process.Step(ReplicaEvent.Frame(input.Session, frame.Header with { Sequence = input.Header.Sequence }, buffer));
            }
        }

        _old.Enqueue((input.Header, process.Buffers.Of(input.Buffer, input.Header.Length).ToArray()));
        if (_old.Count > 4) _old.Dequeue();
        return true;
    }
}
