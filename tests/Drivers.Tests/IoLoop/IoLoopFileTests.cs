using Appliance.Drivers.Interop;
using Appliance.Drivers.IoLoop;

namespace Appliance.Drivers.Tests.IoLoop;

/// <summary>What every loop promises of files. A loop that this machine forbids is not tested here.</summary>
public sealed unsafe class IoLoopFileTests
{
    private const int KeepSizePunchHole = 1 | 2; // FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE

    public static TheoryData<IoLoopKind> Kinds => LoopKinds.Here;

    [Theory, MemberData(nameof(Kinds))]
    public void What_is_written_is_read_back_at_its_place(IoLoopKind kind)
    {
        using var bench = new LoopBench(kind);
        bench.Span[..8192].Fill(0x5A);
        bench.Loop.Write(bench, 1, bench.File, bench.Bytes, 8192, 4096, dsync: false);
        Assert.Equal(8192, bench.Until(1));
        bench.Loop.Write(bench, 2, bench.File, bench.Bytes, 512, 0, dsync: true);
        Assert.Equal(512, bench.Until(2));
        bench.Loop.Sync(bench, 3, bench.File);
        Assert.Equal(0, bench.Until(3));
        bench.Span.Clear();
        bench.Loop.Read(bench, 4, bench.File, bench.Bytes, 16384, 0);
        Assert.Equal(12288, bench.Until(4));
        Assert.Equal(512, bench.Span[..4096].Count((byte)0x5A));
        Assert.Equal(8192, bench.Span[4096..12288].Count((byte)0x5A));
        bench.Loop.Read(bench, 5, bench.File, bench.Bytes, 4096, 1 << 20);
        Assert.Equal(0, bench.Until(5));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_hole_reads_as_zeroes_and_keeps_the_size(IoLoopKind kind)
    {
        using var bench = new LoopBench(kind);
        bench.Span[..16384].Fill(1);
        bench.Loop.Write(bench, 1, bench.File, bench.Bytes, 16384, 0, dsync: false);
        bench.Until(1);
        bench.Loop.Allocate(bench, 2, bench.File, KeepSizePunchHole, 4096, 8192);
        Assert.Equal(0, bench.Until(2));
        bench.Loop.Read(bench, 3, bench.File, bench.Bytes, 16384, 0);
        Assert.Equal(16384, bench.Until(3));
        Assert.Equal(8192, bench.Span[..16384].Count((byte)1));
        Assert.Equal(8192, bench.Span[4096..12288].Count((byte)0));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Errors_come_as_negative_numbers(IoLoopKind kind)
    {
        using var bench = new LoopBench(kind);
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
        using var readOnly = new FileStream("/proc/self/exe", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var directory = Libc.open("/", 0);
        bench.Loop.Write(bench, 1, (int)full.SafeFileHandle.DangerousGetHandle(), bench.Bytes, 4096, 0, dsync: false);
        bench.Loop.Read(bench, 2, 9999, bench.Bytes, 4096, 0);
        bench.Loop.Sync(bench, 3, 9999);
        bench.Loop.Read(bench, 4, directory, bench.Bytes, 4096, 0);
        bench.Loop.Write(bench, 5, (int)readOnly.SafeFileHandle.DangerousGetHandle(), bench.Bytes, 4096, 0, dsync: true);
        bench.Loop.Allocate(bench, 6, bench.Left, KeepSizePunchHole, 0, 4096);
        bench.Until(6);
        _ = Libc.close(directory);
        Assert.Equal(-Errno.ENOSPC, bench.ResultOf(1));
        Assert.Equal(-Errno.EBADF, bench.ResultOf(2));
        Assert.Equal(-Errno.EBADF, bench.ResultOf(3));
        Assert.Equal(-21, bench.ResultOf(4)); // EISDIR
        Assert.Equal(-Errno.EBADF, bench.ResultOf(5));
        Assert.Contains(bench.ResultOf(6), new[] { -29, -Errno.ENODEV, -Errno.EOPNOTSUPP }); // ESPIPE
    }

    [Theory, MemberData(nameof(Kinds))]
    public void As_many_operations_as_promised_run_at_a_time_and_one_more_is_our_bug(IoLoopKind kind)
    {
        const int Count = Drivers.IoLoop.IoLoop.OperationsMax - 1; // One may serve the loop itself.
        using var bench = new LoopBench(kind);
        for (var at = 0; at < 1024; at++) bench.Span.Slice(at * 512, 512).Fill((byte)at);
        for (var at = 0UL; at < Count; at++)
            bench.Loop.Write(bench, at, bench.File, bench.Bytes + (at % 1024 * 512), 512, (long)at * 512, dsync: false);
        bench.Loop.Sync(bench, Count, bench.File);
        Assert.Throws<Core.InvariantException>(() => bench.Loop.Sync(bench, Count + 1, bench.File));
        bench.Until(Count + 1);
        Assert.All(bench.Ended, end => Assert.Equal(end.Token == Count ? 0 : 512, end.Result));
        Assert.Equal(Count + 1, bench.Ended.Select(end => end.Token).Distinct().Count());
        bench.Span.Clear();
        bench.Loop.Read(bench, Count + 2, bench.File, bench.Bytes, 1 << 20, 1 << 19);
        Assert.Equal(1 << 20, bench.Until(Count + 2));
        for (var at = 0; at < 1024; at++) Assert.Equal(512, bench.Span.Slice(at * 512, 512).Count((byte)at));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Nothing_is_allocated_once_it_runs(IoLoopKind kind)
    {
        using var bench = new LoopBench(kind);
        var owner = new Counter { Loop = bench.Loop, File = bench.File, Bytes = bench.Bytes };
        bench.Loop.Write(bench, 1, bench.File, bench.Bytes, 32 * 512, 0, dsync: false);
        bench.Until(1);
        owner.Run(2_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        owner.Run(100_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(0, owner.Bad);
    }

    /// <summary>Keeps 32 operations under way, each begun from within the end of another.</summary>
    private sealed class Counter : IIoOwner
    {
        private int _left;
        private int _running;

        public required Drivers.IoLoop.IoLoop Loop { get; init; }

        public required int File { get; init; }

        public required byte* Bytes { get; init; }

        public int Bad { get; private set; }

        public void Run(int count)
        {
            _left = count;
            for (var tag = 0UL; tag < 32; tag++) Begin(tag);
            while (_running > 0) Loop.Turn(TimeSpan.FromSeconds(1));
        }

        public void Done(ulong token, int result)
        {
            _running--;
            if (result != 512) Bad++;
            if (_left > 0) Begin(token);
        }

        private void Begin(ulong tag)
        {
            _left--;
            _running++;
            var at = Bytes + (tag * 512);
            var place = (long)tag * 512;
            if (_left % 2 == 0)
                Loop.Write(this, tag, File, at, 512, place, dsync: false);
            else
                Loop.Read(this, tag, File, at, 512, place);
        }
    }
}
