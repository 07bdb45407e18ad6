using Appliance.Core.Update;

namespace Appliance.Core.Tests.Update;

/// <summary>Whatever is ordered and whenever the power goes, a slot that was complete boots.</summary>
public sealed class SlotMachineTests
{
    private const int Seeds = 3000;

    [Fact]
    public void Every_power_cut_of_an_update_boots_a_whole_slot_and_the_next_update_works()
    {
        foreach (var first in new[] { 'a', 'b' })
            for (var step = SlotStep.Forget; step < SlotStep.Done; step++)
                foreach (var half in new[] { false, true })
                {
                    var node = new SlotNode(first);
                    node.Update(2, healthy: true, cutAt: step, half);
                    node.Boot();
                    Assert.True(node.IsWhole, $"{first} {step} {half}");
                    node.Confirm();
                    var runs = node.Runs;
                    node.Update(3, healthy: true);
                    node.Boot();
                    Assert.NotEqual(runs, node.Runs);
                    node.Confirm();
                    Assert.Equal((SlotPhase.Settled, 3), (node.Standing.Phase, node.Version));
                }
    }

    [Fact]
    public void System_that_never_gets_healthy_is_tried_three_times_and_left()
    {
        var node = new SlotNode('a');
        node.Update(2, healthy: false);
        Assert.Equal(SlotPhase.Staged, node.Standing.Phase);
        for (var boot = 0; boot < BootRecord.LeftMax; boot++)
        {
            node.Boot();
            Assert.Equal(('b', SlotPhase.OnTrial), (node.Runs, node.Standing.Phase));
            Assert.NotNull(node.Standing.UpdateRefusal());
        }

        for (var boot = 0; boot < 3; boot++)
        {
            node.Boot();
            Assert.Equal(('a', SlotPhase.FellBack), (node.Runs, node.Standing.Phase));
        }

        Assert.Null(node.Standing.Confirmed());
        Assert.Null(node.Standing.RolledBack(true, out var why));
        Assert.Contains("did not become healthy", why, StringComparison.Ordinal);
        node.Update(3, healthy: true);
        node.Boot();
        node.Confirm();
        Assert.Equal((SlotPhase.Settled, 3), (node.Standing.Phase, node.Version));
    }

    [Fact]
    public void Confirmation_before_the_reboot_does_not_withdraw_what_is_staged()
    {
        var node = new SlotNode('b');
        node.Update(2, healthy: true);
        node.Confirm();
        Assert.Equal(SlotPhase.Staged, node.Standing.Phase);
    }

    [Fact]
    public void Rollback_goes_back_once_and_forth_again()
    {
        var node = new SlotNode('a');
        Assert.Null(node.Standing.RolledBack(otherIsComplete: false, out var why));
        Assert.Contains("nothing to go back to", why, StringComparison.Ordinal);
        node.Update(2, healthy: true);
        node.RollBack();
        Assert.Equal(SlotPhase.Settled, node.Standing.Phase);
        node.RollBack();
        node.Boot();
        Assert.Equal((SlotPhase.OnTrial, 2), (node.Standing.Phase, node.Version));
        node.Confirm();
        node.RollBack();
        node.Boot();
        node.Confirm();
        Assert.Equal((SlotPhase.Settled, 1), (node.Standing.Phase, node.Version));
    }

    [Fact]
    public void Lost_block_boots_a_whole_slot_and_confirm_mends_it()
    {
        foreach (var first in new[] { 'a', 'b' })
            for (var step = SlotStep.Forget; step < SlotStep.Done; step++)
            {
                var node = new SlotNode(first);
                node.Update(2, healthy: true);
                node.Boot();
                node.Confirm(); // Both slots hold a system now, and the block alone would say which of them is being overwritten.
                node.Update(3, healthy: true, cutAt: step, half: true);
                node.LoseBlock();
                node.Boot();
                Assert.True(node.IsWhole, $"{first} {step}");
            }
    }

    [Fact]
    public void Any_order_of_updates_cuts_boots_and_commands_keeps_a_confirmed_slot()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var random = new Random(seed);
            var node = new SlotNode(random.Next(2) == 0 ? 'a' : 'b');
            for (var turn = 0; turn < 30; turn++)
            {
                switch (random.Next(5))
                {
                    case 0 or 1 when node.Standing.UpdateRefusal() is null:
                        var cut = random.Next(3) > 0 ? (SlotStep)random.Next((int)SlotStep.Done) : (SlotStep?)null;
                        node.Update(100 + turn, random.Next(2) == 0, cut, random.Next(2) == 0);
                        if (cut is not null) node.Boot();
                        break;
                    case 2:
                        node.Boot();
                        break;
                    case 3 when node.IsHealthy:
                        node.Confirm();
                        break;
                    default:
                        node.RollBack();
                        break;
                }

                Assert.True(node.IsWhole, $"seed {seed}, turn {turn}: an incomplete slot runs");
                Assert.True(node.HasConfirmed, $"seed {seed}, turn {turn}: no confirmed slot is left");
            }

            for (var boot = 0; boot <= BootRecord.LeftMax && !node.IsHealthy; boot++) node.Boot();
            Assert.True(node.IsHealthy, $"seed {seed}: it never comes back to a healthy system");
        }
    }

    [Fact]
    public void Every_phase_has_its_answer_to_every_order()
    {
        foreach (var running in new[] { Slot.A, Slot.B })
            foreach (var record in GrubEnvironmentTests.AllRecords())
            {
                var standing = new SlotStanding(running, record);
                if (standing.UpdateRefusal() is null)
                {
                    var update = SlotUpdate.Begin(standing);
                    Assert.NotEqual(standing.Record.Good, update.Target);
                    Assert.NotEqual(standing.Running, update.Target);
                }

                if (standing.Confirmed() is { } confirmed) Assert.Equal(SlotPhase.Settled, new SlotStanding(running, confirmed).Phase);
                Assert.Equal(standing.RolledBack(true, out var text) is null, standing.Phase is SlotPhase.FellBack or SlotPhase.Stray);
                Assert.NotEmpty(text);
            }
    }

    [Fact]
    public void Fault_ends_the_update_and_says_what_is_left()
    {
        for (var step = SlotStep.Forget; step < SlotStep.Done; step++)
        {
            var update = SlotUpdate.Begin(new SlotStanding(Slot.B, new BootRecord(Slot.B, null, 0, false)));
            while (update.Step != step) update = update.Next(null);
            var failed = update.Next("/dev/x: Input/output error");
            Assert.Equal(SlotStep.Failed, failed.Step);
            Assert.StartsWith("/dev/x: Input/output error. Slot b stays the good one", failed.Why, StringComparison.Ordinal);
            Assert.Throws<InvariantException>(() => failed.Next(null));
        }
    }
}
