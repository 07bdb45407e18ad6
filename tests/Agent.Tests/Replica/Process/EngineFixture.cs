using Appliance.Agent.Replica.Process;
using Appliance.Core.Replica;
using Appliance.Drivers.IoLoop;

namespace Appliance.Agent.Tests.Replica.Process;

/// <summary>The real engine on its thread, with a scratch disk, a test's front end and no peer.</summary>
internal sealed class EngineFixture : IDisposable
{
    private readonly List<string> _news = [];

    public EngineFixture(IoLoopKind kind)
    {
        var config = new ReplicaConfig("trial", 0, ["left", "right"], Protocol.C, 4 << 20, 110 << 20) { Fencing = Fencing.DontCare };
        var identity = new EngineIdentity(Guid.NewGuid(), Guid.NewGuid(), 42, 0);
        Board = new StatusBoard(() => Thread?.Wake());
        Work = new EngineWork(
            new EngineOptions(config, identity, 128, (_, door, tell) => new FrontEnds(null, () => Front = new TestFront(door), tell), null),
            Board, (_, words) => { lock (_news) _news.Add(words); });
        Thread = new LoopThread(Work, kind, (words, bug) => Aborted = $"{words}: {bug}");
        Thread.Start();
    }

    public ScratchDisk Disk { get; } = new();

    public StatusBoard Board { get; }

    public EngineWork Work { get; }

    public LoopThread Thread { get; }

    public TestFront? Front { get; private set; }

    public string? Aborted { get; private set; }

    public Agent.Replica.Control.ReplicaReply Order(ReplicaOrder order, ReplicaOrder? ifHeld = null)
    {
        var disk = order is ReplicaOrder.Attach { Image: null } ? Disk.Open() : null;
        var pending = new PendingOrder(disk is null ? order : new ReplicaOrder.Attach(disk.Image)) { Disk = disk, IfHeld = ifHeld };
        Assert.True(Thread.Post(() => Work.Take(pending)));
        Agent.Replica.Control.ReplicaReply? reply = null;
        for (var tenths = 0; tenths < 150 && reply is null && Aborted is null; tenths++) reply = pending.Wait(TimeSpan.FromSeconds(0.1));
        Assert.True(reply is not null, Aborted ?? $"no answer to {order}");
        return reply;
    }

    public void BecomePrimary()
    {
        Assert.True(Order(new ReplicaOrder.Attach(null!)).Ok);
        var reply = Order(new ReplicaOrder.Primary(0, PeerIsHarmless: true, Force: true));
        Assert.True(reply.Ok, reply.Error);
    }

    /// <summary>Runs something on the loop's thread and waits for it.</summary>
    public T On<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>();
        Assert.True(Thread.Post(() => done.SetResult(work())));
        Assert.True(done.Task.Wait(TimeSpan.FromSeconds(10)));
        return done.Task.Result;
    }

    public void Dispose()
    {
        if (!Work.Ended && Aborted is null) Order(new ReplicaOrder.Stop(false));
        Assert.True(Thread.Join(TimeSpan.FromSeconds(10)));
        Thread.Dispose();
        Work.Dispose();
        Disk.Dispose();
    }
}
