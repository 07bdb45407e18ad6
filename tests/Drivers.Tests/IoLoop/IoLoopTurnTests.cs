using System.Collections.Concurrent;
using System.Diagnostics;
using Appliance.Drivers.Interop;
using Appliance.Drivers.IoLoop;

namespace Appliance.Drivers.Tests.IoLoop;

/// <summary>How long a turn takes, what ends it, and which loop is chosen.</summary>
public sealed unsafe class IoLoopTurnTests
{
    public static TheoryData<IoLoopKind> Kinds => LoopKinds.Here;

    [Theory, MemberData(nameof(Kinds))]
    public void A_turn_waits_as_long_as_it_was_told(IoLoopKind kind)
    {
        using var bench = new LoopBench(kind);
        bench.Loop.Receive(bench, 1, bench.Left, bench.Bytes, 16);
        var watch = Stopwatch.StartNew();
        Assert.Equal(0, bench.Loop.Turn(TimeSpan.FromMilliseconds(60)));
        Assert.InRange(watch.ElapsedMilliseconds, 55, 2000);
        watch.Restart();
        for (var turn = 0; turn < 100; turn++) Assert.Equal(0, bench.Loop.Turn(TimeSpan.Zero));
        Assert.Equal(0, bench.Loop.Turn(TimeSpan.FromMilliseconds(-5)));
        Assert.True(watch.ElapsedMilliseconds < 1000);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_turn_ends_with_the_first_end(IoLoopKind kind)
    {
        using var bench = new LoopBench(kind);
        bench.Loop.Receive(bench, 1, bench.Left, bench.Bytes, 16);
        bench.Loop.Write(bench, 2, bench.File, bench.Bytes, 512, 0, dsync: false);
        var watch = Stopwatch.StartNew();
        while (bench.Ended.Count == 0) bench.Loop.Turn(TimeSpan.FromSeconds(20));
        Assert.True(watch.ElapsedMilliseconds < 5000);
        Assert.Equal(2UL, bench.Ended[0].Token);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Waking_ends_a_turn_also_when_it_came_before(IoLoopKind kind)
    {
        using var bench = new LoopBench(kind);
        bench.Loop.Wake();
        bench.Loop.Wake();
        var watch = Stopwatch.StartNew();
        bench.Loop.Turn(TimeSpan.FromSeconds(20));
        var waker = new Thread(() =>
        {
            Thread.Sleep(50);
            bench.Loop.Wake();
        });
        waker.Start();
        while (watch.ElapsedMilliseconds < 50) bench.Loop.Turn(TimeSpan.FromSeconds(20));
        waker.Join();
        Assert.True(watch.ElapsedMilliseconds < 5000);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void No_wake_is_lost_among_many(IoLoopKind kind)
    {
        const int Count = 20_000;
        using var bench = new LoopBench(kind);
        var inbox = new ConcurrentQueue<int>();
        var posting = new Thread(() =>
        {
            for (var number = 0; number < Count; number++)
            {
                inbox.Enqueue(number);
                bench.Loop.Wake();
                if (number % 64 == 0) Thread.Yield();
            }
        });
        posting.Start();
        var (taken, watch) = (0, Stopwatch.StartNew());
        while (taken < Count)
        {
            bench.Loop.Turn(TimeSpan.FromSeconds(20));
            while (inbox.TryDequeue(out var number)) Assert.Equal(taken++, number);
        }

        Assert.True(watch.Elapsed.TotalSeconds < 15, "a wake was lost: a turn slept its whole time");
        posting.Join();
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Sockets_are_heard_while_the_disk_is_busy(IoLoopKind kind)
    {
        using var bench = new LoopBench(kind);
        var heard = false;
        bench.Then = (token, _) =>
        {
            if (token == 1) heard = true;
            else if (!heard) bench.Loop.Write(bench, token, bench.File, bench.Bytes, 4096, (long)token * 4096, dsync: false);
        };
        bench.Loop.Receive(bench, 1, bench.Left, bench.Bytes, 16);
        for (var token = 2UL; token < 18; token++) bench.Loop.Write(bench, token, bench.File, bench.Bytes, 4096, 0, dsync: false);
        for (var turn = 0; turn < 50; turn++) bench.Loop.Turn(TimeSpan.FromMilliseconds(10));
        Assert.False(heard);
        var word = 1;
        Assert.Equal(4, Libc.send(bench.Right, &word, 4, 0));
        for (var turn = 0; turn < 200 && !heard; turn++) bench.Loop.Turn(TimeSpan.FromMilliseconds(10));
        Assert.True(heard);
    }

    [Fact]
    public void The_pool_is_taken_when_asked_for_and_says_so()
    {
        using var loop = IoLoops.Open(IoLoopKind.Pool, out var words);
        Assert.IsType<PoolLoop>(loop);
        Assert.Equal("pool, as asked for", words);
    }

    [Fact]
    public void Without_io_uring_the_pool_works_and_the_words_say_why()
    {
        using var loop = IoLoops.Open(IoLoopKind.Uring, out var words);
        Assert.StartsWith(loop is UringLoop ? "uring" : "pool: ", words, StringComparison.Ordinal);
        Assert.Equal(LoopKinds.UringIsHere, loop is UringLoop);
    }
}
