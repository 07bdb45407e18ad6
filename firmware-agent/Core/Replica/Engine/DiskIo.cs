using Appliance.Core.Time;

namespace Appliance.Core.Replica.Engine;

internal enum IoOwner : byte
{
    None,
    Operation,
    Superblock,
    Intent,
    BitmapPage,
    Flush,
    PeerFlush,
}

/// <summary>Requests to the local disk and whom their answers are for. Short transfers are continued here; each holds a share of its
/// buffer, so that a late answer after the disk was given up finds its memory untouched by others.</summary>
internal sealed class DiskIo(Volume volume)
{
    private const int Max = 8192;
    private const int EIO = 5;
    private readonly Entry[] _entries = new Entry[Max];
    private readonly int[] _free = MakeFree();
    private int _available = Max;

    private struct Entry
    {
        public IoOwner Owner;
        public Operation? Op;
        public uint Generation;
        public ReplicaEffect Effect;
        public int DoneBytes;
        public Instant Began;
        public bool Abandoned;
    }

    public int Pending => Max - _available;

    public void Read(Operation op) =>
        Begin(IoOwner.Operation, op, EffectKind.DiskRead, DiskArea.Data, op.Offset, op.Length, op.Buffer, 0, false);

    public void Write(Operation op, bool fua) =>
        Begin(IoOwner.Operation, op, EffectKind.DiskWrite, DiskArea.Data, op.Offset, op.Length, op.Buffer, 0, fua);

    public void Zero(Operation op, bool discard, bool fua)
    {
        ref var effect = ref Begin(
            IoOwner.Operation, op, EffectKind.DiskZero, DiskArea.Data, op.Offset, op.Length, BlockBuffers.None, 0, fua);
        effect.Discard = discard;
    }

    public void Flush(IoOwner owner) =>
        Begin(owner, null, EffectKind.DiskFlush, DiskArea.Data, 0, 0, BlockBuffers.None, 0, false);

    public void WriteMetadata(IoOwner owner, long offset, int buffer, int bufferOffset) =>
        Begin(owner, null, EffectKind.DiskWrite, DiskArea.Metadata, offset, Geometry.BlockBytes, buffer, bufferOffset, true);

    /// <summary>An answer. Zero bytes of many is an error: a disk that does nothing does not work.</summary>
    public void Done(uint id, int result)
    {
        var index = (int)(id & (Max - 1));
        ref var entry = ref _entries[index];
        Invariant.Check(entry.Owner != IoOwner.None);
        Invariant.Check(entry.Generation == id / Max);
        var moves = entry.Effect.Kind is EffectKind.DiskRead or EffectKind.DiskWrite;
        if (moves && result == 0) result = -EIO;
        if (moves && result > 0 && entry.DoneBytes + result < entry.Effect.Length && !entry.Abandoned)
        {
            entry.DoneBytes += result;
            Emit(ref entry);
            return;
        }

        Finish(index, result < 0 ? result : entry.Effect.Length);
    }

    /// <summary>The disk is given up: whoever waits is told at once; late answers only free their memory.</summary>
    public void Abandon(int errno)
    {
        for (var index = 0; index < Max; index++)
        {
            ref var entry = ref _entries[index];
            if (entry.Owner == IoOwner.None || entry.Abandoned) continue;
            entry.Abandoned = true;
            var (owner, op) = (entry.Owner, entry.Op);
            entry.Op = null;
            volume.DiskAnswered(owner, op, -errno);
        }
    }

    /// <summary>Begin of the oldest request that still counts; null: none.</summary>
    public Instant? Oldest()
    {
        Instant? oldest = null;
        for (var index = 0; index < Max; index++)
        {
            ref var entry = ref _entries[index];
            if (entry.Owner == IoOwner.None || entry.Abandoned) continue;
            if (oldest is null || entry.Began < oldest) oldest = entry.Began;
        }

        return oldest;
    }

    private static int[] MakeFree()
    {
        var free = new int[Max];
        for (var index = 0; index < Max; index++) free[index] = Max - 1 - index;
        return free;
    }

    private ref ReplicaEffect Begin(
        IoOwner owner, Operation? op, EffectKind kind, DiskArea area, long offset, int length, int buffer, int bufferOffset, bool fua)
    {
        Invariant.Check(_available > 0);
        var index = _free[--_available];
        ref var entry = ref _entries[index];
        (entry.Owner, entry.Op, entry.DoneBytes, entry.Began, entry.Abandoned) = (owner, op, 0, volume.Now, false);
        entry.Effect = new ReplicaEffect
        {
            Kind = kind, Area = area, Offset = offset, Length = length, Buffer = buffer, BufferOffset = bufferOffset, Fua = fua,
            Id = (entry.Generation * Max) + (uint)index,
        };
        if (buffer != BlockBuffers.None) volume.Buffers.Share(buffer);
        if (op is not null) op.LocalPending = true;
        if (area == DiskArea.Data && kind == EffectKind.DiskWrite) volume.Counters.DiskWritten += length;
        if (kind == EffectKind.DiskRead) volume.Counters.DiskRead += length;
        return ref Emit(ref entry);
    }

    private ref ReplicaEffect Emit(ref Entry entry)
    {
        ref var effect = ref volume.Effects.Add(entry.Effect.Kind);
        effect = entry.Effect;
        effect.Offset += entry.DoneBytes;
        effect.BufferOffset += entry.DoneBytes;
        effect.Length -= entry.DoneBytes;
        return ref effect;
    }

    private void Finish(int index, int result)
    {
        ref var entry = ref _entries[index];
        var (owner, op, buffer, abandoned) = (entry.Owner, entry.Op, entry.Effect.Buffer, entry.Abandoned);
        (entry.Owner, entry.Op) = (IoOwner.None, null);
        entry.Generation = (entry.Generation + 1) & ((uint.MaxValue / Max) >> 1);
        _free[_available++] = index;
        if (!abandoned) volume.DiskAnswered(owner, op, result);
        if (buffer != BlockBuffers.None) volume.Buffers.Release(buffer);
    }
}
