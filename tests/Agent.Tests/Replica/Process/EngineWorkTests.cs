using Appliance.Core.Replica;
using Appliance.Drivers.IoLoop;

namespace Appliance.Agent.Tests.Replica.Process;

/// <summary>The thread around the real engine.</summary>
public sealed class EngineWorkTests
{
    public static TheoryData<IoLoopKind> Kinds => new() { IoLoopKind.Pool, IoLoopKind.Uring };

    [Theory, MemberData(nameof(Kinds))]
    public void A_lone_primary_serves_what_is_asked_and_puts_it_on_its_disk(IoLoopKind kind)
    {
        using var engine = new EngineFixture(kind);
        Assert.Null(engine.Front);
        engine.BecomePrimary();
        var front = engine.Front!;
        Assert.Equal(ScratchDisk.DataBytes, front.SizeSeen);
        var available = engine.On(() => engine.Work.Buffers.Available);
        engine.On(() =>
        {
            front.Run(2000);
            return 0;
        });
        Assert.True(front.Finished.Wait(TimeSpan.FromSeconds(20)));
        Assert.Equal(0, front.Bad);
        Assert.All(engine.Disk.Read(3 * 4096, 4096), value => Assert.Equal(4, value));
        var status = engine.Board.Ask(TimeSpan.FromSeconds(2))!;
        Assert.Equal(ReplicaRole.Primary, status.Status!.Role);
        Assert.Equal(2000, status.Process!.Requests);
        Assert.Equal(["test"], status.Process.Fronts);
        Assert.True(engine.Order(new ReplicaOrder.Secondary()).Ok);
        Assert.True(front.IsDisposed);
        Assert.Equal(available, engine.On(() => engine.Work.Buffers.Available));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Nothing_is_allocated_for_a_request(IoLoopKind kind)
    {
        using var engine = new EngineFixture(kind);
        engine.BecomePrimary();
        var front = engine.Front!;
        long run(int count) => engine.On(() =>
        {
            front.Run(count);
            return engine.Work.Status.Allocated;
        });
        run(5000);
        Assert.True(front.Finished.Wait(TimeSpan.FromSeconds(20)));
        var before = engine.On(() => engine.Work.Status.Allocated);
        run(60_000);
        Assert.True(front.Finished.Wait(TimeSpan.FromSeconds(60)));
        var after = engine.On(() => engine.Work.Status.Allocated);
        Assert.Equal(0, front.Bad);
        Assert.InRange(after - before, 0, 4096); // The questions of this test themselves.
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Before_it_stops_serving_its_front_ends_are_gone(IoLoopKind kind)
    {
        using var engine = new EngineFixture(kind);
        engine.BecomePrimary();
        engine.On(() => engine.Front!.Stubborn = 3);
        Assert.True(engine.Order(new ReplicaOrder.Secondary()).Ok);
        Assert.True(engine.Front!.IsDisposed);
        Assert.Equal(ReplicaRole.Secondary, engine.Board.Ask(TimeSpan.FromSeconds(2))!.Status!.Role);
        var again = engine.Order(new ReplicaOrder.Primary(0, true, false));
        Assert.True(again.Ok, again.Error);
        Assert.False(engine.Front!.IsDisposed);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_disk_is_given_up_when_it_was_detached_and_at_the_end(IoLoopKind kind)
    {
        using var engine = new EngineFixture(kind);
        Assert.True(engine.Order(new ReplicaOrder.Attach(null!)).Ok);
        Assert.True(engine.Order(new ReplicaOrder.Detach()).Ok);
        for (var tenths = 0; tenths < 50 && engine.On(() => engine.Disk.Released) == 0; tenths++) Thread.Sleep(100);
        Assert.Equal(1, engine.On(() => engine.Disk.Released));
        Assert.True(engine.Order(new ReplicaOrder.Attach(null!)).Ok);
        Assert.False(engine.Order(new ReplicaOrder.Attach(null!)).Ok);
        Assert.True(engine.Order(new ReplicaOrder.Stop(false)).Ok);
        Assert.True(engine.Thread.Join(TimeSpan.FromSeconds(10)));
        Assert.Equal(3, engine.Disk.Released);
    }
}
