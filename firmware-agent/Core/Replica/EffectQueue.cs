namespace Appliance.Core.Replica;

/// <summary>What a step asked for, in order. Fixed in size; the shell empties it after every step.</summary>
public sealed class EffectQueue
{
    private readonly ReplicaEffect[] _ring = new ReplicaEffect[1 << 13];
    private uint _put;
    private uint _taken;

    public bool IsEmpty => _put == _taken;

    /// <summary>The next free entry, blank, to be filled in.</summary>
    public ref ReplicaEffect Add(EffectKind kind)
    {
        Invariant.Check(_put - _taken < _ring.Length);
        ref var entry = ref _ring[_put++ & (_ring.Length - 1)];
        entry = default;
        (entry.Kind, entry.Buffer) = (kind, BlockBuffers.None);
        return ref entry;
    }

    public bool TryTake(out ReplicaEffect effect)
    {
        if (IsEmpty)
        {
            effect = default;
            return false;
        }

        ref var entry = ref _ring[_taken++ & (_ring.Length - 1)];
        effect = entry;
        (entry.Words, entry.Order) = (null, null);
        return true;
    }
}
