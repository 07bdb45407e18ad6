using Appliance.Lab.Faults;
using Appliance.Lab.Host;
using Appliance.Lab.Setup;
using Appliance.Lab.Stacks;
using Appliance.Lab.Story;

namespace Appliance.Lab.Scenarios;

/// <summary>What the steps of a scenario work with.</summary>
public sealed class ScenarioContext(LabRun lab, IClusterStack stack)
{
    // The fastest restart of anything takes longer; a busy host alone costs a client up to 300 ms.
    private const int NoticeableMs = 500;
    private const int AloneMs = 2000;

    // A commit waits for the host's disk to flush, which other users of the same disk delay.
    private const int FlushMs = 1500;
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(10);

    private readonly FaultRun _story = new(lab, stack);

    /// <summary>The lab.</summary>
    public LabRun Lab => lab;

    /// <summary>The stack on it.</summary>
    public IClusterStack Stack => stack;

    /// <summary>The node that serves now; exactly one may.</summary>
    public NodePlan Serving =>
        lab.Serving() is [var one] ? one : throw new LabException($"{lab.Serving().Count} nodes hold the service address");

    /// <summary>Applies a fault to the serving node, or to the given one, and requires the verdict "ok".</summary>
    public FaultReport Play(string fault, NodePlan? node = null)
    {
        var report = _story.Play(FaultCatalog.Parse(fault, 30), node);
        Require(report.IsOk, report.Verdict);
        return report;
    }

    /// <summary>Requires that the client noticed nothing.</summary>
    public static void RequireUnnoticed(FaultReport report)
    {
        RequireCallsUnnoticed(report);
        RequireInTime(report.OutageMs.MySql <= FlushMs, $"the database did not answer for {report.OutageMs.MySql} ms");
    }

    /// <summary>Requires that the client noticed no more than what a mirrored write waits until the peer is known to be lost.</summary>
    public static void RequireOnlyWritesWaited(FaultReport report)
    {
        RequireCallsUnnoticed(report);
        RequireInTime(report.OutageMs.MySql <= AloneMs, $"the database waited {report.OutageMs.MySql} ms for a peer that was lost");
    }

    private static void RequireCallsUnnoticed(FaultReport report)
    {
        RequireInTime(report.OutageMs.Address <= NoticeableMs, $"the address did not answer for {report.OutageMs.Address} ms");
        RequireInTime(report.OutageMs.Sip <= NoticeableMs, $"SIP was not answered for {report.OutageMs.Sip} ms");
    }

    /// <summary>The main process of a unit in a node.</summary>
    public string MainProcess(NodePlan node, string unit) =>
        lab.Machine(node).Run("systemctl", "show", "--property=MainPID", "--value", unit).Trim();

    /// <summary>Requires that this node, and no other, serves within ten seconds.</summary>
    public void RequireServing(NodePlan node) =>
        Require(Waiting.Until(SettleLimit, TimeSpan.FromMilliseconds(100), () => lab.Serving() is [var one] && one == node),
            $"{node.Name} was to serve alone; the service address is held by: " +
            string.Join(", ", lab.Serving().Select(plan => plan.Name)));

    /// <summary>Repairs links, paused machines and stopped processes.</summary>
    public void Heal() => FaultCatalog.Heal(lab, stack);

    /// <summary>Waits for a healthy pair.</summary>
    public void WaitUntilHealthy() => _story.WaitUntilHealthy();

    /// <summary>Brings everything back for the next scenario.</summary>
    public void Restore()
    {
        Heal();
        foreach (var node in lab.Nodes) node.PowerOn();
        WaitUntilHealthy();
    }

    private static void RequireInTime(bool holds, string otherwise)
    {
        if (!holds) throw new TooSlowException(otherwise);
    }

    /// <summary>Ends the scenario with the reason unless the claim holds.</summary>
    public static void Require(bool holds, string otherwise)
    {
        if (!holds) throw new LabException(otherwise);
    }
}
