namespace Appliance.Core.Replica;

/// <summary>Who takes a buffer. Each use leaves some for the ones below it, so that a flood of users' writes can never starve the answers
/// that would finish them.</summary>
public enum BufferUse : byte
{
    /// <summary>Requests of the front end.</summary>
    Front,

    /// <summary>Background copies and comparisons.</summary>
    Background,

    /// <summary>What arrives from the peer.</summary>
    Link,

    /// <summary>The engine's own metadata.</summary>
    Metadata,
}

/// <summary>
/// All payload memory of a replica: equal slots cut from one block that never moves. A slot is shared by counting: the front end, the
/// local disk and the peer's socket each hold the same bytes until they are done (invariant I14). One thread.
/// </summary>
public sealed class BlockBuffers
{
    /// <summary>Bytes in a slot: the largest request, the largest payload of a frame.</summary>
    public const int SlotBytes = 128 << 10;

    /// <summary>No buffer.</summary>
    public const int None = -1;

    private const int BackgroundReserve = 16;
    private const int LinkReserve = 8;
    private const int MetadataReserve = 4;

    private readonly Memory<byte> _memory;
    private readonly int[] _holders;
    private readonly int[] _free;
    private int _available;

    /// <param name="memory">A whole number of slots, at least 64; aligned to 4 KiB where a disk reads it directly.</param>
    public BlockBuffers(Memory<byte> memory)
    {
        Count = memory.Length / SlotBytes;
        Invariant.Check(Count >= 64);
        Invariant.Check(memory.Length == Count * SlotBytes);
        (_memory, _holders, _free, _available) = (memory, new int[Count], new int[Count], Count);
        for (var slot = 0; slot < Count; slot++) _free[slot] = Count - 1 - slot; // The first ones are used again and again: small RSS.
    }

    public int Count { get; }

    /// <summary>Slots nobody holds.</summary>
    public int Available => _available;

    /// <summary>Slots that were ever taken: the first so many. The others still hold what was in the block before.</summary>
    public int Used { get; private set; }

    /// <summary>The whole slot.</summary>
    public Span<byte> this[int slot] => _memory.Span.Slice(slot * SlotBytes, SlotBytes);

    /// <summary>The first bytes of a slot.</summary>
    public Span<byte> Of(int slot, int length) => _memory.Span.Slice(slot * SlotBytes, length);

    /// <summary>Takes a free slot with one holder. False: none for this use now; ask again after a <see cref="Release"/>.</summary>
    public bool TryTake(BufferUse use, out int slot)
    {
        var reserve = use switch
        {
            BufferUse.Front => BackgroundReserve + LinkReserve + MetadataReserve,
            BufferUse.Background => LinkReserve + MetadataReserve,
            BufferUse.Link => MetadataReserve,
            _ => 0,
        };
        if (_available <= reserve)
        {
            slot = None;
            return false;
        }

        slot = _free[--_available];
        Used = Math.Max(Used, slot + 1);
        _holders[slot] = 1;
        return true;
    }

    /// <summary>One more holder.</summary>
    public void Share(int slot)
    {
        Invariant.Check(_holders[slot] > 0);
        _holders[slot]++;
    }

    /// <summary>More than one holder.</summary>
    public bool IsShared(int slot) => _holders[slot] > 1;

    /// <summary>One holder less; the last one frees it.</summary>
    public void Release(int slot)
    {
        Invariant.Check(_holders[slot] > 0);
        if (--_holders[slot] == 0) _free[_available++] = slot;
    }
}
