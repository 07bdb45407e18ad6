using Appliance.Core.Replica;
using Appliance.Drivers.BlockFront.Nbd;
using Appliance.Drivers.IoLoop;
using Appliance.Drivers.Tests.IoLoop;

namespace Appliance.Drivers.Tests.BlockFront.Nbd;

/// <summary>The server behind a connected socket, before a device that answers in any order.</summary>
public sealed class NbdServerTests
{
    private const int Size = 40 << 20;

    [Theory]
    [InlineData(1, 64, false), InlineData(2, 64, true), InlineData(3, 200, false), InlineData(4, 64, false), InlineData(5, 64, false)]
    public void Random_requests_of_any_size_and_place_leave_the_right_bytes(int seed, int slots, bool atOnce)
    {
        using var bench = new NbdBench(Size, slots);
        bench.Door.AtOnce = atOnce;
        bench.Serve();
        var random = new Random(seed);
        var model = new byte[Size];
        for (var round = 0; round < 60; round++)
        {
            // A batch of requests that do not overlap by a byte, but share sectors.
            var at = random.Next(3000);
            for (var count = random.Next(1, 40); count > 0 && at < Size; count--)
            {
                var length = Math.Min(Size - at, random.Next(8) == 0 ? random.Next(3 << 20) : random.Next(6000));
                bench.Do(random, model, at, length);
                at += length + (random.Next(2) * random.Next(100_000));
            }

            bench.Drain(random);
        }

        Assert.True(model.AsSpan().SequenceEqual(bench.Door.Bytes));
        Assert.Equal(slots, bench.Door.Buffers.Available);
    }

    [Fact]
    public void Reads_larger_than_all_buffers_arrive()
    {
        using var bench = new NbdBench(Size, 64);
        new Random(1).NextBytes(bench.Door.Bytes);
        bench.Serve();
        for (var count = 0; count < 4; count++) bench.Read(77 + count, 32 << 20, bench.Door.Bytes);
        bench.Drain(new Random(2));
        Assert.Equal(64, bench.Door.Buffers.Available);
    }

    [Fact]
    public void A_disk_error_is_an_answer_and_the_others_go_on()
    {
        using var bench = new NbdBench(Size, 64);
        bench.Serve();
        bench.Door.BadByte = 600_000;
        bench.Expect(NbdCommand.Read, 500_000, 200_000, NbdError.Io);
        bench.Expect(NbdCommand.Write, 600_000, 1, NbdError.Io);
        bench.Expect(NbdCommand.WriteZeroes, 599_999, 3, NbdError.Io);
        bench.Expect(NbdCommand.Write, 0, 300_000, NbdError.None);
        bench.Expect(NbdCommand.Flush, 0, 0, NbdError.None);
        bench.Drain(new Random(3));
        Assert.Equal(64, bench.Door.Buffers.Available);
    }

    [Fact]
    public void A_late_disk_error_behind_a_promise_costs_the_connection()
    {
        using var bench = new NbdBench(Size, 64);
        bench.Serve();
        bench.Door.BadByte = 30 << 20;
        bench.Request(NbdCommand.Read, 0, 32 << 20, 0, []);
        Assert.True(bench.UntilClosed(new Random(1)) < 32 << 20);
        Assert.Equal(0, bench.Server.Connections);
        Assert.Equal(64, bench.Door.Buffers.Available);
    }

    [Fact]
    public void Force_unit_access_reaches_the_device()
    {
        using var bench = new NbdBench(Size, 64);
        bench.Serve();
        bench.Door.AtOnce = true;
        bench.Expect(NbdCommand.Write, 0, 4096, NbdError.None, NbdCommandFlags.ForceUnitAccess);
        bench.Drain(new Random(1));
        Assert.True(Assert.Single(bench.Door.Asked).ForceUnitAccess);
        bench.Door.Asked.Clear();
        bench.Expect(NbdCommand.Write, 0, 1 << 20, NbdError.None, NbdCommandFlags.ForceUnitAccess);
        bench.Drain(new Random(1));
        Assert.Equal(BlockKind.Flush, bench.Door.Asked[^1].Kind); // One flush behind all parts instead of one for each.
        Assert.Equal(9, bench.Door.Asked.Count);
    }

    [Fact]
    public void Withdraw_answers_what_is_under_way_and_then_closes()
    {
        using var bench = new NbdBench(Size, 64);
        bench.Serve();
        bench.Expect(NbdCommand.Write, 0, 4096, NbdError.None);
        bench.Until(() => bench.Door.Waiting == 1);
        Assert.False(bench.Server.Withdraw());
        bench.Drain(new Random(1));
        bench.Until(bench.Server.Withdraw);
        Assert.Equal(0, bench.UntilClosed(new Random(1)));
    }

    [Fact]
    public void A_client_that_goes_in_the_middle_leaves_nothing_behind()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            using var bench = new NbdBench(Size, 64);
            bench.Serve();
            var random = new Random(seed);
            for (var count = 0; count < 20; count++)
            {
                if (random.Next(2) == 0) bench.Request(NbdCommand.Read, random.Next(Size >> 1), random.Next(4 << 20), 0, []);
                else bench.Request(NbdCommand.Write, random.Next(Size >> 1), 5000, 0, new byte[random.Next(5001)]);
            }

            for (var turn = 0; turn < random.Next(10); turn++)
            {
                bench.Loop.Turn(TimeSpan.Zero);
                bench.Door.Answer(random);
            }

            bench.HangUp();
            bench.Until(() => bench.Server.Connections == 0, random);
            Assert.Equal(64, bench.Door.Buffers.Available);
        }
    }

    [Fact]
    public void Bytes_that_are_no_request_end_the_connection()
    {
        var random = new Random(9);
        for (var round = 0; round < 300; round++)
        {
            using var bench = new NbdBench(1 << 20, 64);
            bench.Serve();
            bench.Door.AtOnce = true;
            var noise = new byte[28 + random.Next(200)];
            random.NextBytes(noise);
            bench.Say(noise);
            bench.UntilClosed(random);
            Assert.Equal(64, bench.Door.Buffers.Available);
        }
    }

    [Fact]
    public void The_socket_is_private_replaces_a_stale_one_and_nothing_else()
    {
        using var bench = new NbdBench(1 << 20, 64);
        var path = Path.Combine(Path.GetTempPath(), $"nbd-{Guid.NewGuid():N}");
        Assert.Null(bench.Server.Listen(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        using (var second = new NbdBench(1 << 20, 64))
            Assert.Contains("another process", second.Server.Listen(path), StringComparison.Ordinal);
        bench.Until(bench.Server.Withdraw);
        Assert.False(File.Exists(path));
        NbdBench.LeaveStale(path);
        Assert.Null(bench.Server.Listen(path));
        File.Delete(path);
        File.WriteAllText(path, "");
        bench.Until(bench.Server.Withdraw);
        Assert.True(File.Exists(path)); // It was not ours any more.
        Assert.Contains("not a socket", bench.Server.Listen(path), StringComparison.Ordinal);
        Assert.True(File.Exists(path));
        File.Delete(path);
    }

    [Fact]
    public void A_request_allocates_nothing()
    {
        using var bench = new NbdBench(1 << 20, 64);
        bench.Serve();
        bench.Door.AtOnce = true;
        bench.Door.Quiet = true;
        bench.Ping(500);
        var before = GC.GetAllocatedBytesForCurrentThread();
        bench.Ping(5000);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }
}
