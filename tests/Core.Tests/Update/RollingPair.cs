using Appliance.Core.Update;

namespace Appliance.Core.Tests.Update;

/// <summary>A pair on made-up time that does what the rolling update says; the process that carries it out dies whenever its node
/// does.</summary>
internal sealed class RollingPair
{
    /// <summary>When it begins, seconds.</summary>
    public const long Begun = 1000;

    private long _syncedAt;
    private long _hereBackAt;
    private long _thereBackAt;

    public RollingPair(bool hereServes)
    {
        Here = new PairNode(true, "1.0", SlotPhase.Settled, "", hereServes);
        There = Here with { Serves = !hereServes };
        Plan = RollingUpdate.Begin("2.0", View, Now, out var refusal) ?? throw new InvalidOperationException(refusal);
    }

    public PairNode Here { get; private set; }

    public PairNode There { get; private set; }

    public RollingUpdate Plan { get; private set; }

    public List<string> Deeds { get; } = [];

    public long Now { get; private set; } = Begun;

    public bool ThereIsHealthy { get; init; } = true;

    public bool ThereVanishes { get; init; }

    public bool MovesGroups { get; init; } = true;

    public long SyncSeconds { get; init; } = 300;

    private PairView View => new(Here, There with { Reached = Now >= _thereBackAt }, Now < _thereBackAt ? "the peer is dead"
        : Now < _syncedAt ? "the data is Inconsistent" : "");

    public void RunToEnd()
    {
        for (var turn = 0; turn < 10_000; turn++)
        {
            Now = Math.Max(Now + 10, _hereBackAt); // While this node boots nobody carries anything out.
            var (next, deed) = Plan.Step(View, Now);
            Plan = next;
            if (deed == RollingDeed.End) return;
            Perform(deed);
        }

        throw new InvalidOperationException($"it does not end: {Plan}");
    }

    private void Perform(RollingDeed deed)
    {
        var here = Plan.ActsHere;
        switch (deed)
        {
            case RollingDeed.Write:
                Deeds.Add($"write {(here ? "here" : "there")}");
                Set(here, Node(here) with { Phase = SlotPhase.Staged, Waiting = Plan.Version });
                break;
            case RollingDeed.Reboot:
                Deeds.Add($"reboot {(here ? "here" : "there")}");
                Reboot(here);
                break;
            case RollingDeed.SwitchOver:
                if (Deeds[^1] != "move") Deeds.Add("move");
                if (!MovesGroups) break;
                (Here, There) = (Here with { Serves = !Here.Serves }, There with { Serves = !There.Serves });
                break;
            default:
                break;
        }
    }

    private void Reboot(bool here)
    {
        var (node, back) = (Node(here), Now + 100);
        if (here || ThereIsHealthy) node = node with { Version = node.Waiting, Waiting = node.Version, Phase = SlotPhase.Settled };
        else node = node with { Phase = SlotPhase.FellBack };
        if (here) _hereBackAt = back;
        else _thereBackAt = ThereVanishes ? long.MaxValue : back;
        _syncedAt = back + SyncSeconds;
        Set(here, node);
    }

    private PairNode Node(bool here) => here ? Here : There;

    private void Set(bool here, PairNode node) => (Here, There) = here ? (node, There) : (Here, node);
}
