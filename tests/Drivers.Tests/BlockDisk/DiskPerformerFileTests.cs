using Appliance.Core.Replica;
using Appliance.Drivers.BlockDisk;
using Appliance.Drivers.Interop;
using Appliance.Drivers.IoLoop;
using Appliance.Drivers.Tests.IoLoop;

namespace Appliance.Drivers.Tests.BlockDisk;

/// <summary>The performer on real files, by each loop, through the page cache and past it.</summary>
public sealed unsafe class DiskPerformerFileTests : IDiskOwner, IDisposable
{
    private const int Direct = 0x4000; // O_DIRECT
    private const int ReadWrite = 2; // O_RDWR
    private const int Bytes = 1 << 20;
    private const int Large = DiskPerformer.LargeCopyBytes;
    private readonly AlignedMemory _memory = new(64 * BlockBuffers.SlotBytes);
    private readonly Dictionary<uint, int> _done = [];
    private readonly string _path = Path.Combine(AppContext.BaseDirectory, $"disk-{Guid.NewGuid():N}");
    private Drivers.IoLoop.IoLoop? _loop;
    private uint _id;

    public static TheoryData<IoLoopKind, bool> Ways
    {
        get
        {
            var ways = new TheoryData<IoLoopKind, bool> { { IoLoopKind.Pool, false }, { IoLoopKind.Pool, true } };
            if (!LoopKinds.UringIsHere) return ways;
            ways.Add(IoLoopKind.Uring, false);
            ways.Add(IoLoopKind.Uring, true);
            return ways;
        }
    }

    void IDiskOwner.DiskDone(uint id, int result) => _done.Add(id, result);

    private DiskPerformer Open(IoLoopKind kind, bool direct, string? path = null, bool copiesLast = false)
    {
        if (path is null)
        {
            using var file = File.Create(_path);
            file.SetLength(Bytes);
        }

        var fd = Libc.open(path ?? _path, ReadWrite | (direct ? Direct : 0));
        Assert.True(fd >= 0, Errno.LastWords);
        _loop = IoLoops.Open(kind, out _);
        return new DiskPerformer(_loop, _memory.Address, new DiskTarget(fd, !direct), new DiskTarget(fd, !direct), this)
        {
            CopiesLast = copiesLast,
        };
    }

    private int Do(DiskPerformer disk, EffectKind kind, int slot, int length, long offset, bool fua = false, bool discard = false)
    {
        var id = ++_id;
        disk.Perform(new ReplicaEffect
        {
            Kind = kind, Id = id, Buffer = slot, Length = length, Offset = offset, Fua = fua, Discard = discard,
        });
        for (var late = Environment.TickCount64 + 10_000; !_done.ContainsKey(id) && Environment.TickCount64 < late;)
            _loop!.Turn(TimeSpan.FromMilliseconds(100));
        return _done[id];
    }

    private Span<byte> Slot(int slot) => _memory.GetSpan().Slice(slot * BlockBuffers.SlotBytes, BlockBuffers.SlotBytes);

    [Theory, MemberData(nameof(Ways))]
    public void What_was_written_is_there_and_zeroes_are_zeroes(IoLoopKind kind, bool direct)
    {
        var disk = Open(kind, direct);
        Slot(1).Fill(0xC3);
        Assert.Equal(4096, Do(disk, EffectKind.DiskWrite, 1, 4096, 4096));
        Assert.Equal(BlockBuffers.SlotBytes, Do(disk, EffectKind.DiskWrite, 1, BlockBuffers.SlotBytes, 1 << 19));
        Assert.Equal(4096, Do(disk, EffectKind.DiskWrite, 1, 4096, 8192, fua: true));
        Assert.Equal(0, Do(disk, EffectKind.DiskFlush, -1, 0, 0));
        Assert.Equal(16384, Do(disk, EffectKind.DiskRead, 2, 16384, 0));
        Assert.Equal(8192, Slot(2)[..16384].Count((byte)0xC3));
        Assert.Equal(8192, Slot(2)[4096..12288].Count((byte)0xC3));
        Assert.Equal(4096, Do(disk, EffectKind.DiskZero, -1, 4096, 8192, discard: true));
        Assert.Equal(65536, Do(disk, EffectKind.DiskZero, -1, 65536, 1 << 19, fua: true));
        Assert.Equal(16384, Do(disk, EffectKind.DiskRead, 2, 16384, 0));
        Assert.Equal(4096, Slot(2)[..16384].Count((byte)0xC3));
        Assert.Equal(BlockBuffers.SlotBytes, Do(disk, EffectKind.DiskRead, 2, BlockBuffers.SlotBytes, 1 << 19));
        Assert.Equal(65536, Slot(2).Count((byte)0xC3));
        Assert.Equal(Bytes, new FileInfo(_path).Length);
        Assert.Equal(-Errno.EIO, Do(disk, EffectKind.DiskRead, 2, 4096, Bytes));
    }

    [Fact]
    public void Copies_wait_for_the_turn_s_end_and_keep_their_order()
    {
        var disk = Open(IoLoopKind.Pool, direct: false, copiesLast: true);
        for (var slot = 1; slot <= 3; slot++)
        {
            Slot(slot).Fill((byte)slot);
            disk.Perform(new ReplicaEffect { Kind = EffectKind.DiskWrite, Id = (uint)slot, Buffer = slot, Length = Large });
        }

        Assert.Empty(_done);
        Assert.Equal((3, true), (disk.Running, disk.HasLater));
        Assert.Equal(0, File.ReadAllBytes(_path)[0]);
        disk.Turned();
        Assert.Equal([1u, 2u, 3u], _done.Keys);
        Assert.All(_done.Values, result => Assert.Equal(Large, result));
        Assert.Equal((0, false), (disk.Running, disk.HasLater));
        Assert.Equal(3, File.ReadAllBytes(_path)[0]);
    }

    [Fact]
    public void A_copy_that_fails_is_told_by_the_loop()
    {
        var disk = Open(IoLoopKind.Pool, direct: false, "/dev/full", copiesLast: true);
        disk.Perform(new ReplicaEffect { Kind = EffectKind.DiskWrite, Id = 7, Buffer = 1, Length = Large });
        disk.Turned();
        for (var late = Environment.TickCount64 + 10_000; !_done.ContainsKey(7) && Environment.TickCount64 < late;)
            _loop!.Turn(TimeSpan.FromMilliseconds(100));
        Assert.Equal(-Errno.ENOSPC, _done[7]);
    }

    [Theory, MemberData(nameof(Ways))]
    public void A_full_disk_says_so(IoLoopKind kind, bool direct)
    {
        var disk = Open(kind, false, "/dev/full");
        Assert.Equal(-Errno.ENOSPC, Do(disk, EffectKind.DiskWrite, 1, direct ? 512 : 4096, 0));
        Assert.Equal(0, disk.Failed);
    }

    public void Dispose()
    {
        _loop?.Dispose();
        File.Delete(_path);
        ((IDisposable)_memory).Dispose();
    }
}
