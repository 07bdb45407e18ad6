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
    private static readonly TimeSpan SyncLimit = TimeSpan.FromSeconds(60);

    // Long enough that a fault which shows late is not taken for one without effect.
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(4);

    /// <summary>Waits until the pair is whole and serves; ends the lab with the reason when it does not get there.</summary>
    public void WaitUntilHealthy()
    {
        var why = "";
        if (!Waiting.Until(HealthLimit, TimeSpan.FromMilliseconds(250), () => (why = WhyNotReady()) is null))
            throw new LabException($"the pair did not become healthy within {HealthLimit.TotalSeconds} s: {why}");
    }

    /// <summary>
    /// Applies the fault to the given node (or the one that serves) and measures until the clients are served again, or are not.
    /// </summary>
    public FaultReport Play(Fault fault, NodePlan? node = null)
    {
        using var prober = Prober.Start(lab);
        if (!Waiting.Until(TimeSpan.FromSeconds(15), () => prober.IsSteady(lines: true)))
            throw new LabException($"the client gets no steady answers before the fault; {prober.WhyNotSteady()}");
        var serving = lab.Serving()[0];
        var victim = node ?? serving;
        // Without promises there is nothing that could be lost.
        if (stack.Replicates && !Waiting.Until(TimeSpan.FromSeconds(5), () => prober.Recordings.Promised.Count > 0))
            throw new LabException("the serving node drops no recordings");
        // A second of normal life first: the last answer before the fault must be an ordinary one.
        Thread.Sleep(TimeSpan.FromSeconds(1));

        var now = MonotonicClock.NowMs;
        var expected = fault.EitherMayServe ? null : fault.MovesService && victim == serving ? serving.Peer : serving;
        var scene = new Scene(fault, victim, serving, expected, now, now + MonotonicClock.UnixOffsetMs);
        fault.Apply(lab, stack, victim);
        Thread.Sleep(Watch);
        Waiting.Until(RecoveryLimit, () => prober.IsSteady(!fault.HoldsLines));
        return Report(scene, prober);
    }

    /// <summary>
    /// Waits after a repair until both copies are whole again, and says in the report how long that took, or that they are not.
    /// </summary>
    public FaultReport AwaitSync(FaultReport report)
    {
        if (!stack.Replicates) return report;
        var begin = MonotonicClock.NowMs;
        string? why = "";
        if (Waiting.Until(SyncLimit, TimeSpan.FromMilliseconds(100), () => (why = stack.WhyNotInSync(lab)) is null))
            return report with { InSyncAfterMs = (int)(MonotonicClock.NowMs - begin) };
        return report with { Verdict = report.IsOk ? $"the copies are not joined {SyncLimit.TotalSeconds:0} s after the repair: {why}"
            : report.Verdict };
    }

    // What was so before, what is done, what is expected after, and when (monotonic and Unix milliseconds).
    private sealed record Scene(Fault Fault, NodePlan Victim, NodePlan ServedBefore, NodePlan? Expected, double Ms, double UnixMs);

    private string? WhyNotReady() =>
        lab.Serving().Count != 1 ? $"{lab.Serving().Count} nodes hold the service address"
            : stack.WhyNotHealthy(lab) ?? stack.WhyNotInSync(lab);

    private FaultReport Report(Scene scene, Prober prober)
    {
        var end = MonotonicClock.NowMs;
        var steady = prober.IsSteady(!scene.Fault.HoldsLines);
        var gaps = Enum.GetValues<ProbeKind>().ToDictionary(
            kind => kind, kind => prober.Answers(kind).Last > end - 1000 ? prober.Answers(kind).LongestGapSince(scene.Ms, end) : null);
        var serving = lab.Serving().Where(node => !lab.Machine(node).Group.IsFrozen).ToArray();
        var verdict = Verdict(scene, steady, serving, prober.Owners.ChangesSince(scene.Ms - 500));
        var moved = serving is not [var one] || one != scene.ServedBefore;
        var rows = CountRows(prober, serving, moved ? gaps[ProbeKind.MySql]?.ToMs ?? end : double.NegativeInfinity, end);
        var files = CountFiles(prober, serving);
        if (verdict == "ok" && rows.Lost > 0) verdict = $"{rows.Lost} acknowledged rows are lost";
        var pri = prober.Lines?.Good is { } lines && lines.Last > end - 1000 ? lines.LongestGapSince(scene.Ms, end) : null;
        if (verdict == "ok" && stack.HasLines && !scene.Fault.HoldsLines && pri is null)
            verdict = $"the telephone lines are not served: {prober.Lines?.Why}";
        if (verdict == "ok" && files.Lost > 0) verdict = $"{files.Lost} acknowledged recordings are lost or changed";
        var events = lab.Nodes.Where(node => node.IsOn && !node.Group.IsFrozen)
            .SelectMany(node => stack.Events(node, scene.UnixMs - 100)).ToArray();
        var client = gaps.Where(gap => gap.Value is not null).ToDictionary(gap => gap.Key, gap => gap.Value!);
        return new FaultReport
        {
            Fault = scene.Fault.Name,
            Node = scene.Victim.Name,
            AtUnixMs = Math.Round(scene.UnixMs),
            OutageMs = new Outages(Longer(gaps[ProbeKind.Arp], gaps[ProbeKind.Tcp]), Whole(gaps[ProbeKind.MySql]),
                Whole(gaps[ProbeKind.Sip])) { Pri = Whole(pri) },
            Rows = rows,
            Files = files,
            Phases = Timeline.Phases(events, client, scene.UnixMs, scene.Ms),
            Verdict = verdict,
            Timeline = Timeline.Merge(scene.Fault, scene.Victim, events, client, scene.UnixMs, scene.Ms),
        };
    }

    private static string Verdict(Scene scene, bool steady, NodePlan[] serving, int ownerChanges)
    {
        if (!steady) return $"the services do not answer {RecoveryLimit.TotalSeconds:0} s after the fault";
        if (serving.Length != 1) return $"{serving.Length} nodes hold the service address at the end";
        if (scene.Expected is { } expected && serving[0] != expected)
            return $"{serving[0].Name} serves at the end, {expected.Name} was expected to";
        return ownerChanges > 1 ? $"two nodes answered for the service address by turns ({ownerChanges} changes)" : "ok";
    }

    // With a replica every promised row is expected, whoever serves. Without one each node has a database of its own: of the rows
    // promised before a takeover none is expected after it.
    private RowCount CountRows(Prober prober, NodePlan[] serving, double fromMs, double untilMs)
    {
        var all = prober.Rows.Promised(double.NegativeInfinity, untilMs);
        var expected = stack.Replicates ? all : prober.Rows.Promised(fromMs, untilMs);
        var present = serving is [var one] && lab.Machine(one).IsOn
            ? prober.Rows.PresentIn(lab.Machine(one)).Intersect(expected).Count() : 0;
        return new RowCount(all.Count, present, expected.Count - present, all.Count - expected.Count, stack.Replicates);
    }

    private FileCount CountFiles(Prober prober, NodePlan[] serving) =>
        !stack.Replicates ? new FileCount(0, 0, 0)
        : serving is [var one] && lab.Machine(one).IsOn ? prober.Recordings.CompareOn(lab.Machine(one))
        : new FileCount(prober.Recordings.Promised.Count, 0, prober.Recordings.Promised.Count);

    private static int? Whole(Outage? outage) => outage is null ? null : (int)Math.Round(outage.Ms);

    private static int? Longer(Outage? one, Outage? other) =>
        one is null || other is null ? null : Math.Max(Whole(one)!.Value, Whole(other)!.Value);
}
