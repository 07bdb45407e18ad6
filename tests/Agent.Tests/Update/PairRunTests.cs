using Appliance.Agent.Status;
using Appliance.Agent.Tests.Status;
using Appliance.Agent.Update.Pair;
using Appliance.Core.Cluster;
using Appliance.Core.Update;

namespace Appliance.Agent.Tests.Update;

/// <summary>The rolling update as it is carried out: by a process that may die at any moment and begins again from the plan on the
/// disk.</summary>
public sealed class PairRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("appliance-rolling-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Both_nodes_are_updated_and_never_the_one_that_serves(bool hereServes)
    {
        var pair = new Pair(_folder, hereServes);
        pair.Begin();
        Assert.Null(pair.Run().Run());
        Assert.Equal(RollingStage.Done, pair.Plan.Stage);
        Assert.Equal(("2.0", "2.0"), (pair.Here.Now.Version, pair.There.Now.Version));
        var (first, second) = hereServes ? ("there", "here") : ("here", "there");
        Assert.Equal($"{first} write, {first} reboot, move, {second} write, {second} reboot", string.Join(", ", pair.Deeds));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Process_that_dies_at_any_moment_goes_on_where_it_was(bool hereServes)
    {
        var calls = int.MaxValue;
        for (var death = 1; death <= calls; death++)
        {
            var pair = new Pair(_folder, hereServes) { DiesAt = death };
            pair.Begin();
            for (var life = 0; ; life++)
            {
                Assert.True(life < 5, $"dies at {death}: it does not end");
                try
                {
                    Assert.Null(pair.Run().Run());
                    break;
                }
                catch (DeathException)
                {
                    pair.DiesAt = 0;
                }
            }

            Assert.True(pair.Plan.Stage == RollingStage.Done, $"dies at {death}: {pair.Plan}");
            Assert.Equal(("2.0", "2.0"), (pair.Here.Now.Version, pair.There.Now.Version));
            if (calls == int.MaxValue)
            {
                var whole = new Pair(_folder, hereServes);
                whole.Begin();
                whole.Run().Run();
                calls = whole.Calls;
            }
        }

        Assert.InRange(calls, 8, 400);
    }

    [Fact]
    public void Refusal_of_a_node_ends_it_with_its_words()
    {
        var pair = new Pair(_folder, hereServes: true);
        pair.There.Refusal = "pair.update: partition root-b is too small";
        pair.Begin();
        Assert.Null(pair.Run().Run());
        Assert.Equal((RollingStage.Stopped, "pair.update: partition root-b is too small"), (pair.Plan.Stage, pair.Plan.Words));
        Assert.Equal("1.0", pair.Here.Now.Version);
        Assert.Contains(pair.Told, text => text.Contains("rolling update to 2.0: stopped: pair.update", StringComparison.Ordinal));
    }

    [Fact]
    public void Group_that_does_not_move_ends_it()
    {
        var pair = new Pair(_folder, hereServes: true) { Moves = false };
        pair.Begin();
        Assert.Null(pair.Run().Run());
        Assert.Contains("did not move", pair.Plan.Words, StringComparison.Ordinal);
        Assert.Contains(pair.Told, text => text.Contains("pbx does not move: not now", StringComparison.Ordinal));
        Assert.Equal("1.0", pair.Here.Now.Version);
    }

    [Fact]
    public void Plan_that_is_damaged_or_missing_is_said()
    {
        var pair = new Pair(_folder, hereServes: true);
        Assert.Equal("there is no rolling update", pair.Run().Run());
        File.WriteAllText(pair.PlanPath, "appliance rolling update 1\nversion=2.0\n");
        Assert.Contains("it is damaged", pair.Run().Run(), StringComparison.Ordinal);
        Assert.Empty(pair.Deeds);
    }

    [Fact]
    public void Redundancy_is_complete_only_when_nothing_is_missing()
    {
        var good = Snapshots.Healthy;
        Assert.Equal("", PairGap.Of(good));
        var group = good.Groups[0];
        var turned = group with { Role = Role.Passive, PeerRole = Role.Active, PeerFit = null };
        Assert.Equal("", PairGap.Of(good with { Groups = [turned] }));
        Gap("does not answer", null);
        Gap("has not decided", good with { Node = good.Node with { Starting = true } });
        Gap("has not decided", good with { Peer = good.Peer with { Starting = true } });
        foreach (var state in new[] { PeerState.Dead, PeerState.Late, PeerState.Left })
            Gap("pbx-b is", good with { Peer = good.Peer with { State = state } });
        Gap("in standby", good with { Peer = good.Peer with { Standby = true } });
        Gap("in standby", good with { Node = good.Node with { Standby = true } });
        Gap("in maintenance", good with { Peer = good.Peer with { MaintenanceLeft = 5 } });
        Gap("is cut off", good with { Peer = good.Peer with { Isolated = true } });
        Gap("differs", good with { Config = good.Config with { PeerDigest = "00000000" } });
        Gap("pbx-b cannot take pbx", good with { Groups = [group with { PeerFit = false }] });
        Gap("pbx-b cannot take pbx", good with { Groups = [group with { PeerFit = null }] });
        Gap("pbx-a cannot take pbx", good with { Groups = [turned with { Fit = false }] });
        foreach (var role in new[] { Role.Passive, Role.Failed, Role.Activating })
            Gap("pbx is", good with { Groups = [group with { Role = role }] });
        Gap("pbx is", good with { Groups = [group with { PeerRole = Role.Active }] });
        foreach (var data in new[] { DataStanding.Inconsistent, DataStanding.Alone, DataStanding.Unknown, DataStanding.Outdated })
        {
            Gap("on pbx-b is", good with { Groups = [group with { PeerData = data }] });
            Gap("on pbx-a is", good with { Groups = [group with { Data = data }] });
        }

        Gap("on pbx-b is", good with { Groups = [group with { PeerData = null }] });
        Assert.True(PairGap.Serves(good, here: true) && !PairGap.Serves(good, here: false));
    }

    private static void Gap(string word, StatusView? view) => Assert.Contains(word, PairGap.Of(view), StringComparison.Ordinal);

    private sealed class DeathException : Exception;

    /// <summary>Two nodes and their agents on made-up time. Every call of the process counts, and may be its last one.</summary>
    private sealed class Pair
    {
        private readonly string _folder;
        private bool _hereServes;
        private long _now = 1000;
        private long _thereBackAt;
        private bool _hereIsRebooting;

        public Pair(string folder, bool hereServes)
        {
            (_folder, _hereServes) = (folder, hereServes);
            File.Delete(PlanPath);
            File.WriteAllText(Path.Combine(folder, "pair.update"), "update");
            There.OnReboot = () =>
            {
                Boots(There, "there");
                _thereBackAt = _now + 200;
            };
            Here.OnReboot = () =>
            {
                Boots(Here, "here");
                _hereIsRebooting = true;
            };
        }

        public FakePairNode Here { get; } = new();

        public FakePairNode There { get; } = new();

        public List<string> Deeds { get; } = [];

        public List<string> Told { get; } = [];

        public bool Moves { get; init; } = true;

        public int Calls { get; private set; }

        public int DiesAt { get; set; }

        public string PlanPath => Path.Combine(_folder, "plan");

        public RollingUpdate Plan => new PlanFile(PlanPath).Read(out _)!;

        private StatusView View
        {
            get
            {
                var (role, other) = _hereServes ? (Role.Active, Role.Passive) : (Role.Passive, Role.Active);
                var isBack = _now >= _thereBackAt;
                return Snapshots.Healthy with
                {
                    Groups = [Snapshots.Healthy.Groups[0] with { Role = role, PeerRole = other }],
                    Peer = Snapshots.Healthy.Peer with { State = isBack ? PeerState.Up : PeerState.Dead },
                };
            }
        }

        public void Begin()
        {
            var view = new PairRun(World(counted: false), new PlanFile(PlanPath)).Look(out _);
            var plan = RollingUpdate.Begin("2.0", view, _now, out var refusal);
            Assert.True(plan is not null, refusal);
            Assert.Null(new PlanFile(PlanPath).Write(plan));
        }

        /// <summary>A process.</summary>
        public PairRun Run() => new(World(counted: true), new PlanFile(PlanPath));

        private PairWorld World(bool counted) => new(
            new Counted(this, Here, "here", counted), new Counted(this, There, "there", counted), () => View, Switchover,
            Path.Combine(_folder, "pair.update"), () => _now, Pause, Told.Add);

        private void Pause(TimeSpan span)
        {
            _now += (long)span.TotalSeconds;
            // A node that reboots takes the process with it; the next one finds the node up again.
            if (_hereIsRebooting) _now += 100;
            _hereIsRebooting = false;
        }

        private void Boots(FakePairNode node, string name)
        {
            Assert.False(name == "here" ? _hereServes : !_hereServes, $"{name} is rebooted while it serves");
            Assert.True(_now >= _thereBackAt, "both nodes are down");
            node.Now = node.Now with { Version = node.Now.Waiting, Waiting = node.Now.Version, Phase = SlotPhase.Settled };
        }

        private string? Switchover(string group)
        {
            if (!Moves) return "not now";
            Deeds.Add("move");
            _hereServes = !_hereServes;
            return null;
        }

        private void Count()
        {
            if (++Calls == DiesAt) throw new DeathException();
        }

        /// <summary>The process may die before a call reaches the node, and after.</summary>
        private sealed class Counted(Pair pair, FakePairNode node, string name, bool counted) : IPairNode
        {
            public PairNode Look(out string problem)
            {
                var now = node.Look(out problem);
                return name == "there" && pair._now < pair._thereBackAt ? now with { Reached = false } : now;
            }

            public string? Write(string path) => Do("write", () => node.Write(path));

            public string? Reboot() => Do("reboot", node.Reboot);

            private string? Do(string what, Func<string?> work)
            {
                if (counted) pair.Count();
                pair.Deeds.Add($"{name} {what}");
                var answer = work();
                if (counted) pair.Count();
                return answer;
            }
        }
    }
}
