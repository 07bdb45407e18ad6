using Appliance.Agent.Status;
using Appliance.Core.Cluster;
using Appliance.Core.Update;

namespace Appliance.Agent.Update.Pair;

/// <summary>What a rolling update does its work with.</summary>
/// <param name="Here">This node.</param>
/// <param name="There">The other node.</param>
/// <param name="Status">What the agent here says; null: it does not answer.</param>
/// <param name="Switchover">Orders a group to move; null: taken.</param>
/// <param name="File">The update.</param>
/// <param name="UnixNow">Seconds since 1970.</param>
/// <param name="Pause">Between two looks.</param>
/// <param name="Tell">For the journal.</param>
internal sealed record PairWorld(
    IPairNode Here, IPairNode There, Func<StatusView?> Status, Func<string, string?> Switchover, string File, Func<long> UnixNow,
    Action<TimeSpan> Pause, Action<string> Tell);

/// <summary>Carries a rolling update out: looks, lets the machine decide, makes the plan durable, does it. It may die at any
/// moment.</summary>
internal sealed class PairRun(PairWorld world, PlanFile plan)
{
    private static readonly TimeSpan LookPause = TimeSpan.FromSeconds(5);

    /// <summary>Both nodes and what the agent says of their redundancy.</summary>
    public PairView Look(out string problem)
    {
        var status = world.Status();
        var (here, there) = (world.Here.Look(out _), world.There.Look(out problem));
        // Which node serves is the agents' knowledge; the one here hears both.
        return new PairView(
            here with { Serves = status is null || PairGap.Serves(status, here: true) },
            there with { Serves = status is null || PairGap.Serves(status, here: false) }, PairGap.Of(status));
    }

    /// <summary>Until it has ended. Null: the plan says how; else why it cannot go on.</summary>
    public string? Run()
    {
        if (plan.Read(out var problem) is not { } now) return problem.Length > 0 ? problem : "there is no rolling update";
        while (true)
        {
            var (next, deed) = now.Step(Look(out _), world.UnixNow());
            if (next != now && plan.Write(next) is { } unwritten) return unwritten;
            if (next.Stage != now.Stage || next.Words != now.Words) Tell(next);
            now = next;
            if (deed == RollingDeed.End) return null;
            var fault = Perform(now, deed);
            if (fault is null) continue;
            now = now.Failed(fault, world.UnixNow());
            Tell(now);
            return plan.Write(now);
        }
    }

    private string? Perform(RollingUpdate now, RollingDeed deed)
    {
        var node = now.ActsHere ? world.Here : world.There;
        switch (deed)
        {
            case RollingDeed.Write:
                world.Tell($"writing version {now.Version} to {(now.ActsHere ? "this node" : "the other node")}");
                return node.Write(world.File);
            case RollingDeed.Reboot:
                var refusal = node.Reboot();
                world.Pause(LookPause);
                return refusal;
            case RollingDeed.SwitchOver:
                SwitchOver(now);
                world.Pause(LookPause);
                return null;
            case RollingDeed.Wait:
                world.Pause(LookPause);
                return null;
            default:
                return null;
        }
    }

    /// <summary>What is refused is ordered again at the next look, until the machine's patience is over.</summary>
    private void SwitchOver(RollingUpdate now)
    {
        if (world.Status() is not { } status) return;
        foreach (var group in status.Groups)
        {
            var held = now.FirstIsHere ? group.PeerRole : group.Role;
            if (held == Role.Active && world.Switchover(group.Name) is { } refusal) world.Tell($"{group.Name} does not move: {refusal}");
        }
    }

    private void Tell(RollingUpdate now) =>
        world.Tell($"rolling update to {now.Version}: {RollingText.Word(now.Stage)}{(now.Words.Length > 0 ? $": {now.Words}" : "")}");
}
