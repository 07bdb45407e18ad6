using System.Collections.Immutable;
using Appliance.Core.Configuration;
using Appliance.Core.Resources;
using Appliance.Core.Time;
using FsCheck;
using FsCheck.Fluent;
using Outcome = Appliance.Core.Resources.Outcome;

namespace Appliance.Core.Tests.Resources;

/// <summary>What must hold whatever happens: random graphs, random wishes, random failures, late and missing answers.</summary>
public sealed class GroupResourcesPropertyTests
{
    private const int Steps = 300;

    [Fact]
    public void Whatever_happens_a_shell_never_sees_a_wrong_order() =>
        Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue - 1)), seed => new Chaos(seed).Play(Steps)).Check(
            Config.QuickThrowOnFailure.WithMaxTest(1500));

    [Fact]
    public void When_everything_works_the_group_always_comes_to_rest_where_it_is_wanted() =>
        Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue - 1)), Settles).Check(Config.QuickThrowOnFailure.WithMaxTest(700));

    [Fact]
    public void A_kill_that_fails_during_a_freeze_is_forgotten_afterwards() => Settles(347009772);

    [Fact]
    public void Every_event_is_handled_in_every_phase_and_goal()
    {
        var events = EveryEvent().ToArray();
        Assert.Equal(typeof(ResourceEvent).GetNestedTypes().Length, events.Select(input => input.GetType()).Distinct().Count());
        var phases = EveryPhase().ToArray();
        Assert.Equal(typeof(ResourcePhase).GetNestedTypes().Length, phases.Select(phase => phase.GetType()).Distinct().Count());
        var config = Bench.Group(("a", []), ("b", ["a"]));
        var blank = GroupResourcesState.Start(config, 0, default);
        foreach (var input in events)
        {
            foreach (var first in phases)
            {
                foreach (var second in phases)
                {
                    foreach (var goal in Enum.GetValues<Goal>()) Handle(config, blank, goal, first, second, input);
                }
            }
        }
    }

    private static void Handle(
        GroupConfig config, GroupResourcesState blank, Goal goal, ResourcePhase first, ResourcePhase second, ResourceEvent input)
    {
        var now = Instant.FromMilliseconds(60_000);
        var state = blank with
        {
            Goal = goal,
            Thawed = goal == Goal.Frozen ? Goal.Started : goal,
            NextOperation = 100,
            Resources = [blank.Resources[0] with { Phase = first }, blank.Resources[1] with { Phase = second }],
        };
        var (next, effects) = GroupResources.Step(state, input, now, config);
        Assert.Equal(2, next.Resources.Length);
        Assert.True(Enum.IsDefined(GroupResources.Condition(next).Condition));
        if (next.Goal == Goal.Frozen)
            Assert.DoesNotContain(effects, effect => effect is ResourceEffect.Run or ResourceEffect.Watch { On: true });
        if (GroupResources.NextDeadline(next) is { } deadline)
            Assert.True(deadline > now, $"{input} in {goal} {first} {second}: deadline {deadline} has passed");
    }

    private static IEnumerable<ResourceEvent> EveryEvent()
    {
        foreach (var goal in Enum.GetValues<Goal>())
        {
            yield return new ResourceEvent.Want(goal, false);
            yield return new ResourceEvent.Want(goal, true);
        }

        foreach (var operation in Enum.GetValues<Operation>())
        {
            foreach (var outcome in Enum.GetValues<Outcome>())
                yield return new ResourceEvent.Done(new OperationId(7), "a", operation, outcome, "words");
        }

        yield return new ResourceEvent.Done(new OperationId(99), "nobody", Operation.Start, Outcome.Success, "");
        yield return new ResourceEvent.Failed("a", "died");
        yield return new ResourceEvent.Failed("a", "hangs", Hung: true);
        yield return new ResourceEvent.Failed("nobody", "died");
        yield return new ResourceEvent.Progress(new OperationId(7), "a", "words");
        yield return new ResourceEvent.Progress(new OperationId(99), "nobody", "words");
        yield return new ResourceEvent.Cleanup(null);
        yield return new ResourceEvent.Cleanup("b");
        yield return new ResourceEvent.Restart("a");
        yield return new ResourceEvent.Restart("b");
        yield return new ResourceEvent.Tick();
    }

    private static IEnumerable<ResourcePhase> EveryPhase()
    {
        yield return new ResourcePhase.Unknown();
        yield return new ResourcePhase.Stopped();
        yield return new ResourcePhase.Started();
        yield return new ResourcePhase.Broken();
        yield return new ResourcePhase.Broken(Hung: true);
        foreach (var milliseconds in new[] { 50_000, 70_000 })
        {
            var at = Instant.FromMilliseconds(milliseconds);
            yield return new ResourcePhase.Resisting(at, at + TimeSpan.FromSeconds(1));
            foreach (var operation in Enum.GetValues<Operation>())
                yield return new ResourcePhase.Busy(new OperationId(7), operation, at, at);
        }
    }

    private static void Settles(int seed)
    {
        var chaos = new Chaos(seed);
        chaos.Play(Steps / 3);
        var (goal, condition) = seed % 2 == 0 ? (Goal.Started, GroupCondition.Started) : (Goal.Stopped, GroupCondition.Stopped);
        chaos.Settle(goal);
        Assert.Equal(condition, chaos.Condition);
        Assert.Null(chaos.NextDeadline);
    }

    /// <summary>A shell with its own idea of what really runs: it checks every request against the truth.</summary>
    private sealed class Chaos
    {
        private readonly Random _random;
        private readonly GroupConfig _config;
        private readonly Dictionary<string, ResourceEffect.Run> _open = [];
        private readonly List<ResourceEffect.Run> _old = [];
        private readonly HashSet<string> _mayRun = [];
        private readonly HashSet<string> _watched = [];
        private readonly Dictionary<string, Instant> _due = [];
        private GroupResourcesState _state;
        private Instant _now = Instant.FromMilliseconds(1000);
        private ulong _lastId;

        public Chaos(int seed)
        {
            _random = new Random(seed);
            var count = _random.Next(1, 7);
            _config = Bench.Group([.. Enumerable.Range(0, count).Select(index => ($"r{index}", Needs(index)))]);
            _state = GroupResourcesState.Start(_config, 0, _now);
        }

        public GroupCondition Condition => GroupResources.Condition(_state).Condition;

        public Instant? NextDeadline => GroupResources.NextDeadline(_state);

        public void Play(int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                _now += TimeSpan.FromMilliseconds(_random.Next(_random.Next(4) == 0 ? 20_000 : 300));
                Step(Next());
            }
        }

        public void Settle(Goal goal)
        {
            Step(new ResourceEvent.Want(Goal.Frozen, false));
            foreach (var _ in _config.Resources) AnswerAll();
            Step(new ResourceEvent.Want(goal, true));
            Step(new ResourceEvent.Cleanup(null));
            for (var round = 0; round < 40; round++)
            {
                AnswerAll();
                if (NextDeadline is { } next) _now = Instant.Later(_now, next);
                Step(new ResourceEvent.Tick());
            }
        }

        private void AnswerAll()
        {
            foreach (var run in _open.Values.ToArray()) Step(new ResourceEvent.Done(run.Id, run.Resource, run.Operation, Truth(run), ""));
        }

        private Outcome Truth(ResourceEffect.Run run) =>
            run.Operation == Operation.Monitor && !_mayRun.Contains(run.Resource) ? Outcome.NotRunning : Outcome.Success;

        private string[] Needs(int index) => [.. Enumerable.Range(0, index).Where(_ => _random.Next(3) == 0).Select(need => $"r{need}")];

        private ResourceEvent Next() => _random.Next(12) switch
        {
            0 => new ResourceEvent.Want((Goal)_random.Next(3), _random.Next(2) == 0),
            1 => new ResourceEvent.Want(Goal.Started, false),
            2 => new ResourceEvent.Failed(Any(), "died"),
            3 => new ResourceEvent.Restart(Any()),
            4 => new ResourceEvent.Cleanup(_random.Next(2) == 0 ? null : Any()),
            5 when _old.Count > 0 => Answer(_old[_random.Next(_old.Count)], Outcome.Success),
            < 11 when _open.Count > 0 => End(),
            _ => new ResourceEvent.Tick(),
        };

        private string Any() => $"r{_random.Next(_config.Resources.Length)}";

        private ResourceEvent.Done End()
        {
            var run = _open.Values.ElementAt(_random.Next(_open.Count));
            return Answer(run, _random.Next(4) == 0 ? (Outcome)_random.Next(4) : Truth(run));
        }

        private static ResourceEvent.Done Answer(ResourceEffect.Run run, Outcome outcome) =>
            new(run.Id, run.Resource, run.Operation, outcome, "");

        private void Step(ResourceEvent input)
        {
            if (input is ResourceEvent.Done done) Believe(done);
            var (next, effects) = GroupResources.Step(_state, input, _now, _config);
            _state = next;
            foreach (var effect in effects) Check(effect);
            if (GroupResources.NextDeadline(next) is { } deadline)
                Assert.True(deadline > _now, "a deadline that has passed would make the shell spin");
        }

        /// <summary>What really runs after an answer that counts.</summary>
        private void Believe(ResourceEvent.Done done)
        {
            if (!_open.TryGetValue(done.Resource, out var run) || run.Id != done.Id) return;
            _open.Remove(done.Resource);
            _due.Remove(done.Resource);
            var gone = done.Outcome is Outcome.Success or Outcome.NotRunning;
            if (run.Operation is Operation.Stop or Operation.Kill && gone) _mayRun.Remove(done.Resource);
            if (run.Operation == Operation.Monitor && done.Outcome == Outcome.NotRunning) _mayRun.Remove(done.Resource);
        }

        private void Check(ResourceEffect effect)
        {
            if (effect is ResourceEffect.Watch watch)
            {
                Assert.True(watch.On ? _watched.Add(watch.Resource) : _watched.Remove(watch.Resource), $"{watch} twice");
                Assert.False(watch.On && _state.Goal == Goal.Frozen);
            }

            if (effect is not ResourceEffect.Run run) return;
            Assert.True(run.Id.Value > _lastId, "ids are used once");
            _lastId = run.Id.Value;
            Assert.NotEqual(Goal.Frozen, _state.Goal);
            Assert.True(run.Timeout > TimeSpan.Zero);
            Assert.DoesNotContain(run.Resource, _watched);
            CheckOvertaking(run);
            CheckOrder(run);
            if (run.Operation == Operation.Start) _mayRun.Add(run.Resource);
            _open[run.Resource] = run;
            _due[run.Resource] = _now + run.Timeout;
        }

        /// <summary>One operation at a time, except that a stop overtakes a start or a question, and a kill what is overdue.</summary>
        private void CheckOvertaking(ResourceEffect.Run run)
        {
            if (!_open.TryGetValue(run.Resource, out var older)) return;
            var overdue = _now >= _due[run.Resource];
            var stops = run.Operation is Operation.Stop && older.Operation is Operation.Start or Operation.Monitor;
            Assert.True(overdue || stops, $"{run} while {older} is under way");
            _old.Add(older);
        }

        private void CheckOrder(ResourceEffect.Run run)
        {
            var resource = _config.Resources.Single(resource => resource.Name == run.Resource);
            if (run.Operation == Operation.Start)
            {
                foreach (var need in resource.After)
                    Assert.True(
                        _mayRun.Contains(need)
                            || _state.Resources[int.Parse(need[1..])].IsStarted, $"{run.Resource} starts without {need}");
            }

            if (run.Operation is Operation.Start or Operation.Stop or Operation.Kill)
            {
                foreach (var dependent in _config.Resources.Where(other => other.After.Contains(run.Resource)))
                {
                    Assert.False(
                        _mayRun.Contains(dependent.Name), $"{run.Operation} of {run.Resource} under {dependent.Name}, which may run");
                }
            }
        }
    }
}
