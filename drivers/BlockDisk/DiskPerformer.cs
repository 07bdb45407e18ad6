using System.Diagnostics;
using Appliance.Core;
using Appliance.Core.Replica;
using Appliance.Drivers.Interop;
using Appliance.Drivers.IoLoop;

namespace Appliance.Drivers.BlockDisk;

/// <summary>
/// Performs an engine's disk effects on one attachment of a disk. A transfer is whole or failed: short ones go on. An error of a flush
/// stays: the kernel forgets what it could not write, so no later flush may be believed, and every later effect fails at once.
/// </summary>
public sealed unsafe class DiskPerformer : IIoOwner
{
    /// <summary>Effects under way at a time.</summary>
    public const int EffectsMax = 1024;

    /// <summary>From this size on a copy takes long enough for a peer to work meanwhile; below, to send early only makes more and smaller
    /// packets.</summary>
    public const int LargeCopyBytes = 32 << 10;

    private const int RetriesMax = 100;
    private const int KeepSize = 1; // FALLOC_FL_KEEP_SIZE
    private const int PunchHole = 2; // FALLOC_FL_PUNCH_HOLE
    private const int ZeroRange = 16; // FALLOC_FL_ZERO_RANGE
    private const int NoWait = 8; // RWF_NOWAIT

    private static readonly AlignedMemory Zeroes = new(BlockBuffers.SlotBytes, zeroed: true);

    private readonly IoLoop.IoLoop _loop;
    private readonly byte* _buffers;
    private readonly IDiskOwner _owner;
    private readonly DiskTarget _data;
    private readonly DiskTarget _metadata;
    private readonly Work[] _work = new Work[EffectsMax];
    private readonly int[] _later = new int[EffectsMax];
    private int _laterCount;
    private int _slowWrites;
    private int _free;
    private int _failed;
    private bool _cannotPunch;
    private bool _cannotZero;
    private long _patientUntil;

    /// <param name="buffers">First byte of the memory of the <see cref="BlockBuffers"/>.</param>
    public DiskPerformer(IoLoop.IoLoop loop, byte* buffers, DiskTarget data, DiskTarget metadata, IDiskOwner owner)
    {
        _buffers = buffers;
        (_loop, _data, _metadata, _owner) = (loop, data, metadata, owner);
        for (var at = 0; at < EffectsMax; at++) _work[at].Next = at + 1;
    }

    /// <summary>Copies to the page cache of <see cref="LargeCopyBytes"/> or more are made in <see cref="Turned"/>, which the owner then
    /// calls after every turn: what it has to send leaves before them.</summary>
    public bool CopiesLast { get; init; }

    /// <summary>Copies wait for <see cref="Turned"/>.</summary>
    public bool HasLater => _laterCount > 0;

    /// <summary>Two buffered writes in a row that took longer than this had to wait for the disk (one of them alone may have lost its
    /// processor): for a while others are to wait for it.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMilliseconds(2);

    /// <summary>How long writes then go to the loop.</summary>
    public static TimeSpan Calm { get; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Effects under way.</summary>
    public int Running { get; private set; }

    /// <summary>errno of the flush that failed; 0: none has.</summary>
    public int Failed => _failed;

    /// <summary>Does DiskRead, DiskWrite, DiskFlush or DiskZero.</summary>
    public void Perform(in ReplicaEffect effect)
    {
        var target = effect.Area == DiskArea.Data ? _data : _metadata;
        if (_failed != 0)
        {
            _owner.DiskDone(effect.Id, -_failed);
            return;
        }

        var address = effect.Buffer < 0 ? null : _buffers + ((long)effect.Buffer * BlockBuffers.SlotBytes) + effect.BufferOffset;
        var waits = CopiesLast && target.Buffered && effect is { Kind: EffectKind.DiskWrite, Fua: false, Length: >= LargeCopyBytes };
        if (target.Buffered && !waits && DoneAtOnce(effect, target.Fd, address))
        {
            _owner.DiskDone(effect.Id, effect.Length);
            return;
        }

        var at = Take();
        ref var work = ref _work[at];
        work.Address = address;
        (work.Id, work.Kind, work.Fd, work.Length, work.Offset) = (effect.Id, effect.Kind, target.Fd, effect.Length, effect.Offset);
        (work.Through, work.Discard, work.Done, work.Retries, work.Step) = (effect.Fua, effect.Discard, 0, 0, default);
        if (waits) _later[_laterCount++] = at;
        else Begin(at);
    }

    /// <summary>Makes the copies that waited. What their ends lead to may wait again.</summary>
    public void Turned()
    {
        var count = _laterCount;
        for (var place = 0; place < count; place++)
        {
            var at = _later[place];
            ref readonly var work = ref _work[at];
            if (Copied(work.Fd, work.Address, work.Length, work.Offset)) End(at, work.Length);
            else Begin(at);
        }

        Array.Copy(_later, count, _later, 0, _laterCount - count);
        _laterCount -= count;
    }

    /// <summary>A copy to or from the page cache, if that does not have to wait for the disk.</summary>
    private bool DoneAtOnce(in ReplicaEffect effect, int fd, byte* address)
    {
        if (effect.Kind == EffectKind.DiskRead)
        {
            var part = IoVector.Of(address, effect.Length);
            return Libc.preadv2(fd, &part, 1, effect.Offset, NoWait) == effect.Length;
        }

        return effect is { Kind: EffectKind.DiskWrite, Fua: false } && Copied(fd, address, effect.Length, effect.Offset);
    }

    private bool Copied(int fd, byte* address, int length, long offset)
    {
        var begin = Stopwatch.GetTimestamp();
        if (begin < _patientUntil) return false;
        var done = Libc.pwrite(fd, address, length, offset) == length;
        var end = Stopwatch.GetTimestamp();
        _slowWrites = Stopwatch.GetElapsedTime(begin, end) > Patience ? _slowWrites + 1 : 0;
        if (_slowWrites > 1) _patientUntil = end + (long)(Calm.TotalSeconds * Stopwatch.Frequency);
        return done; // What went wrong shows again when the loop tries.
    }

    private int Take()
    {
        var at = _free;
        Invariant.Check(at < EffectsMax);
        _free = _work[at].Next;
        Running++;
        return at;
    }

    private void Begin(int at)
    {
        ref var work = ref _work[at];
        switch (work.Kind)
        {
            case EffectKind.DiskRead:
                _loop.Read(
                    this, (ulong)at, work.Fd, work.Address + work.Done, work.Length - work.Done, work.Offset + work.Done);
                break;
            case EffectKind.DiskWrite:
                _loop.Write(
                    this, (ulong)at, work.Fd, work.Address + work.Done, work.Length - work.Done, work.Offset + work.Done, work.Through);
                break;
            case EffectKind.DiskFlush:
                _loop.Sync(this, (ulong)at, work.Fd);
                break;
            default:
                Invariant.Check(work.Kind == EffectKind.DiskZero);
                BeginZero(at, ref work);
                break;
        }
    }

    /// <summary>Gives the space back if that was asked for, else marks the range as zeroes, else writes them.</summary>
    private void BeginZero(int at, ref Work work)
    {
        if (work.Step == ZeroStep.Punch && (!work.Discard || _cannotPunch)) work.Step = ZeroStep.Mark;
        if (work.Step == ZeroStep.Mark && _cannotZero) work.Step = ZeroStep.Write;
        switch (work.Step)
        {
            case ZeroStep.Punch:
                _loop.Allocate(this, (ulong)at, work.Fd, PunchHole | KeepSize, work.Offset, work.Length);
                break;
            case ZeroStep.Mark:
                _loop.Allocate(this, (ulong)at, work.Fd, ZeroRange | KeepSize, work.Offset, work.Length);
                break;
            case ZeroStep.Write:
                var length = Math.Min(work.Length - work.Done, BlockBuffers.SlotBytes);
                _loop.Write(this, (ulong)at, work.Fd, Zeroes.Address, length, work.Offset + work.Done, dsync: false);
                break;
            default:
                _loop.Sync(this, (ulong)at, work.Fd);
                break;
        }
    }

    /// <inheritdoc/>
    public void Done(ulong token, int result)
    {
        ref var work = ref _work[(int)token];
        if (result is -Errno.EINTR or -Errno.EAGAIN && work.Retries++ < RetriesMax)
        {
            Begin((int)token);
            return;
        }

        switch (work.Kind)
        {
            case EffectKind.DiskFlush:
                if (result < 0) Fail(-result);
                End((int)token, result);
                break;
            case EffectKind.DiskZero:
                Zeroed((int)token, ref work, result);
                break;
            default:
                Moved((int)token, ref work, result);
                break;
        }
    }

    private void Moved(int at, ref Work work, int result)
    {
        // Nothing read: the disk ends before it should. Nothing written: it takes no more.
        if (result <= 0)
        {
            if (work.Through && result < 0) Fail(-result);
            End(at, result == 0 ? -Errno.EIO : result);
            return;
        }

        work.Done += result;
        if (work.Done < work.Length) Begin(at);
        else End(at, work.Length);
    }

    private void Zeroed(int at, ref Work work, int result)
    {
        if (result < 0 && work.Step is ZeroStep.Punch or ZeroStep.Mark)
        {
            // Not offered here; or, by a device with larger blocks, not at this place.
            if (result == -Errno.EOPNOTSUPP) _ = work.Step == ZeroStep.Punch ? _cannotPunch = true : _cannotZero = true;
            if (result is not (-Errno.EOPNOTSUPP or -Errno.EINVAL or -Errno.ENOSYS or -Errno.ENODEV)) End(at, result);
            else GoOn(at, ref work, work.Step + 1);
            return;
        }

        if (result < 0 || (result == 0 && work.Step == ZeroStep.Write))
        {
            if (work.Step == ZeroStep.Flush) Fail(-result);
            End(at, result == 0 ? -Errno.EIO : result);
            return;
        }

        if (work.Step == ZeroStep.Write) work.Done += result;
        if (work.Step == ZeroStep.Write && work.Done < work.Length) GoOn(at, ref work, ZeroStep.Write);
        else if (work.Through && work.Step != ZeroStep.Flush) GoOn(at, ref work, ZeroStep.Flush);
        else End(at, work.Length);
    }

    private void GoOn(int at, ref Work work, ZeroStep step)
    {
        work.Step = step;
        Begin(at);
    }

    private void Fail(int errno) => _failed = _failed == 0 ? errno : _failed;

    private void End(int at, int result)
    {
        ref var work = ref _work[at];
        var id = work.Id;
        work.Next = _free;
        _free = at;
        Running--;
        // What was under way when a flush failed may have gone through the same lost cache.
        _owner.DiskDone(id, _failed != 0 && result >= 0 ? -_failed : result);
    }

    private enum ZeroStep : byte
    {
        Punch,
        Mark,
        Write,
        Flush,
    }

    private struct Work
    {
        public byte* Address;
        public long Offset;
        public int Length;
        public int Done;
        public int Fd;
        public int Next;
        public int Retries;
        public uint Id;
        public EffectKind Kind;
        public ZeroStep Step;
        public bool Through;
        public bool Discard;
    }
}
