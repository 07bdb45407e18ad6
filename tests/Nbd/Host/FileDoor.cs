using Appliance.Core.Replica;
using Appliance.Drivers.BlockDisk;
using Appliance.Drivers.BlockFront;
using Appliance.Drivers.Interop;
using Appliance.Drivers.IoLoop;

namespace Appliance.Nbd.Host;

/// <summary>A door straight to a file, by way of the performer that the replica uses.</summary>
internal sealed unsafe class FileDoor : IBlockDoor, IDiskOwner, IDisposable
{
    private const int Slots = 192;
    private const int ReadWriteCloseOnExec = 2 | 0x80000;
    private readonly AlignedMemory _memory = new(Slots * BlockBuffers.SlotBytes);
    private readonly (IBlockFront Front, uint Tag)[] _under = new (IBlockFront, uint)[1024];
    private readonly Stack<uint> _free = new(Enumerable.Range(0, 1024).Select(at => (uint)at));
    private readonly DiskPerformer _disk;
    private readonly int _fd;

    public FileDoor(string path, IoLoop loop)
    {
        Size = new FileInfo(path).Length;
        _fd = Libc.open(path, ReadWriteCloseOnExec);
        if (_fd < 0) throw new IOException($"{path}: {Errno.LastWords}");
        Buffers = new BlockBuffers(_memory.Memory);
        var target = new DiskTarget(_fd, Buffered: true);
        _disk = new DiskPerformer(loop, _memory.Address, target, target, this);
    }

    public long Size { get; }

    public BlockBuffers Buffers { get; }

    public nint AddressOf(int buffer) => (nint)(_memory.Address + ((long)buffer * BlockBuffers.SlotBytes));

    public void Submit(IBlockFront front, in BlockRequest request)
    {
        var id = _free.Pop();
        _under[id] = (front, request.Tag);
        _disk.Perform(new ReplicaEffect
        {
            Kind = request.Kind switch
            {
                BlockKind.Read => EffectKind.DiskRead,
                BlockKind.Write => EffectKind.DiskWrite,
                BlockKind.Flush => EffectKind.DiskFlush,
                _ => EffectKind.DiskZero,
            },
            Id = id,
            Buffer = request.Buffer,
            Length = request.Length,
            Offset = request.Offset,
            Fua = request.ForceUnitAccess,
            Discard = request.Kind == BlockKind.Discard,
        });
    }

    public void DiskDone(uint id, int result)
    {
        var (front, tag) = _under[id];
        _free.Push(id);
        front.Answer(tag, result);
    }

    public void Dispose()
    {
        _ = Libc.close(_fd);
        ((IDisposable)_memory).Dispose();
    }
}
