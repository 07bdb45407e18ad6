using Appliance.Core.Replica;
using Appliance.Drivers.BlockDisk;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.Tests.BlockDisk;

/// <summary>The performer against a disk that is short, interrupted or broken.</summary>
public sealed unsafe class DiskPerformerTests : IDiskOwner, IDisposable
{
    private readonly ScriptedLoop _loop = new();
    private readonly AlignedMemory _memory = new(64 * BlockBuffers.SlotBytes);
    private readonly List<(uint Id, int Result)> _done = [];
    private readonly DiskPerformer _disk;

    public DiskPerformerTests() =>
        _disk = new DiskPerformer(_loop, _memory.Address, new DiskTarget(-1, false), new DiskTarget(-1, false), this);

    void IDiskOwner.DiskDone(uint id, int result) => _done.Add((id, result));

    private int Result(EffectKind kind, int length, bool fua = false, bool discard = false)
    {
        _disk.Perform(new ReplicaEffect
        {
            Kind = kind, Id = 7, Buffer = 0, Length = length, Offset = 8192, Fua = fua, Discard = discard,
        });
        while (_loop.Turn(default) > 0)
        {
        }

        Assert.Equal(0, _disk.Running);
        Assert.Equal(7u, _done[^1].Id);
        return _done[^1].Result;
    }

    [Fact]
    public void Short_transfers_go_on_where_they_stopped()
    {
        foreach (var result in new[] { 512, -Errno.EINTR, 1024 }) _loop.Script.Enqueue(result);
        Assert.Equal(4096, Result(EffectKind.DiskWrite, 4096));
        Assert.Equal(["write 4096 at 8192", "write 3584 at 8704", "write 3584 at 8704", "write 2560 at 9728"], _loop.Asked);
        _loop.Asked.Clear();
        _loop.Script.Enqueue(512);
        Assert.Equal(1024, Result(EffectKind.DiskRead, 1024));
        Assert.Equal(["read 1024 at 8192", "read 512 at 8704"], _loop.Asked);
        Assert.Single(_done, end => end.Result == 1024);
    }

    [Fact]
    public void A_disk_that_ends_too_early_or_takes_nothing_has_failed_the_transfer()
    {
        _loop.Script.Enqueue(0);
        Assert.Equal(-Errno.EIO, Result(EffectKind.DiskRead, 4096));
        _loop.Script.Enqueue(0);
        Assert.Equal(-Errno.EIO, Result(EffectKind.DiskWrite, 4096));
        Assert.Equal(4096, Result(EffectKind.DiskWrite, 4096));
    }

    [Fact]
    public void Being_interrupted_for_ever_ends()
    {
        for (var time = 0; time < 1000; time++) _loop.Script.Enqueue(-Errno.EINTR);
        Assert.Equal(-Errno.EINTR, Result(EffectKind.DiskRead, 512));
    }

    [Fact]
    public void Errors_of_a_transfer_do_not_stay()
    {
        _loop.Script.Enqueue(-Errno.EIO);
        Assert.Equal(-Errno.EIO, Result(EffectKind.DiskRead, 512));
        Assert.Equal(512, Result(EffectKind.DiskRead, 512));
        Assert.Equal(0, _disk.Failed);
    }

    [Fact]
    public void An_error_of_a_flush_stays()
    {
        _loop.Script.Enqueue(-Errno.EIO);
        Assert.Equal(-Errno.EIO, Result(EffectKind.DiskFlush, 0));
        Assert.Equal(Errno.EIO, _disk.Failed);
        Assert.Equal(-Errno.EIO, Result(EffectKind.DiskFlush, 0));
        Assert.Equal(-Errno.EIO, Result(EffectKind.DiskWrite, 512));
        Assert.Equal(["sync"], _loop.Asked);
    }

    [Fact]
    public void What_is_under_way_when_a_flush_fails_fails_too()
    {
        _loop.Script.Enqueue(-Errno.EIO);
        _disk.Perform(new ReplicaEffect { Kind = EffectKind.DiskFlush, Id = 1 });
        _disk.Perform(new ReplicaEffect { Kind = EffectKind.DiskWrite, Id = 2, Length = 512 });
        _loop.Turn(default);
        Assert.Equal([(1u, -Errno.EIO), (2u, -Errno.EIO)], _done);
    }

    [Fact]
    public void A_failed_write_through_counts_as_a_failed_flush()
    {
        _loop.Script.Enqueue(-Errno.EIO);
        Assert.Equal(-Errno.EIO, Result(EffectKind.DiskWrite, 512, fua: true));
        Assert.Equal(["write through 512 at 8192"], _loop.Asked);
        Assert.Equal(Errno.EIO, _disk.Failed);
    }

    [Fact]
    public void Zeroes_are_marked_and_only_discarded_ones_give_space_back()
    {
        Assert.Equal(1 << 20, Result(EffectKind.DiskZero, 1 << 20));
        Assert.Equal(1 << 20, Result(EffectKind.DiskZero, 1 << 20, discard: true));
        Assert.Equal(4096, Result(EffectKind.DiskZero, 4096, fua: true));
        Assert.Equal(
            ["allocate 17 1048576 at 8192", "allocate 3 1048576 at 8192", "allocate 17 4096 at 8192", "sync"], _loop.Asked);
    }

    [Fact]
    public void A_disk_without_holes_gets_zeroes_written_and_is_not_asked_again()
    {
        foreach (var result in new[] { -Errno.EOPNOTSUPP, -Errno.EOPNOTSUPP, 4096 }) _loop.Script.Enqueue(result);
        const int Length = BlockBuffers.SlotBytes + 8192;
        Assert.Equal(Length, Result(EffectKind.DiskZero, Length, discard: true));
        Assert.Equal(
            [
                $"allocate 3 {Length} at 8192", $"allocate 17 {Length} at 8192", "write 131072 at 8192", "write 131072 at 12288",
                "write 4096 at 143360",
            ], _loop.Asked);
        _loop.Asked.Clear();
        Assert.Equal(512, Result(EffectKind.DiskZero, 512, discard: true));
        Assert.Equal(["write 512 at 8192"], _loop.Asked);
    }

    [Fact]
    public void A_place_that_does_not_fit_the_disk_is_written_this_time_only()
    {
        _loop.Script.Enqueue(-Errno.EINVAL);
        Assert.Equal(512, Result(EffectKind.DiskZero, 512));
        Assert.Equal(4096, Result(EffectKind.DiskZero, 4096));
        Assert.Equal(["allocate 17 512 at 8192", "write 512 at 8192", "allocate 17 4096 at 8192"], _loop.Asked);
        _loop.Script.Enqueue(-Errno.EIO);
        Assert.Equal(-Errno.EIO, Result(EffectKind.DiskZero, 4096));
    }

    public void Dispose() => ((IDisposable)_memory).Dispose();
}
