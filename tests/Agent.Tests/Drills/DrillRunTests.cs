using Appliance.Agent.Drills;
using Appliance.Agent.Journal;
using Appliance.Agent.Status;
using Appliance.Core.Cluster;
using Appliance.Core.Resources;

namespace Appliance.Agent.Tests.Drills;

/// <summary>A drill from the fault to its report, on virtual time.</summary>
public sealed class DrillRunTests
{
    private static readonly DrillFault Switchover = new DrillFault.Switchover("pbx");

    private static readonly DrillFault Hang =
        new DrillFault.Signal("pbx", "asterisk", "asterisk.service", hangs: true) { NoticeMs = 3500 };

    private static readonly DrillFault Link = new DrillFault.Link("cable", "eth1", 694) { NoticeMs = 1200 };

    private static StatusView Quiet => DrillGateTests.Quiet;

    [Fact]
    public void A_hang_is_over_when_the_service_was_found_out_and_serves_again()
    {
        var world = new World();
        world.At(200, view => view, Asterisk(2, 1200, "Started", "Failed"));
        world.At(400, view => view, Asterisk(3, 1500, "Starting", "Started"));
        var report = world.Play(Hang);
        Assert.True(report.Passed, report.Problem);
        Assert.Equal(
            ["asterisk was found out: because", "asterisk serves again, on this node", "redundancy is complete"],
            report.Phases.Select(phase => phase.What));
        Assert.Equal([(1200L, 3500), (1500L, 15_000)], report.Phases.Take(2).Select(phase => (phase.Ms, phase.GoalMs)));
        Assert.Equal(["prepare", "inject", "release"], world.Injection.Calls);
        Assert.Equal([2L, 3L], report.Events.Select(one => one.Serial));
        Assert.Contains(": passed\n", report.Text(), StringComparison.Ordinal);
        Assert.Contains("    1200 ms  goal     3500  asterisk was found out", report.Text(), StringComparison.Ordinal);
        Assert.StartsWith(
            "away for 1500 ms at most, from the fault until it served again; all of it, telephone lines included, for ", report.Users[0],
            StringComparison.Ordinal);
        Assert.Equal("calls: 0 before, 0 after", report.Users[1]);
    }

    [Fact]
    public void A_goal_that_is_missed_is_a_failure_and_is_said()
    {
        var world = new World();
        world.At(200, view => view, Asterisk(2, 3501, "Started", "Failed"));
        world.At(400, view => view, Asterisk(3, 3600, "Starting", "Started"));
        var report = world.Play(Hang);
        Assert.False(report.Passed);
        Assert.Equal("too late: asterisk was found out: because after 3501 ms, the goal is 3500 ms", report.Problem);
        Assert.Contains("FAILED", report.Text(), StringComparison.Ordinal);

        world = new World();
        world.At(200, view => view, Asterisk(2, 3500, "Started", "Failed"));
        world.At(400, view => view, Asterisk(3, 15_001, "Starting", "Started"));
        Assert.Equal("too late: asterisk serves again, on this node after 15001 ms, the goal is 15000 ms", world.Play(Hang).Problem);
    }

    [Fact]
    public void A_hang_that_nobody_finds_is_taken_back_soon_and_is_a_failure()
    {
        var world = new World();
        var report = world.Play(Hang);
        Assert.Equal("nobody found it out within 9000 ms, so it was taken back; the goal was 3500 ms", report.Problem);
        Assert.Equal("release", world.Injection.Calls[^1]);
        Assert.InRange(world.ReleasedAt, 9000, 9200);
        Assert.Equal("it did not serve again while it was watched", report.Users[0]);
    }

    [Fact]
    public void A_fault_that_is_found_out_and_not_mended_is_taken_back_after_two_minutes()
    {
        var world = new World();
        world.At(200, view => view, Asterisk(2, 1200, "Started", "Failed"));
        Assert.Equal("not over within 120 s", world.Play(Hang).Problem);
        Assert.InRange(world.ReleasedAt, 120_000, 120_200);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(400)]
    public void An_interrupted_drill_takes_its_fault_back_and_says_so(long at)
    {
        var world = new World { InterruptedAt = at };
        var report = world.Play(Hang);
        Assert.StartsWith("interrupted before ", report.Problem, StringComparison.Ordinal);
        Assert.Equal("release", world.Injection.Calls[^1]);
        Assert.InRange(world.ReleasedAt, at, at + 200);
        Assert.Equal(at > 0, world.Injection.Calls.Contains("inject"));
    }

    [Fact]
    public void An_agent_that_is_gone_ends_the_fault()
    {
        var world = new World { GoneAt = 1000 };
        Assert.StartsWith("the agent does not answer any more: gone", world.Play(Switchover).Problem, StringComparison.Ordinal);
        Assert.InRange(world.ReleasedAt, 11_000, 11_200);
    }

    [Fact]
    public void An_agent_without_events_is_not_rehearsed_on()
    {
        var world = new World { GoneAt = 0 };
        Assert.StartsWith("nothing was done: ", world.Play(Hang).Problem, StringComparison.Ordinal);
        Assert.Empty(world.Injection.Calls);
    }

    [Fact]
    public void A_drill_that_crashes_takes_its_fault_back()
    {
        var world = new World();
        world.At(300, _ => throw new InvalidOperationException("a bug"));
        Assert.Throws<InvalidOperationException>(() => world.Play(Hang));
        Assert.Equal("release", world.Injection.Calls[^1]);
    }

    [Fact]
    public void A_service_that_is_not_mended_in_place_is_told_so()
    {
        var world = new World();
        world.At(200, view => view, Asterisk(2, 1200, "Started", "Failed"));
        world.At(300, view => view with { Groups = [view.Groups[0] with { Role = Role.Failed, PeerRole = Role.Active }] });
        Assert.Equal("asterisk was not mended in place: pbx moved to pbx-b", world.Play(Hang).Problem);
    }

    [Fact]
    public void A_link_is_over_when_it_is_down_and_nothing_has_moved()
    {
        var world = new World();
        world.At(600, view => view, Cable());
        var report = world.Play(Link);
        Assert.True(report.Passed, report.Problem);
        Assert.Equal(["link cable was found down", "redundancy is complete"], report.Phases.Select(phase => phase.What));
        Assert.Equal(["nothing: no group and no service changed its state"], report.Users);
    }

    [Fact]
    public void A_link_that_moves_a_group_is_a_failure()
    {
        var world = new World();
        world.At(600, view => view with { Groups = [view.Groups[0] with { Role = Role.Passive, PeerRole = Role.Active }] });
        Assert.Equal("pbx moved although another link was up", world.Play(Link).Problem);
    }

    [Fact]
    public void A_link_that_touches_a_service_is_not_called_unnoticed()
    {
        var world = new World();
        world.At(500, view => view, Asterisk(2, 500, "Started", "Failed"));
        world.At(600, view => view, Cable());
        Assert.Equal(["a group or a service changed its state, see below"], world.Play(Link).Users);
    }

    [Fact]
    public void A_switchover_is_timed_when_the_other_node_serves_and_over_when_all_is_well()
    {
        var world = new World();
        world.At(300, view => view with { Groups = [view.Groups[0] with { Role = Role.Deactivating }] });
        world.At(600, view => view with { Groups = [Stopped(view.Groups[0]) with { PeerRole = Role.Activating }] });
        world.At(900, view => view with { Groups = [view.Groups[0] with { PeerRole = Role.Active, Fit = false }] });
        world.At(1500, view => view with { Groups = [view.Groups[0] with { Fit = true, PeerLine = LineStanding.There }] });
        world.At(2000, view => view with { Groups = [view.Groups[0] with { PeerLine = LineStanding.Here }] });
        var report = world.Play(Switchover);
        Assert.True(report.Passed, report.Problem);
        Assert.Equal("pbx-b serves pbx", report.Phases[0].What);
        Assert.InRange(report.Phases[0].Ms, 900, 1000);
        Assert.InRange(report.Phases[1].Ms, 2000, 2100);
        // What Asterisk said last on this node is old.
        Assert.Equal("calls: 0 before, not known on this node after", report.Users[1]);
    }

    [Fact]
    public void A_switchover_that_fails_over_there_is_a_failure()
    {
        var world = new World();
        world.At(600, view => view with { Groups = [view.Groups[0] with { Role = Role.Passive, PeerRole = Role.Failed }] });
        Assert.Equal("pbx did not start on the other node", world.Play(Switchover).Problem);
    }

    [Fact]
    public void A_fault_that_cannot_be_made_or_taken_back_is_said()
    {
        var world = new World { Injection = { Refusal = "asterisk.service has no process that could be signalled" } };
        Assert.Equal("the fault could not be made: asterisk.service has no process that could be signalled", world.Play(Hang).Problem);
        Assert.Equal("release", world.Injection.Calls[^1]); // Some of it may be there.
        world = new World { Injection = { Unprepared = "no timer" } };
        var report = world.Play(Hang);
        Assert.Equal("nothing was done: no timer", report.Problem);
        Assert.Empty(report.Users);
        Assert.DoesNotContain("inject", world.Injection.Calls);
        world = new World { Injection = { Stays = "nft: no" } };
        world.At(100, view => view, Cable());
        Assert.Equal("the fault could not be taken back: nft: no", world.Play(Link).Problem);
    }

    [Fact]
    public void A_pair_that_does_not_become_whole_again_is_a_failure()
    {
        var world = new World();
        world.At(100, view => view with { Links = [view.Links[0] with { State = LinkState.Down }] }, Cable());
        Assert.StartsWith("redundancy did not come back within 240 s: ", world.Play(Link).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Redundancy_is_complete_when_everything_is_started()
    {
        var world = new World();
        var pbx = Quiet.Groups[0];
        world.At(200, _ => Quiet with { Groups = [pbx with { Resources = [.. pbx.Resources.Select(Starts)] }] }, Cable());
        world.At(1000, _ => Quiet);
        Assert.InRange(world.Play(Link).Phases[^1].Ms, 1000, 1100);
    }

    private static GroupStatus Stopped(GroupStatus group) => group with
    {
        Role = Role.Passive, Resources = [.. group.Resources.Select(one => one with { State = ResourceState.Stopped })],
    };

    private static ResourceStatus Starts(ResourceStatus resource) => resource with { State = ResourceState.Starting };

    [Fact]
    public void Its_json_is_an_interface()
    {
        var world = new World();
        world.At(600, view => view, Cable());
        var json = DrillJson.Of(world.Play(Link));
        foreach (var expected in new[]
        {
            "\"fault\": \"link cable\"", "\"passed\": true", "\"problem\": \"\"", "\"step\": \"noticed\"", "\"ms\": 600",
            "\"goal_ms\": 1200", "\"users\": [", "\"events\": [",
        })
            Assert.Contains(expected, json, StringComparison.Ordinal);
    }

    private static EventView Asterisk(long serial, long unixMs, string from, string to) =>
        new("", unixMs, 0, serial, "pbx-a", "resource", "pbx", "asterisk", from, to, null, "because");

    private static EventView Cable() => new("", 600, 0, 9, "pbx-a", "link", null, "cable", "Up", "Down", null, "because");

    /// <summary>A pair on virtual time: the drill's pauses move it on.</summary>
    private sealed class World : IDrilledPair
    {
        private readonly List<(long At, Func<StatusView, StatusView> Change, EventView? Told)> _script = [];
        // Of an earlier accident: a drill must not take it for its own.
        private readonly List<EventView> _events = [Asterisk(1, 0, "Started", "Failed")];
        private StatusView _view = Quiet;

        public FakeInjection Injection { get; } = new();

        public long? InterruptedAt { get; init; }

        public long? GoneAt { get; init; }

        public long NowMs { get; private set; }

        public long ReleasedAt { get; private set; }

        public bool IsInterrupted => NowMs >= InterruptedAt;

        public void At(long ms, Func<StatusView, StatusView> change, EventView? told = null) => _script.Add((ms, change, told));

        public DrillReport Play(DrillFault fault)
        {
            Injection.OnRelease = () => ReleasedAt = NowMs;
            return new DrillRun(this, fault, 15_000, Injection, _view).Play();
        }

        public StatusView? Status(out string error)
        {
            error = "gone";
            return NowMs >= GoneAt ? null : _view with { UnixMs = NowMs };
        }

        public IReadOnlyList<EventView>? Events(long since) =>
            NowMs >= GoneAt ? null : [.. _events.Where(one => one.Serial > since)];

        public void Pause()
        {
            NowMs += 50;
            foreach (var step in _script.Where(step => step.At <= NowMs).ToList())
            {
                _view = step.Change(_view);
                if (step.Told is { } told) _events.Add(told);
                _script.Remove(step);
            }
        }
    }

    private sealed class FakeInjection : IDrillInjection
    {
        public string? Unprepared { get; set; }

        public string? Refusal { get; set; }

        public string? Stays { get; set; }

        public List<string> Calls { get; } = [];

        public Action OnRelease { get; set; } = () => { };

        public string? Prepare()
        {
            Calls.Add("prepare");
            return Unprepared;
        }

        public string? Inject()
        {
            Calls.Add("inject");
            return Refusal;
        }

        public string? Release()
        {
            Calls.Add("release");
            OnRelease();
            return Stays;
        }

        public void Dispose()
        {
        }
    }
}
