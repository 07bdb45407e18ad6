using System.Diagnostics;
using Appliance.Agent.Replica.Client;
using Appliance.Agent.Replica.Control;
using Appliance.Agent.Resources;
using Appliance.Core.Cluster;
using Appliance.Core.Replica;
using Appliance.Core.Resources;
using Appliance.Drivers.Systemd;

namespace Appliance.Agent.Tests.Replica.Client;

public sealed class ReplicaResourceTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);
    private readonly FakeReplica _process = new();
    private readonly FakeUnits _units = new();
    private readonly List<ReplicaWatch?> _changes = [];
    private readonly List<ReplicaNews> _news = [];
    private readonly ReplicaClient _client;
    private readonly ReplicaResource _resource;

    public ReplicaResourceTests()
    {
        _client = new ReplicaClient("data", _process.Path, Note, _news.Add);
        _resource = new ReplicaResource(_client, () => _units);
        _client.Start();
        Until(() => _client.Last is not null);
    }

    public void Dispose()
    {
        _resource.Dispose();
        _client.Dispose();
        _process.Dispose();
    }

    [Fact]
    public void It_becomes_primary_with_the_term_and_the_proof_of_the_decision()
    {
        _client.Mandate = new ReplicaMandate(7, PeerIsHarmless: true, PeerIsGone: false);
        Assert.Equal(Outcome.Success, _resource.Start(default).Outcome);
        // Said again where the machine is busy and the answer is slow to be seen.
        Assert.Equal([new ReplicaArguments(Term: 7, PeerIsHarmless: true)], _process.Orders.Select(order => order.Arguments).Distinct());
        Assert.Equal(Outcome.Success, _resource.Monitor(default).Outcome);
    }

    [Fact]
    public void A_peer_that_is_off_is_not_waited_for()
    {
        _client.Mandate = new ReplicaMandate(7, PeerIsHarmless: true, PeerIsGone: true);
        Assert.Equal(Outcome.Success, _resource.Start(default).Outcome);
        Assert.Equal(["peer-dead", "primary"], _process.Orders.Select(order => order.Order!).Distinct());
    }

    [Fact]
    public void A_refusal_is_tried_again_and_told_in_its_own_words()
    {
        _process.Refuses["primary"] = "the disk is Inconsistent";
        using var abandon = new CancellationTokenSource(TimeSpan.FromMilliseconds(700));
        var since = Stopwatch.GetTimestamp();
        var verdict = _resource.Start(abandon.Token);
        var pauses = (int)(Stopwatch.GetElapsedTime(since) / TimeSpan.FromMilliseconds(200));
        Assert.Equal(Outcome.Failed, verdict.Outcome);
        Assert.Contains("the disk is Inconsistent", verdict.Text, StringComparison.Ordinal);
        Assert.InRange(_process.OrdersOf("primary"), 2, pauses + 2);
    }

    [Fact]
    public void It_is_stopped_when_the_device_is_gone()
    {
        _resource.Start(default);
        Assert.Equal(Outcome.Success, _resource.Stop(default).Outcome);
        Assert.Null(_process.Now.Device);
        Assert.Equal(Outcome.NotRunning, _resource.Monitor(default).Outcome);
        _process.Become(now => now with { Role = ReplicaRole.Primary, Device = "/dev/appliance/data" });
        _process.Refuses["secondary"] = "held by PID 7 (mariadbd)";
        Until(() => _client.Last!.Device is not null);
        using var abandon = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        Assert.Contains("mariadbd", _resource.Stop(abandon.Token).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_that_does_not_run_is_stopped_and_one_that_hangs_is_not()
    {
        _process.Die();
        Until(() => _client.Last is null);
        using (var abandon = new CancellationTokenSource(TimeSpan.FromMilliseconds(400)))
            Assert.Equal(Outcome.Failed, _resource.Stop(abandon.Token).Outcome);
        _units.State = new UnitState("loaded", "inactive", "dead", "success");
        Assert.Equal(Outcome.Success, _resource.Stop(default).Outcome);
        Assert.Equal(Outcome.NotRunning, _resource.Monitor(default).Outcome);
    }

    [Fact]
    public void A_killed_process_runs_again_as_the_second_copy()
    {
        Assert.Equal(Outcome.Success, _resource.Kill(default).Outcome);
        Assert.Equal(["kill appliance-replica@data.service", "start appliance-replica@data.service"], _units.Calls);
    }

    [Fact]
    public void A_killed_process_that_starts_slowly_has_let_go_all_the_same()
    {
        using var bound = new CancellationTokenSource(Bound);
        _units.StartsSlowly = true;
        Assert.Equal(Outcome.Success, _resource.Kill(bound.Token).Outcome);
        Assert.False(bound.IsCancellationRequested);
        Assert.Equal("start appliance-replica@data.service", _units.Calls[^1]);
    }

    [Fact]
    public void A_process_that_comes_back_is_made_primary_again_and_nothing_has_failed()
    {
        _client.Mandate = new ReplicaMandate(7, true, false);
        _resource.Start(default);
        var failures = new List<string>();
        _resource.Watch(failures.Add);
        _process.Die();
        Until(() => _client.Last is null);
        _process.Become(now => now with { Role = ReplicaRole.Secondary, Device = null, DeviceWaits = true });
        _process.Revive();
        Until(() => _process.Now.Role == ReplicaRole.Primary);
        Thread.Sleep(ReplicaResource.Patience + TimeSpan.FromMilliseconds(300));
        Assert.Empty(failures);
    }

    [Fact]
    public void A_process_whose_device_died_with_it_is_a_failure_at_once_and_no_second_device_is_made()
    {
        _client.Mandate = new ReplicaMandate(7, true, false);
        _resource.Start(default);
        var failures = new List<string>();
        _resource.Watch(failures.Add);
        var promoted = _process.OrdersOf("primary");
        _process.Die();
        Until(() => _client.Last is null);
        _process.Become(now => now with { Role = ReplicaRole.Secondary, Device = null });
        var began = Environment.TickCount64;
        _process.Revive();
        Until(() => failures.Count > 0);
        Assert.InRange(Environment.TickCount64 - began, 0, ReplicaResource.Patience.TotalMilliseconds - 1000);
        Assert.Contains("its device is gone", failures[0], StringComparison.Ordinal);
        Assert.Equal(promoted, _process.OrdersOf("primary"));
    }

    [Fact]
    public void A_process_that_stays_away_is_a_failure_after_a_while_and_once()
    {
        _resource.Start(default);
        var failures = new List<string>();
        var began = Environment.TickCount64;
        _resource.Watch(failures.Add);
        _process.Die();
        Until(() => failures.Count > 0);
        Assert.InRange(Environment.TickCount64 - began, 4500, 9000);
        Assert.Contains("did not come back within 5 s", failures[0], StringComparison.Ordinal);
        _resource.Watch(null);
        Thread.Sleep(300);
        Assert.Single(failures);
    }

    [Fact]
    public void A_lost_disk_is_no_failure_while_the_device_serves()
    {
        _resource.Start(default);
        var failures = new List<string>();
        _resource.Watch(failures.Add);
        _process.Become(now => now with { Disk = DiskState.Diskless });
        Thread.Sleep(ReplicaResource.Patience + TimeSpan.FromMilliseconds(300));
        Assert.Empty(failures);
    }

    [Fact]
    public void Changes_are_told_once_and_the_end_of_the_process_is_one()
    {
        _process.Become(now => now with { Connection = ConnectionState.WFConnection, PeerDisk = DiskState.DUnknown });
        Until(() => Changes(1)?.Connection == ConnectionState.WFConnection);
        Thread.Sleep(1300); // The line that comes every second is no change.
        Assert.Equal(2, Count());
        _process.Die();
        Until(() => Count() == 3);
        Assert.Null(Changes(2));
    }

    [Fact]
    public void An_order_without_an_answer_is_no_news_and_a_refused_one_is()
    {
        _process.Refuses["outdate"] = "it is in sync";
        _client.Post(new ReplicaOrder.Outdate());
        Until(() => _news.Count > 0);
        Assert.Contains("it is in sync", _news[0].Text, StringComparison.Ordinal);
        _process.Die();
        _client.Post(new ReplicaOrder.PeerFenced(true));
        Thread.Sleep(300);
        Assert.Single(_news);
    }

    private void Note(ReplicaWatch? watch)
    {
        lock (_changes) _changes.Add(watch);
    }

    private int Count()
    {
        lock (_changes) return _changes.Count;
    }

    private ReplicaWatch? Changes(int index)
    {
        lock (_changes) return index < _changes.Count ? _changes[index] : null;
    }

    private static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Bound));

    private sealed class FakeUnits : ISystemd
    {
        public List<string> Calls { get; } = [];

        public UnitState State { get; set; } = new("loaded", "active", "running", "success");

        /// <summary>A start takes longer than anybody waits for it.</summary>
        public bool StartsSlowly { get; set; }

        public UnitChange Start(string unit, CancellationToken abandon)
        {
            var done = Done($"start {unit}");
            if (!StartsSlowly) return done;
            abandon.WaitHandle.WaitOne();
            return new UnitChange(UnitOutcome.Failed, $"{unit}: abandoned");
        }

        public UnitChange Stop(string unit, CancellationToken abandon) => Done($"stop {unit}");

        public UnitChange Kill(string unit, CancellationToken abandon) => Done($"kill {unit}");

        UnitState ISystemd.State(string unit) => State;

        public string StatusText(string unit) => "";

        public IReadOnlyList<int> Members(string unit) => [];

        public IDisposable Watch(string unit, Action<UnitState> changed) => throw new NotSupportedException();

        public void Dispose()
        {
        }

        private UnitChange Done(string call)
        {
            Calls.Add(call);
            return new UnitChange(UnitOutcome.Done, "done");
        }
    }
}
