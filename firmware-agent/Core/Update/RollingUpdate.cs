namespace Appliance.Core.Update;

/// <summary>How a node stands, as it says itself.</summary>
/// <param name="Reached">It answers; the rest is unknown otherwise.</param>
/// <param name="Version">That runs.</param>
/// <param name="Phase">Of its slots.</param>
/// <param name="Waiting">Version in the slot that does not run; empty: none.</param>
/// <param name="Serves">It holds a group.</param>
public sealed record PairNode(bool Reached, string Version, SlotPhase Phase, string Waiting, bool Serves);

/// <summary>The pair at one moment.</summary>
/// <param name="Here">The node that carries the update out.</param>
/// <param name="There">Its peer.</param>
/// <param name="Gap">Why either node could not take over all groups at once; empty: redundancy is complete.</param>
public sealed record PairView(PairNode Here, PairNode There, string Gap)
{
    public PairNode Of(bool here) => here ? Here : There;
}

/// <summary>What is done next, in this order.</summary>
public enum RollingStage
{
    WriteFirst,
    RebootFirst,
    AwaitFirst,
    SwitchOver,
    WriteSecond,
    RebootSecond,
    AwaitSecond,
    Done,
    Stopped,
}

/// <summary>What the shell does now; the plan that comes with it is on the disk before it does.</summary>
public enum RollingDeed
{
    /// <summary>Look again in a while.</summary>
    Wait,

    /// <summary>Write the update into the other slot of a node.</summary>
    Write,

    Reboot,

    /// <summary>Move all groups to the node that runs the new version.</summary>
    SwitchOver,

    /// <summary>Look again at once: the stage has changed.</summary>
    Again,

    /// <summary>Nothing more; the plan says how it ended.</summary>
    End,
}

/// <summary>The rolling update of a pair: durable on the node that carries it out, so that its own reboot is part of it.</summary>
/// <param name="Version">To which both nodes go.</param>
/// <param name="FirstIsHere">The node that is updated first, because it does not serve.</param>
/// <param name="Since">When the stage was entered, seconds since 1970.</param>
/// <param name="Words">Why it waits, or how it ended.</param>
public sealed record RollingUpdate(string Version, bool FirstIsHere, RollingStage Stage, long Since, string Words)
{
    /// <summary>A node that was rebooted is healthy after this long, or the update stops.</summary>
    public const long HealthySeconds = 45 * 60;

    /// <summary>What was written meanwhile is copied after this long, or the update stops.</summary>
    public const long SyncedSeconds = 12 * 3600;

    /// <summary>The groups have moved after this long, or the update stops.</summary>
    public const long MovedSeconds = 10 * 60;

    /// <summary>An order whose effect is not seen is given again after this long.</summary>
    public const long AgainSeconds = 120;

    /// <summary>What speaks against a write or a reboot may be over after this long (a heartbeat that is late, a listener that starts).
    /// </summary>
    public const long PatienceSeconds = 120;

    /// <summary>Null and a sentence when it must not begin.</summary>
    public static RollingUpdate? Begin(string version, PairView view, long now, out string refusal)
    {
        refusal = view.Gap.Length > 0 ? $"redundancy is not complete: {view.Gap}"
            : !view.There.Reached ? "the other node does not take updates now"
            : view.Here.Serves && view.There.Serves ? "both nodes serve groups: move them to one node first (appliance switchover GROUP)"
            : "";
        return refusal.Length > 0 ? null : new RollingUpdate(version, !view.Here.Serves, RollingStage.WriteFirst, now, "");
    }

    /// <summary>The node that is worked on.</summary>
    public bool ActsHere => FirstIsHere == Stage is RollingStage.WriteFirst or RollingStage.RebootFirst or RollingStage.AwaitFirst;

    //   WriteFirst ─▶ RebootFirst ─▶ AwaitFirst ─▶ SwitchOver ─▶ WriteSecond ─▶ RebootSecond ─▶ AwaitSecond ─▶ Done
    //       │              │             │             │              │               │              │
    //       └──────────────┴─────────────┴──────┬──────┴──────────────┴───────────────┴──────────────┘
    //                                           ▼
    //      Stopped: redundancy is gone before a write or a reboot, the node serves, it fell back, a deadline is over
    //
    // A node is written and rebooted only while it serves nothing and the other one could go on alone; the second one only when the first
    // one runs the new version, confirmed, with all data.

    public (RollingUpdate Next, RollingDeed Deed) Step(PairView view, long now) => Stage switch
    {
        RollingStage.WriteFirst => Prepare(view, FirstIsHere, RollingStage.RebootFirst, RollingStage.SwitchOver, now),
        RollingStage.RebootFirst => Restart(view, FirstIsHere, RollingStage.AwaitFirst, now),
        RollingStage.AwaitFirst => Await(view, FirstIsHere, RollingStage.SwitchOver, now),
        RollingStage.SwitchOver => Move(view, now),
        RollingStage.WriteSecond => Prepare(view, !FirstIsHere, RollingStage.RebootSecond, RollingStage.Done, now),
        RollingStage.RebootSecond => Restart(view, !FirstIsHere, RollingStage.AwaitSecond, now),
        RollingStage.AwaitSecond => Await(view, !FirstIsHere, RollingStage.Done, now),
        _ => (this, RollingDeed.End),
    };

    /// <summary>The shell could not do what it was told.</summary>
    public RollingUpdate Failed(string why, long now) => Stop(why, now).Next;

    private (RollingUpdate Next, RollingDeed Deed) Prepare(PairView view, bool here, RollingStage reboot, RollingStage skip, long now)
    {
        var node = view.Of(here);
        if (node.Reached && node.Version == Version && node.Phase == SlotPhase.Settled) return Enter(skip, now);
        if (node is { Reached: true, Phase: SlotPhase.Staged } && node.Waiting == Version) return Enter(reboot, now);
        return Unsafe(view, here) is { } why ? Object(why, now) : (this, RollingDeed.Write);
    }

    private (RollingUpdate Next, RollingDeed Deed) Restart(PairView view, bool here, RollingStage await, long now) =>
        Unsafe(view, here) is { } why ? Object(why, now) : (Enter(await, now).Next, RollingDeed.Reboot);

    private (RollingUpdate Next, RollingDeed Deed) Object(string why, long now) =>
        now - Since > PatienceSeconds ? Stop(why, now) : (this with { Words = $"waiting: {why}" }, RollingDeed.Wait);

    private (RollingUpdate Next, RollingDeed Deed) Await(PairView view, bool here, RollingStage next, long now)
    {
        var (node, spent) = (view.Of(here), now - Since);
        if (!node.Reached || node.Version != Version || node.Phase != SlotPhase.Settled)
        {
            if (node is { Reached: true, Phase: SlotPhase.FellBack })
                return Stop($"{Name(here)} fell back to {node.Version}: {Version} did not become healthy there", now);
            if (node is { Reached: true, Phase: SlotPhase.Settled })
                return Stop($"{Name(here)} runs {node.Version}, and nothing is on trial there any more", now);
            if (spent > HealthySeconds)
                return Stop($"{Name(here)} did not become healthy with {Version} in {HealthySeconds / 60} minutes", now);
            // The order may have been lost with the power; a node that still stands before its reboot is told again.
            if (node is { Reached: true, Phase: SlotPhase.Staged } && spent > AgainSeconds && Unsafe(view, here) is null)
                return (this with { Since = now }, RollingDeed.Reboot);
            return (this with { Words = $"waiting for {Name(here)} to run {Version} and to be healthy" }, RollingDeed.Wait);
        }

        if (view.Gap.Length == 0) return Enter(next, now);
        return spent > SyncedSeconds ? Stop($"redundancy did not come back in {SyncedSeconds / 3600} hours: {view.Gap}", now)
            : (this with { Words = $"waiting for redundancy: {view.Gap}" }, RollingDeed.Wait);
    }

    private (RollingUpdate Next, RollingDeed Deed) Move(PairView view, long now)
    {
        if (!view.Of(!FirstIsHere).Serves) return Enter(RollingStage.WriteSecond, now);
        if (now - Since > MovedSeconds) return Stop($"the groups did not move in {MovedSeconds / 60} minutes", now);
        return view.Gap.Length > 0 ? (this with { Words = $"waiting for redundancy: {view.Gap}" }, RollingDeed.Wait)
            : (this with { Words = "moving the groups to the node that runs the new version" }, RollingDeed.SwitchOver);
    }

    /// <summary>Why this node may not be written or rebooted now; null: it may.</summary>
    private string? Unsafe(PairView view, bool here)
    {
        var (node, other) = (view.Of(here), view.Of(!here));
        if (view.Gap.Length > 0) return $"redundancy is not complete: {view.Gap}";
        if (!node.Reached) return $"{Name(here)} does not take updates now";
        if (node.Serves) return $"{Name(here)} serves: it was to be updated while it does not";
        if (here == FirstIsHere) return null;
        return other.Reached && other.Version == Version && other.Phase == SlotPhase.Settled ? null
            : $"{Name(!here)} does not run {Version} confirmed";
    }

    private static string Name(bool here) => here ? "this node" : "the other node";

    private (RollingUpdate Next, RollingDeed Deed) Enter(RollingStage stage, long now) =>
        (this with { Stage = stage, Since = now, Words = "" }, stage == RollingStage.Done ? RollingDeed.End : RollingDeed.Again);

    private (RollingUpdate Next, RollingDeed Deed) Stop(string why, long now) =>
        (this with { Stage = RollingStage.Stopped, Since = now, Words = why }, RollingDeed.End);
}
