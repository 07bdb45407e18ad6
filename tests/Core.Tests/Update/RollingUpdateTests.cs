using Appliance.Core.Update;

namespace Appliance.Core.Tests.Update;

/// <summary>One node at a time, never the one that serves, and the second one only when the first one is proven.</summary>
public sealed class RollingUpdateTests
{
    private const string Old = "1.0";
    private const string New = "2.0";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Standby_is_first_then_the_groups_move_then_the_other(bool serves)
    {
        var pair = new RollingPair(serves);
        pair.RunToEnd();
        Assert.Equal(RollingStage.Done, pair.Plan.Stage);
        Assert.Equal((New, New), (pair.Here.Version, pair.There.Version));
        Assert.Equal(!serves, pair.Plan.FirstIsHere);
        Assert.Equal(!serves, pair.Here.Serves);
        Assert.Equal(serves ? ["write there", "reboot there", "move", "write here", "reboot here"]
            : ["write here", "reboot here", "move", "write there", "reboot there"], pair.Deeds);
    }

    [Fact]
    public void Pair_without_redundancy_is_not_begun()
    {
        var node = new PairNode(true, Old, SlotPhase.Settled, "", false);
        var good = new PairView(node with { Serves = true }, node, "");
        Assert.NotNull(RollingUpdate.Begin(New, good, 0, out _));
        Assert.Null(RollingUpdate.Begin(New, good with { Gap = "the data of pbx-b is Inconsistent" }, 0, out var why));
        Assert.Contains("Inconsistent", why, StringComparison.Ordinal);
        Assert.Null(RollingUpdate.Begin(New, good with { There = node with { Reached = false } }, 0, out why));
        Assert.Contains("does not take updates", why, StringComparison.Ordinal);
        Assert.Null(RollingUpdate.Begin(New, good with { There = node with { Serves = true } }, 0, out why));
        Assert.Contains("both nodes serve", why, StringComparison.Ordinal);
    }

    [Fact]
    public void First_node_that_falls_back_ends_it_and_the_second_is_untouched()
    {
        var pair = new RollingPair(hereServes: true) { ThereIsHealthy = false };
        pair.RunToEnd();
        Assert.Equal(RollingStage.Stopped, pair.Plan.Stage);
        Assert.Contains("the other node fell back to 1.0", pair.Plan.Words, StringComparison.Ordinal);
        Assert.Equal((Old, true), (pair.Here.Version, pair.Here.Serves));
    }

    [Fact]
    public void Node_that_never_comes_back_ends_it_after_its_time()
    {
        var pair = new RollingPair(hereServes: true) { ThereVanishes = true };
        pair.RunToEnd();
        Assert.Contains("did not become healthy with 2.0 in 45 minutes", pair.Plan.Words, StringComparison.Ordinal);
        Assert.InRange(pair.Now - RollingPair.Begun, RollingUpdate.HealthySeconds, RollingUpdate.HealthySeconds + 600);
        Assert.Equal(Old, pair.Here.Version);
    }

    [Fact]
    public void Copy_that_never_ends_ends_it_before_the_groups_move()
    {
        var pair = new RollingPair(hereServes: true) { SyncSeconds = RollingUpdate.SyncedSeconds + 100 };
        pair.RunToEnd();
        Assert.Contains("redundancy did not come back", pair.Plan.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("move", pair.Deeds);
    }

    [Fact]
    public void Groups_that_do_not_move_end_it()
    {
        var pair = new RollingPair(hereServes: true) { MovesGroups = false };
        pair.RunToEnd();
        Assert.Contains("did not move in 10 minutes", pair.Plan.Words, StringComparison.Ordinal);
        Assert.Equal(Old, pair.Here.Version);
    }

    [Fact]
    public void Redundancy_that_is_lost_before_a_write_is_waited_for_a_while_and_then_ends_it()
    {
        var plan = RollingUpdate.Begin(New, new PairView(Fine with { Serves = true }, Fine, ""), 0, out _)!;
        var gap = new PairView(Fine with { Serves = true }, Fine, "pbx-b is late");
        Assert.Equal(RollingDeed.Wait, plan.Step(gap, 60).Deed);
        Assert.Equal(RollingDeed.Write, plan.Step(gap with { Gap = "" }, 60).Deed);
        var (stopped, deed) = plan.Step(gap, RollingUpdate.PatienceSeconds + 1);
        Assert.Equal((RollingDeed.End, "redundancy is not complete: pbx-b is late"), (deed, stopped.Words));
    }

    [Fact]
    public void Write_that_fails_ends_it()
    {
        var plan = new RollingUpdate(New, true, RollingStage.WriteFirst, 0, "").Failed("no room", 5);
        Assert.Equal((RollingStage.Stopped, "no room"), (plan.Stage, plan.Words));
        Assert.Equal(RollingDeed.End, plan.Step(new PairView(Nobody, Nobody, ""), 6).Deed);
    }

    [Fact]
    public void Every_view_in_every_stage_touches_only_a_node_that_may_be_touched()
    {
        var nodes =
            (from reached in new[] { true, false }
             from version in new[] { Old, New }
             from phase in Enum.GetValues<SlotPhase>()
             from waiting in new[] { "", New }
             from serves in new[] { true, false }
             select new PairNode(reached, version, phase, waiting, serves)).ToArray();
        foreach (var stage in Enum.GetValues<RollingStage>())
            foreach (var here in nodes)
                foreach (var there in nodes)
                    foreach (var gap in new[] { "", "the peer is dead" })
                        foreach (var age in new[] { 1, 200, RollingUpdate.HealthySeconds + 1, RollingUpdate.SyncedSeconds + 1 })
                            foreach (var first in new[] { true, false })
                                Check(new RollingUpdate(New, first, stage, 0, ""), new PairView(here, there, gap), age);
    }

    private static readonly PairNode Fine = new(true, Old, SlotPhase.Settled, "", false);

    private static readonly PairNode Nobody = new(false, "", SlotPhase.Settled, "", false);

    private static void Check(RollingUpdate plan, PairView view, long now)
    {
        var (next, deed) = plan.Step(view, now);
        if (deed == RollingDeed.SwitchOver) Assert.True(view.Gap.Length == 0 && view.Of(!plan.FirstIsHere).Serves);
        if (deed is not (RollingDeed.Write or RollingDeed.Reboot)) return;
        var (node, other) = (view.Of(next.ActsHere), view.Of(!next.ActsHere));
        Assert.True(node is { Reached: true, Serves: false } && view.Gap.Length == 0, $"{plan} {view}");
        if (next.ActsHere == plan.FirstIsHere) return;
        Assert.True(other is { Reached: true, Version: New, Phase: SlotPhase.Settled }, $"{plan} {view}");
    }
}
