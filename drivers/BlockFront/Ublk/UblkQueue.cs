using Appliance.Core;
using Appliance.Core.Replica;
using Appliance.Drivers.Interop;
using Appliance.Drivers.IoLoop;

namespace Appliance.Drivers.BlockFront.Ublk;

/// <summary>
/// The requests of one ublk device. Every tag has a command in the kernel that ends when a request has come for it; the answer is the
/// next command. The kernel copies from and to the tag's own slot of the replica's buffers, so a write lies where disk and link take it
/// from. A slot that somebody still reads when the request is answered (a connection under protocol A) is left to him, and the tag gets
/// another one. All on the loop's thread, which is the only one that the driver takes commands from.
/// </summary>
internal sealed unsafe class UblkQueue : IBlockFront, IIoOwner
{
    private const int ReadOnlyMapping = 1; // PROT_READ
    private const int SharedPopulated = 0x1 | 0x8000; // MAP_SHARED | MAP_POPULATE
    private readonly UringLoop _loop;
    private readonly IBlockDoor _door;
    private readonly int _fd;
    private readonly UblkRequest* _requests;
    private readonly nint _requestsBytes;
    private readonly Tag[] _tags;
    private int _inKernel;
    private int _atDoor;
    private int _parked;
    private bool _ended;

    private UblkQueue(UringLoop loop, IBlockDoor door, int fd, UblkRequest* requests, nint requestsBytes, int depth, string name)
    {
        (_loop, _door, _fd, _requestsBytes, _tags, Name) = (loop, door, fd, requestsBytes, new Tag[depth], name);
        _requests = requests;
    }

    public string Name { get; }

    /// <summary>The driver has taken back every tag: the device is being stopped.</summary>
    public Action? Ended { get; set; }

    /// <summary>Requests that came so far.</summary>
    public long Requests { get; private set; }

    /// <summary>Begins to serve <paramref name="fd"/> (/dev/ublkcN), which it owns from now on. Null, and why not.</summary>
    public static UblkQueue? Open(UringLoop loop, IBlockDoor door, int fd, int depth, string name, out string reason)
    {
        var bytes = ((depth * sizeof(UblkRequest)) + 4095) & ~4095;
        var requests = Libc.mmap(null, bytes, ReadOnlyMapping, SharedPopulated, fd, 0);
        if ((nint)requests == -1)
        {
            reason = $"{name}: cannot map the requests: {Errno.LastWords}";
            _ = Libc.close(fd);
            return null;
        }

        var queue = new UblkQueue(loop, door, fd, (UblkRequest*)requests, bytes, depth, name);
        reason = "";
        if (queue.Begin()) return queue;
        reason = $"{name}: not enough buffers for {depth} requests";
        queue.Dispose();
        return null;
    }

    public void Done(ulong token, int result)
    {
        _inKernel--;
        if (result != 0)
        {
            // -ENODEV: the device goes down. Anything else is news of the same kind: the driver serves this tag no more.
            if (_inKernel + _atDoor + _parked == 0) End();
            return;
        }

        Requests++;
        var tag = (uint)token;
        ref readonly var wanted = ref _requests[tag];
        var offset = (long)(wanted.StartSector << (int)UblkAbi.SectorShift);
        var length = (int)(wanted.Sectors << (int)UblkAbi.SectorShift);
        var kind = Kind((byte)wanted.Operation);
        if (kind is null || !Fits(kind.Value, offset, length))
        {
            Commit(tag, -Errno.EINVAL);
            return;
        }

        var carries = kind is BlockKind.Read or BlockKind.Write;
        var fua = (wanted.Operation & UblkAbi.ForceUnitAccess) != 0;
        var (place, count) = kind == BlockKind.Flush ? (0, 0) : (offset, length);
        ref var entry = ref _tags[tag];
        (entry.AtDoor, entry.Carries, entry.Length) = (true, carries, count);
        _atDoor++;
        _door.Submit(this, new BlockRequest(tag, kind.Value, place, count, carries ? entry.Slot : BlockBuffers.None, fua));
    }

    public void Answer(uint tag, int result)
    {
        ref var entry = ref _tags[tag];
        Invariant.Check(entry.AtDoor);
        entry.AtDoor = false;
        _atDoor--;
        if (_ended) return;
        if (result >= 0) result = entry.Carries ? entry.Length : 0;
        if (entry.Carries && _door.Buffers.IsShared(entry.Slot) && !Replace(ref entry))
        {
            (entry.Parked, entry.Result) = (true, result);
            _parked++;
            return;
        }

        Commit(tag, result);
    }

    public void BuffersFree()
    {
        for (var tag = 0u; _parked > 0 && tag < _tags.Length; tag++)
        {
            ref var entry = ref _tags[tag];
            if (!entry.Parked) continue;
            if (_door.Buffers.IsShared(entry.Slot) && !Replace(ref entry)) return;
            entry.Parked = false;
            _parked--;
            Commit(tag, entry.Result);
        }
    }

    public void Resized(long size)
    {
    }

    /// <summary>True when the driver holds no tag of ours and no request is under way.</summary>
    public bool Withdraw() => _ended;

    public void Dispose()
    {
        _ended = true;
        _ = Libc.munmap(_requests, _requestsBytes);
        _ = Libc.close(_fd);
        foreach (ref var entry in _tags.AsSpan())
        {
            if (entry.HasSlot) _door.Buffers.Release(entry.Slot);
            entry.HasSlot = false;
        }
    }

    private static BlockKind? Kind(byte operation) => operation switch
    {
        UblkAbi.Read => BlockKind.Read,
        UblkAbi.Write => BlockKind.Write,
        UblkAbi.Flush => BlockKind.Flush,
        UblkAbi.Discard => BlockKind.Discard,
        UblkAbi.WriteZeroes => BlockKind.WriteZeroes,
        _ => null,
    };

    private bool Begin()
    {
        foreach (ref var entry in _tags.AsSpan())
        {
            if (!_door.Buffers.TryTake(BufferUse.Front, out entry.Slot)) return false;
            entry.HasSlot = true;
        }

        for (var tag = 0u; tag < _tags.Length; tag++) Tell(UblkAbi.Fetch, tag, 0);
        return true;
    }

    private bool Fits(BlockKind kind, long offset, int length)
    {
        if (kind == BlockKind.Flush) return true;
        var most = kind is BlockKind.Read or BlockKind.Write ? BlockBuffers.SlotBytes : Geometry.ZeroBytesMax;
        return length > 0 && length <= most && offset >= 0 && offset <= _door.Size - length;
    }

    /// <summary>Leaves the slot to whoever still reads it. False: none is free now.</summary>
    private bool Replace(ref Tag entry)
    {
        if (!_door.Buffers.TryTake(BufferUse.Front, out var fresh)) return false;
        _door.Buffers.Release(entry.Slot);
        entry.Slot = fresh;
        return true;
    }

    private void Commit(uint tag, int result) => Tell(UblkAbi.CommitAndFetch, tag, result);

    /// <summary>struct ublksrv_io_cmd: queue, tag, result, address of the buffer for the next request.</summary>
    private void Tell(uint command, uint tag, int result)
    {
        _inKernel++;
        _loop.Command(this, tag, _fd, command, (ulong)(uint)result << 32 | tag << 16, (ulong)_door.AddressOf(_tags[tag].Slot));
    }

    private void End()
    {
        if (_ended) return;
        _ended = true;
        Ended?.Invoke();
    }

    private struct Tag
    {
        public int Slot;
        public int Length;
        public int Result;
        public bool HasSlot;
        public bool AtDoor;
        public bool Carries;
        public bool Parked;
    }
}
