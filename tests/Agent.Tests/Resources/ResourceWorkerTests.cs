using System.Collections.Concurrent;
using System.Diagnostics;
using Appliance.Agent.Resources;
using Appliance.Core.Configuration;
using Appliance.Core.Resources;
using Appliance.Drivers.Probes;
using Appliance.Drivers.Systemd;

namespace Appliance.Agent.Tests.Resources;

/// <summary>Every request is answered exactly once, whatever the resource does.</summary>
public sealed class ResourceWorkerTests : IDisposable
{
    private readonly BlockingCollection<ResourceEvent> _posted = [];
    private readonly FakeResource _resource = new();
    private readonly FakeProbe _probe = new();
    private ResourceWorker? _worker;

    [Fact]
    public void Operation_is_answered_with_its_id_and_verdict()
    {
        Worker().Run(Run(7, Operation.Start, 5));
        var done = Done();
        Assert.Equal((new OperationId(7), Operation.Start, Outcome.Success), (done.Id, done.Operation, done.Outcome));
        Nothing();
    }

    [Fact]
    public void Hanging_operation_is_answered_at_its_deadline_and_only_once()
    {
        _resource.Hangs = true;
        var clock = Stopwatch.StartNew();
        Worker().Run(Run(1, Operation.Start, 0.3));
        var done = Done();
        Assert.Equal(Outcome.Failed, done.Outcome);
        Assert.Contains("Start timed out after 0.3 s", done.Text, StringComparison.Ordinal);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.25, 1.5);
        Nothing();
    }

    [Fact]
    public void A_start_that_says_something_new_gets_its_time_again_and_one_that_repeats_itself_does_not()
    {
        _resource.Hangs = true;
        var pages = 0;
        _resource.Says = () => $"recovered {Interlocked.Increment(ref pages)} pages";
        Worker().Run(Run(1, Operation.Start, 0.2));
        for (var round = 0; round < 3; round++)
        {
            var progress = Assert.IsType<ResourceEvent.Progress>(Take());
            Assert.Equal((new OperationId(1), "under-test"), (progress.Id, progress.Resource));
            Assert.StartsWith("recovered ", progress.Text, StringComparison.Ordinal);
        }

        _resource.Says = () => "stuck";
        ResourceEvent what;
        do what = Take(); while (what is ResourceEvent.Progress);
        Assert.Contains("timed out", Assert.IsType<ResourceEvent.Done>(what).Text, StringComparison.Ordinal);
        Nothing();
    }

    [Fact]
    public void A_stop_gets_no_more_time_whatever_it_says()
    {
        _resource.Hangs = true;
        var words = 0;
        _resource.Says = () => $"{Interlocked.Increment(ref words)}";
        Worker().Run(Run(1, Operation.Stop, 0.2));
        Assert.Contains("timed out", Done().Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Operation_that_does_not_even_heed_being_abandoned_is_answered_too()
    {
        _resource.Deaf = true;
        Worker().Run(Run(1, Operation.Stop, 0.2));
        Assert.Contains("timed out", Done().Text, StringComparison.Ordinal);
        _resource.Release.Set();
        Nothing();
    }

    [Fact]
    public void Stop_overtakes_a_start_and_both_are_answered()
    {
        _resource.Hangs = true;
        Worker().Run(Run(1, Operation.Start, 30));
        Assert.True(_resource.Entered.Wait(2000));
        _resource.Hangs = false;
        _worker!.Run(Run(2, Operation.Stop, 5));
        var (first, second) = (Done(), Done());
        Assert.Equal((new OperationId(1), Outcome.Failed), (first.Id, first.Outcome));
        Assert.Equal((new OperationId(2), Outcome.Success), (second.Id, second.Outcome));
        Assert.Equal(1, _resource.AtOnceMax);
    }

    [Fact]
    public void Start_is_done_when_the_probe_answers()
    {
        _probe.Healthy = false;
        Worker(withProbe: true).Run(Run(1, Operation.Start, 10));
        Assert.False(_posted.TryTake(out _, 300));
        _probe.Healthy = true;
        Assert.Equal(Outcome.Success, Done().Outcome);
        Assert.True(_worker!.LastAnswer!.Healthy);
    }

    [Fact]
    public void Watched_probe_that_misses_often_enough_is_a_failure_and_silence_follows_the_end_of_watching()
    {
        _probe.Healthy = false;
        Worker(withProbe: true).Watch(true);
        var failed = Assert.IsType<ResourceEvent.Failed>(Take());
        Assert.Equal("under-test", failed.Resource);
        Assert.Contains("3 times in a row", failed.Text, StringComparison.Ordinal);
        _worker!.Watch(false);
        while (_posted.TryTake(out _, 50)) { }
        Nothing();
    }

    [Fact]
    public void What_hangs_is_captured_before_it_is_killed_and_only_then()
    {
        _probe.Healthy = false;
        _probe.Hung = true;
        Worker(withProbe: true).Watch(true);
        Assert.True(Assert.IsType<ResourceEvent.Failed>(Take()).Hung);
        _worker!.Watch(false);
        while (_posted.TryTake(out _, 50)) { }
        _worker.Run(Run(1, Operation.Kill, 5));
        Assert.Contains("captured", Done().Text, StringComparison.Ordinal);
        _worker.Run(Run(2, Operation.Kill, 5));
        Assert.DoesNotContain("captured", Done().Text, StringComparison.Ordinal);
        Assert.Equal(1, _resource.Captures);
    }

    [Fact]
    public void A_start_waits_a_while_for_the_last_layer_and_not_for_ever()
    {
        _probe.Partly = true;
        Worker(withProbe: true).Run(Run(1, Operation.Start, 30));
        Assert.False(_posted.TryTake(out _, 300));
        Assert.Equal(Outcome.Success, Done().Outcome);
    }

    [Fact]
    public void Trouble_told_by_the_resource_reaches_the_loop_only_while_watched()
    {
        Worker().Watch(true);
        Assert.True(SpinWait.SpinUntil(() => _resource.Failed is not null, 2000));
        var sink = _resource.Failed!;
        sink("conflict");
        Assert.Equal("conflict", Assert.IsType<ResourceEvent.Failed>(Take()).Text);
        _worker!.Watch(false);
        sink("too late");
        Nothing();
    }

    [Fact]
    public void Death_of_a_unit_is_a_failure_with_systemds_reason()
    {
        using var systemd = new SimulatedSystemd();
        systemd.Add("asterisk.service");
        using var worker = new ResourceWorker(Config(null), new ServiceResource(systemd, "asterisk.service"), null, _posted.Add);
        worker.Run(Run(1, Operation.Start, 5));
        Assert.Equal(Outcome.Success, Done().Outcome);
        worker.Watch(true);
        Thread.Sleep(200);
        systemd.Die("asterisk.service", "signal");
        Assert.Contains("failed (failed, signal)", Assert.IsType<ResourceEvent.Failed>(Take()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_unit_is_impossible()
    {
        using var systemd = new SimulatedSystemd();
        using var worker = new ResourceWorker(Config(null), new ServiceResource(systemd, "nowhere.service"), null, _posted.Add);
        worker.Run(Run(1, Operation.Start, 5));
        Assert.Equal(Outcome.Impossible, Done().Outcome);
    }

    public void Dispose()
    {
        _resource.Release.Set();
        _worker?.Dispose();
        _posted.Dispose();
    }

    private static ResourceEffect.Run Run(ulong id, Operation operation, double seconds) =>
        new(new OperationId(id), "under-test", operation, TimeSpan.FromSeconds(seconds));

    private static ResourceConfig Config(ProbeConfig? probe) => new(
        "under-test", [], new ResourceKind.Service("any.service"),
        new TimingConfig(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)),
        new RestartConfig(0, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero), probe);

    private ResourceWorker Worker(bool withProbe = false)
    {
        var probe = withProbe ? new ProbeConfig.Tcp(TimeSpan.FromMilliseconds(30), TimeSpan.FromMilliseconds(20), 3, "127.0.0.1", 1) : null;
        return _worker = new ResourceWorker(Config(probe), _resource, withProbe ? _probe : null, _posted.Add);
    }

    private ResourceEvent Take()
    {
        Assert.True(_posted.TryTake(out var what, 5000), "nothing was posted");
        return what!;
    }

    private ResourceEvent.Done Done() => Assert.IsType<ResourceEvent.Done>(Take());

    private void Nothing() => Assert.False(_posted.TryTake(out var what, 300), $"{what}");

    private sealed class FakeProbe : IProbe
    {
        public volatile bool Healthy = true;
        public volatile bool Hung;
        public volatile bool Partly;

        public ProbeAnswer Ask(TimeSpan timeout) =>
            new(Healthy, TimeSpan.FromMilliseconds(1), Healthy ? "fine" : "no answer") { Hung = Hung, Partly = Partly };

        public void Dispose()
        {
        }
    }

    private sealed class FakeResource : IResource
    {
        private int _atOnce;

        public volatile bool Hangs;
        public volatile bool Deaf;

        public ManualResetEventSlim Entered { get; } = new();

        public ManualResetEventSlim Release { get; } = new();

        public Action<string>? Failed { get; private set; }

        public int AtOnceMax { get; private set; }

        public int Captures { get; private set; }

        public Func<string> Says { get; set; } = () => "";

        public string Progress() => Says();

        public bool IsPolled => false;

        public Verdict Start(CancellationToken abandon) => Work(abandon);

        public Verdict Stop(CancellationToken abandon) => Work(abandon);

        public Verdict Kill(CancellationToken abandon) => Work(abandon);

        public Verdict Monitor(CancellationToken abandon) => Work(abandon);

        public string Capture(CancellationToken abandon)
        {
            Captures++;
            return "captured";
        }

        public void Watch(Action<string>? failed) => Failed = failed;

        public void Dispose()
        {
        }

        private Verdict Work(CancellationToken abandon)
        {
            AtOnceMax = Math.Max(AtOnceMax, Interlocked.Increment(ref _atOnce));
            Entered.Set();
            if (Deaf) Release.Wait(CancellationToken.None);
            if (Hangs) abandon.WaitHandle.WaitOne();
            Interlocked.Decrement(ref _atOnce);
            return abandon.IsCancellationRequested ? Verdict.Failed("abandoned") : Verdict.Done("done");
        }
    }
}
