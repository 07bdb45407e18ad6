using Appliance.Core.Cluster;
using Appliance.Core.Resources;

namespace Appliance.Core.Tests.Resources;

public sealed class GroupResourcesTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [Fact]
    public void Independent_branches_start_in_parallel_and_a_dependent_waits_for_all_it_needs()
    {
        var bench = Bench.Pbx().Want(Goal.Started);
        Assert.Equal(["start db", "start ip", "start log"], bench.Asked);
        Assert.Equal(GroupCondition.Starting, bench.Condition);
        Assert.Equal(["watch db"], bench.End("db").Asked);
        Assert.Equal(["watch ip", "start app"], bench.End("ip").Asked);
        bench.End("log");
        Assert.Equal(GroupCondition.Starting, bench.Condition);
        Assert.Equal(["watch app"], bench.End("app").Asked);
        Assert.Equal(GroupCondition.Started, bench.Condition);
    }

    [Fact]
    public void Stopping_runs_in_reverse_and_independent_branches_stop_in_parallel()
    {
        var bench = Bench.Pbx().Started().Want(Goal.Stopped);
        Assert.Equal(["unwatch app", "stop app", "unwatch log", "stop log"], bench.Asked);
        Assert.Equal(GroupCondition.Stopping, bench.Condition);
        Assert.Equal(["unwatch db", "stop db", "unwatch ip", "stop ip"], bench.End("app").Asked);
        bench.End("log").End("db").End("ip");
        Assert.Equal(GroupCondition.Stopped, bench.Condition);
    }

    [Fact]
    public void A_stop_overtakes_a_start_under_way_so_that_a_switchover_is_quick()
    {
        var bench = Bench.Pbx().Want(Goal.Started).End("ip").End("log");
        Assert.Equal(["stop db", "unwatch ip", "stop ip", "unwatch log", "stop log"], bench.Want(Goal.Stopped).Asked);
    }

    [Fact]
    public void The_answer_of_an_overtaken_operation_changes_nothing()
    {
        var bench = Bench.Pbx().Want(Goal.Started);
        var start = bench.Open("db");
        bench.Want(Goal.Stopped);
        var before = bench.State;
        bench.Step(new ResourceEvent.Done(start.Id, "db", Operation.Start, Outcome.Success, ""));
        Assert.Same(before, bench.State);
        Assert.Empty(bench.Effects);
    }

    [Fact]
    public void A_failed_start_is_stopped_and_tried_again_after_a_pause_that_doubles()
    {
        var bench = Bench.Pbx().Want(Goal.Started).End("db", Outcome.Failed, "exit 1");
        Assert.Equal(["stop db"], bench.Asked);
        Assert.Equal(GroupCondition.Recovering, bench.Condition);
        Assert.Empty(bench.End("db").Asked);
        Assert.Empty(bench.After(Bench.Budget.Delay - Moment).Asked);
        Assert.Equal(["start db"], bench.After(Moment).Asked);
        bench.End("db", Outcome.Failed, "exit 1").End("db");
        Assert.Empty(bench.After((Bench.Budget.Delay * 2) - Moment).Asked);
        Assert.Equal(["start db"], bench.After(Moment).Asked);
    }

    [Fact]
    public void When_the_budget_is_used_up_the_group_has_failed_and_the_rest_is_left_as_it_is()
    {
        var bench = Bench.Pbx().Started();
        for (var restart = 0; restart < Bench.Budget.Max; restart++)
        {
            bench.Fail("app").End("app").After(Bench.Budget.DelayMax).End("app");
            Assert.Equal(GroupCondition.Started, bench.Condition);
        }

        bench.Fail("app", "SIP does not answer");
        Assert.Equal(GroupCondition.Failed, bench.Condition);
        Assert.Contains("SIP does not answer; 2 restarts within 600 s did not help", bench.Reason);
        Assert.Equal(["unwatch app"], bench.Asked);
        Assert.Equal(ResourceState.Started, bench.StateOf("db"));
        Assert.Contains(bench.Effects, effect => effect is ResourceEffect.Tell { Report.Kind: ReportKind.Alarm });
    }

    [Fact]
    public void A_restart_counts_until_just_before_its_window_has_passed()
    {
        var late = Twice();
        late.After(Bench.Budget.Within - (Bench.Budget.DelayMax * 2) - Moment).Fail("app");
        Assert.Equal(GroupCondition.Failed, late.Condition);

        var later = Twice();
        later.After(Bench.Budget.Within - (Bench.Budget.DelayMax * 2)).Fail("app");
        Assert.Equal(GroupCondition.Recovering, later.Condition);

        static Bench Twice()
        {
            var bench = Bench.Pbx().Started();
            bench.Fail("app").End("app").After(Bench.Budget.DelayMax).End("app");
            return bench.Fail("app").End("app").After(Bench.Budget.DelayMax).End("app");
        }
    }

    [Fact]
    public void What_needs_a_failed_resource_is_stopped_first_and_all_of_it_starts_again_in_order()
    {
        var bench = Bench.Pbx().Started().Fail("db");
        Assert.Equal(["unwatch db", "unwatch app", "stop app"], bench.Asked);
        Assert.Equal(GroupCondition.Recovering, bench.Condition);
        Assert.Equal(["stop db"], bench.End("app").Asked);
        bench.End("db");
        Assert.Equal(["start db"], bench.After(Bench.Budget.Delay).Asked);
        Assert.Equal(["watch db", "start app"], bench.End("db").Asked);
        bench.End("app");
        Assert.Equal(GroupCondition.Started, bench.Condition);
        Assert.Equal(ResourceState.Started, bench.StateOf("ip"));
    }

    [Fact]
    public void The_end_of_a_resource_whose_dependency_failed_before_does_not_count()
    {
        var bench = Bench.Pbx().Started().Fail("db").Fail("app");
        Assert.Equal(0, GroupResources.View(bench.State).Single(view => view.Name == "app").RestartsUsed);
        Assert.Equal(1, GroupResources.View(bench.State).Single(view => view.Name == "db").RestartsUsed);
    }

    [Fact]
    public void An_impossible_start_fails_the_group_at_once()
    {
        var bench = Bench.Pbx().Want(Goal.Started).End("db", Outcome.Impossible, "unit db.service is not installed");
        Assert.Equal(GroupCondition.Failed, bench.Condition);
        Assert.Contains("unit db.service is not installed", bench.Reason);
        Assert.Empty(bench.Asked);
    }

    [Fact]
    public void A_start_may_use_its_time_and_a_grace_for_its_own_words()
    {
        var bench = Bench.Pbx().Want(Goal.Started);
        Assert.Empty(bench.After(Bench.StartBound + Limits.OperationGrace - Moment).Asked);
        Assert.Contains("stop db", bench.After(Moment).Asked);
        Assert.Equal(bench.Now + Bench.StopBound, GroupResources.NextDeadline(bench.State));
    }

    [Fact]
    public void A_start_that_makes_progress_gets_its_time_once_more_from_then()
    {
        var bench = new Bench(Bench.Group(("db", []))).Want(Goal.Started);
        var run = bench.Open("db");
        bench.After(Bench.StartBound).Step(new ResourceEvent.Progress(run.Id, "db", "recovers page 7"));
        Assert.Empty(bench.Asked);
        Assert.Empty(bench.After(Bench.StartBound).Asked);
        Assert.Equal(["stop db"], bench.After(Limits.OperationGrace).Asked);
    }

    [Fact]
    public void Progress_of_an_overtaken_start_or_of_a_stop_changes_nothing()
    {
        var bench = new Bench(Bench.Group(("db", []))).Want(Goal.Started);
        var start = bench.Open("db").Id;
        bench.Want(Goal.Stopped);
        var before = bench.State;
        Assert.Same(before, bench.Step(new ResourceEvent.Progress(start, "db", "late")).State);
        Assert.Same(before, bench.Step(new ResourceEvent.Progress(bench.Open("db").Id, "db", "slow")).State);
        Assert.Same(before, bench.Step(new ResourceEvent.Progress(new OperationId(99), "nobody", "?")).State);
    }

    [Fact]
    public void A_stop_without_answer_is_followed_by_a_kill_at_its_bound_and_not_before()
    {
        var bench = Bench.Pbx().Started().Want(Goal.Stopped);
        bench.End("log");
        Assert.Empty(bench.After(Bench.StopBound - Moment).Asked);
        Assert.Equal(["kill app"], bench.After(Moment).Asked);
        Assert.Equal(Bench.StopBound, bench.Open("app").Timeout);
        bench.End("app");
        Assert.Equal(ResourceState.Stopped, bench.StateOf("app"));
        Assert.Equal(["unwatch db", "stop db", "unwatch ip", "stop ip"], bench.Asked);
    }

    [Fact]
    public void A_stop_that_fails_is_followed_by_a_kill_at_once()
    {
        var bench = Bench.Pbx().Started().Want(Goal.Stopped).End("app", Outcome.Failed, "refused");
        Assert.Equal(["kill app"], bench.Asked);
        Assert.Equal(Bench.StopBound * 2, bench.Open("app").Timeout);
    }

    [Fact]
    public void A_resource_that_resists_twice_its_stop_bound_has_failed_to_stop()
    {
        var bench = Bench.Pbx().Started().Want(Goal.Stopped).After(Bench.StopBound);
        bench.After(Bench.StopBound - Moment);
        Assert.Equal(GroupCondition.Stopping, bench.Condition);
        bench.After(Moment);
        Assert.Equal(GroupCondition.StopFailed, bench.Condition);
        Assert.Contains("app: would not stop", bench.Reason);
        Assert.Contains(bench.Effects, effect => effect is ResourceEffect.Tell { Report.Kind: ReportKind.Alarm });
    }

    [Fact]
    public void What_hangs_is_killed_without_being_asked_and_started_again_after_what_needs_it_was_stopped()
    {
        var bench = Bench.Pbx().Want(Goal.Started).End("db").End("ip").End("log").End("app");
        bench.Step(new ResourceEvent.Failed("db", "2 of 3 layers fail", Hung: true));
        Assert.Equal(["unwatch db", "unwatch app", "stop app"], bench.Asked);
        bench.End("app");
        Assert.Equal(["kill db"], bench.Asked);
        bench.End("db").After(Bench.Budget.Delay);
        Assert.Equal(["start db"], bench.Asked);
    }

    [Fact]
    public void What_hangs_and_has_no_restart_left_is_killed_when_the_group_goes()
    {
        var bench = new Bench(Bench.Group(("db", []))).Want(Goal.Started).End("db");
        for (var count = 0; count < Bench.Budget.Max; count++)
        {
            bench.Step(new ResourceEvent.Failed("db", "hangs", Hung: true)).End("db");
            bench.After(Bench.Budget.DelayMax).End("db");
        }

        bench.Step(new ResourceEvent.Failed("db", "hangs", Hung: true));
        Assert.Equal(GroupCondition.Failed, bench.Condition);
        Assert.Equal(["kill db"], bench.Want(Goal.Stopped).Asked);
        bench.End("db", Outcome.Failed, "survived").After(Limits.KillPause);
        Assert.Equal(["kill db"], bench.Asked);
    }

    [Fact]
    public void Kills_that_fail_are_repeated_until_the_bound()
    {
        var bench = Bench.Pbx().Started().Want(Goal.Stopped).End("log").End("app", Outcome.Failed).End("app", Outcome.Failed);
        Assert.Equal(["kill app"], bench.After(Limits.KillPause).Asked);
        bench.End("app", Outcome.Failed).After(Bench.StopBound * 2);
        Assert.Equal(GroupCondition.StopFailed, bench.Condition);
        Assert.Equal(["kill app"], bench.After(Bench.StopBound).Asked);
        bench.End("app");
        Assert.Equal(GroupCondition.Stopping, bench.Condition);
    }

    [Fact]
    public void Adopting_asks_first_and_keeps_untouched_what_runs()
    {
        var bench = Bench.Pbx().Want(Goal.Started, adopt: true);
        Assert.Equal(["monitor db", "monitor ip", "monitor app", "monitor log"], bench.Asked);
        Assert.Equal(["watch db"], bench.End("db").Asked);
        Assert.Equal(["watch ip"], bench.End("ip").Asked);
        Assert.Equal(["watch app"], bench.End("app").Asked);
        Assert.Equal(["start log"], bench.End("log", Outcome.NotRunning).Asked);
        bench.End("log");
        Assert.Equal(GroupCondition.Started, bench.Condition);
    }

    [Fact]
    public void Adopting_never_starts_under_a_dependent_that_runs()
    {
        var bench = Bench.Pbx().Want(Goal.Started, adopt: true).End("db", Outcome.NotRunning).End("ip");
        Assert.DoesNotContain("start db", bench.Asked);
        Assert.Equal(["unwatch app", "stop app"], bench.End("app").Asked.Except(["watch app"]));
        Assert.Equal(["start db"], bench.End("app").Asked);
    }

    [Fact]
    public void Adopting_in_order_to_stop_stops_everything_although_it_is_not_known_to_run()
    {
        var bench = Bench.Pbx().Want(Goal.Stopped, adopt: true);
        Assert.Equal(["stop app", "stop log"], bench.Asked);
    }

    [Fact]
    public void Frozen_does_nothing_and_thawing_asks_again()
    {
        var bench = Bench.Pbx().Started().Want(Goal.Frozen);
        Assert.Equal(["unwatch db", "unwatch ip", "unwatch app", "unwatch log"], bench.Asked);
        Assert.Empty(bench.Fail("app").Asked);
        Assert.Empty(bench.After(TimeSpan.FromHours(2)).Asked);
        Assert.Equal(GroupCondition.Started, bench.Condition);
        Assert.Equal(["monitor db", "monitor ip", "monitor app", "monitor log"], bench.Want(Goal.Started).Asked);
        Assert.Equal(["stop app"], bench.End("app", Outcome.Failed, "dead").Asked);
    }

    [Fact]
    public void An_operation_under_way_may_finish_while_frozen_and_nothing_follows()
    {
        var bench = Bench.Pbx().Want(Goal.Started).Want(Goal.Frozen).End("db");
        Assert.Equal(ResourceState.Started, bench.StateOf("db"));
        Assert.Empty(bench.Asked);
        Assert.Empty(bench.End("ip").Asked);
    }

    [Fact]
    public void Thawing_in_order_to_stop_stops_what_may_run_and_asks_nothing()
    {
        var bench = Bench.Pbx().Started().Want(Goal.Frozen).Want(Goal.Stopped);
        Assert.Equal(["stop app", "stop log"], bench.Asked);
        Assert.Empty(Bench.Pbx().Want(Goal.Frozen).Want(Goal.Stopped).Asked);
    }

    [Fact]
    public void An_operators_restart_takes_the_dependents_along_and_counts_nothing()
    {
        var bench = Bench.Pbx().Started().Step(new ResourceEvent.Restart("ip"));
        Assert.Equal(["unwatch app", "stop app"], bench.Asked);
        Assert.Equal(GroupCondition.Recovering, bench.Condition);
        Assert.Equal(["unwatch ip", "stop ip"], bench.End("app").Asked);
        Assert.Equal(["start ip"], bench.End("ip").Asked);
        Assert.Equal(["watch ip", "start app"], bench.End("ip").Asked);
        bench.End("app");
        Assert.Equal(GroupCondition.Started, bench.Condition);
        Assert.All(GroupResources.View(bench.State), view => Assert.Equal(0, view.RestartsUsed));
    }

    [Fact]
    public void A_restart_of_something_unknown_or_not_wanted_is_refused_in_words()
    {
        Assert.Contains("there is no resource nix", Words(Bench.Pbx().Started().Step(new ResourceEvent.Restart("nix"))));
        Assert.Contains("not to run on this node", Words(Bench.Pbx().Step(new ResourceEvent.Restart("db"))));
        Assert.Contains("hands off", Words(Bench.Pbx().Started().Want(Goal.Frozen).Step(new ResourceEvent.Restart("db"))));

        static string Words(Bench bench) => bench.Effects.OfType<ResourceEffect.Tell>().Single().Report.Text;
    }

    [Fact]
    public void Cleanup_lets_a_given_up_resource_try_again()
    {
        var bench = Bench.Pbx().Started().Want(Goal.Stopped).End("app").End("log").End("db").End("ip");
        bench.Want(Goal.Started).End("db", Outcome.Impossible, "not installed");
        Assert.Equal(GroupCondition.Failed, bench.Condition);
        Assert.Equal(["stop db"], bench.Step(new ResourceEvent.Cleanup("db")).Asked);
        Assert.Equal(["start db"], bench.End("db").Asked);
        bench.End("db").End("ip").End("log").End("app");
        Assert.Equal(GroupCondition.Started, bench.Condition);
    }

    [Fact]
    public void Wanting_the_group_again_after_a_stop_gives_every_resource_a_new_chance()
    {
        var bench = Bench.Pbx().Want(Goal.Started).End("db", Outcome.Impossible).Want(Goal.Stopped);
        bench.End("db").End("ip").End("log");
        Assert.Equal(GroupCondition.Stopped, bench.Condition);
        Assert.Equal(ResourceState.Failed, bench.StateOf("db"));
        Assert.Contains("start db", bench.Want(Goal.Started).Asked);
        Assert.Equal(GroupCondition.Starting, bench.Condition);
    }

    [Fact]
    public void Operation_ids_of_two_groups_never_meet()
    {
        var (state, effects) = GroupResources.Step(
            GroupResourcesState.Start(Bench.Pbx().Config, 1, default), new ResourceEvent.Want(Goal.Started, false), default,
                Bench.Pbx().Config);
        var other = Bench.Pbx().Want(Goal.Started);
        Assert.Empty(
            effects.OfType<ResourceEffect.Run>().Select(run => run.Id).Intersect(
                other.Effects.OfType<ResourceEffect.Run>().Select(run => run.Id)));
        Assert.Equal(4, state.Resources.Length);
    }

    [Fact]
    public void A_step_that_changes_nothing_returns_the_state_it_was_given()
    {
        var bench = Bench.Pbx().Started();
        var before = bench.State;
        Assert.Same(before, bench.After(Moment).State);
    }
}
