using Appliance.Lab.Faults;
using Appliance.Lab.Host;
using Appliance.Lab.Probing;
using Appliance.Lab.Setup;
using Appliance.Lab.Stacks;

namespace Appliance.Lab.Story;

/// <summary>One fault from a healthy pair to the client's verdict.</summary>
public sealed class FaultRun(LabRun lab, IClusterStack stack)
{
    private static readonly TimeSpan HealthLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan RecoveryLimit = TimeSpan.FromSeconds(60);

    // Long enough that a fault which shows late is not taken for one without effect.
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(4);

    /// <summary>Waits until the pair is whole and serves; ends the lab with the reason when it does not get there.</summary>
    public void WaitUntilHealthy()
    {
        var why = "";
        if (!Waiting.Until(HealthLimit, TimeSpan.FromMilliseconds(250), () => (why = WhyNotReady()) is null))
            throw new LabException($"the pair did not become healthy within {HealthLimit.TotalSeconds} s: {why}");
    }

    /// <summary>Applies the fault to the node that serves and measures until the clients are served again, or are not.</summary>
    public FaultReport Play(Fault fault)
    {
        using var prober = Prober.Start(lab);
        if (!Waiting.Until(TimeSpan.FromSeconds(15), prober.IsSteady)) throw new LabException("the client gets no steady answers before the fault");
        var victim = lab.Serving()[0];
        // Three seconds of normal life first: the last answer before the fault must be an ordinary one.
        Thread.Sleep(TimeSpan.FromSeconds(1));

        var before = Begin();
        fault.Apply(lab, stack, victim);
        Thread.Sleep(Watch);
        Waiting.Until(RecoveryLimit, prober.IsSteady);
        return Report(fault, victim, prober, before);
    }

    private static (double Monotonic, double Unix) Begin()
    {
        var now = MonotonicClock.NowMs;
        return (now, now + MonotonicClock.UnixOffsetMs);
    }

    private string? WhyNotReady() =>
        lab.Serving().Count != 1 ? $"{lab.Serving().Count} nodes hold the service address" : stack.WhyNotHealthy(lab);

    private FaultReport Report(Fault fault, NodePlan victim, Prober prober, (double Monotonic, double Unix) before)
    {
        var end = MonotonicClock.NowMs;
        var steady = prober.IsSteady();
        var gaps = Enum.GetValues<ProbeKind>().ToDictionary(
            kind => kind, kind => prober.Answers(kind).Last > end - 1000 ? prober.Answers(kind).LongestGapSince(before.Monotonic, end) : null);
        var serving = lab.Serving().Where(node => !lab.Machine(node).Group.IsFrozen).ToArray();
        var verdict = Verdict(fault, victim, steady, serving, prober.Owners.ChangesSince(before.Monotonic - 500));
        var rows = CountRows(prober, serving, serving.Contains(victim) ? double.NegativeInfinity : gaps[ProbeKind.MySql]?.ToMs ?? end);
        if (verdict == "ok" && rows.Lost > 0) verdict = $"{rows.Lost} acknowledged rows are lost";
        var events = lab.Nodes.Where(node => node.IsOn && !node.Group.IsFrozen).SelectMany(node => stack.Events(node, before.Unix - 100)).ToArray();
        var client = gaps.Where(gap => gap.Value is not null).ToDictionary(gap => gap.Key, gap => gap.Value!);
        return new FaultReport
        {
            Fault = fault.Name,
            Node = victim.Name,
            AtUnixMs = Math.Round(before.Unix),
            OutageMs = new Outages(Longer(gaps[ProbeKind.Arp], gaps[ProbeKind.Tcp]), Whole(gaps[ProbeKind.MySql]), Whole(gaps[ProbeKind.Sip])),
            Rows = rows,
            Phases = Timeline.Phases(events, client, before.Unix, before.Monotonic),
            Verdict = verdict,
            Timeline = Timeline.Merge(fault, victim, events, client, before.Unix, before.Monotonic),
        };
    }

    private static string Verdict(Fault fault, NodePlan victim, bool steady, NodePlan[] serving, int ownerChanges)
    {
        if (!steady) return $"the services do not answer {RecoveryLimit.TotalSeconds:0} s after the fault";
        if (serving.Length != 1) return $"{serving.Length} nodes hold the service address at the end";
        var expected = fault.MovesService ? victim.Peer : victim;
        if (serving[0] != expected) return $"{serving[0].Name} serves at the end, {expected.Name} was expected to";
        return ownerChanges > 1 ? $"two nodes answered for the service address by turns ({ownerChanges} changes)" : "ok";
    }

    private RowCount CountRows(Prober prober, NodePlan[] serving, double sinceMs)
    {
        var all = prober.Rows.Acknowledged;
        var expected = prober.Rows.AcknowledgedSince(sinceMs);
        var present = serving.Length == 1 && lab.Machine(serving[0]).IsOn ? prober.Rows.PresentIn(lab.Machine(serving[0]), sinceMs) : 0;
        return new RowCount(all, present, Math.Max(0, expected - present), all - expected, Replicated: false);
    }

    private static int? Whole(Outage? outage) => outage is null ? null : (int)Math.Round(outage.Ms);

    private static int? Longer(Outage? one, Outage? other) => one is null || other is null ? null : Math.Max(Whole(one)!.Value, Whole(other)!.Value);
}
