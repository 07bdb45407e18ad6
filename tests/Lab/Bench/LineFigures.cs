using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Appliance.Lab.Host;
using Appliance.Lab.Setup;
using Appliance.Lab.Stacks;

namespace Appliance.Lab.Bench;

/// <summary>The figures of the telephone lines, each measured once from a healthy pair. Milliseconds; null: it did not happen.</summary>
/// <param name="settle">Waits for a healthy pair.</param>
internal sealed partial class LineFigures(LabRun lab, IClusterStack stack, Action settle)
{
    private const string Asterisk = "asterisk.service";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>From the signal to Asterisk until the relay lets go. The signal's own way into the node counts.</summary>
    public double? AsteriskDead() => LetGo(node =>
        node.Run("systemctl", "kill", "--signal=KILL", "--kill-whom=all", Asterisk));

    /// <summary>From kill -9 of an agent that is not started again until the relay lets go.</summary>
    public double? AgentDead()
    {
        var node = lab.Machine(NodePlan.A);
        var folder = $"{node.Root}/etc/systemd/system/{stack.AgentUnit}.d";
        Directory.CreateDirectory(folder);
        File.WriteAllText($"{folder}/bench.conf", "[Service]\nRestart=no\n");
        node.Run("systemctl", "daemon-reload");
        try
        {
            return LetGo(Kill);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
            node.Run("systemctl", "daemon-reload");
            node.Run("systemctl", "start", stack.AgentUnit);
        }
    }

    /// <summary>From SIGSTOP to the agent until the relay lets go.</summary>
    public double? AgentHung()
    {
        try
        {
            return LetGo(node => node.Run("systemctl", "kill", "--signal=STOP", "--kill-whom=main", stack.AgentUnit));
        }
        finally
        {
            lab.Machine(NodePlan.A).Run("systemctl", "kill", "--signal=CONT", "--kill-whom=main", stack.AgentUnit);
        }
    }

    /// <summary>From the decision to start the lines until the bridge had been told, as the node itself says.</summary>
    public static double? Steered(LabRun lab, NodePlan node)
    {
        double? took = null;
        Waiting.Until(Limit, TimeSpan.FromMilliseconds(100), () => (took = Told(lab.Machine(node))) is not null);
        return took;
    }

    /// <summary>Worst lateness of the heartbeat so far, before and after a time in which the relay hangs.</summary>
    public (double BeforeMs, double AfterMs) HangingRelay(TimeSpan time)
    {
        ServeAtA();
        var node = lab.Machine(NodePlan.A);
        // A fresh agent: the worst lateness counts from its start, and an earlier measurement may have stopped it.
        Kill(node);
        settle();
        ServeAtA();
        // The same time of ordinary life first: what this machine's load alone does to a thread.
        Thread.Sleep(time);
        var before = Lateness(node);
        LineHardware.SetHanging(lab.Place, hangs: true);
        Thread.Sleep(time);
        var after = Lateness(node);
        LineHardware.SetHanging(lab.Place, hangs: false);
        // A node whose relay did not obey may have given the group away; that is what the other node is for.
        foreach (var machine in lab.Nodes) stack.ForgetFailures(machine);
        settle();
        return (before, after);
    }

    /// <summary>The lines are at the first node, the only one whose relay moves.</summary>
    public void ServeAtA()
    {
        settle();
        if (lab.Serving() is [var one] && one == NodePlan.B)
        {
            stack.SwitchAway(lab, NodePlan.B);
            Waiting.Until(Limit, () => lab.Serving() is [var now] && now == NodePlan.A);
            settle();
        }

        if (!Waiting.Until(Limit, () => LineHardware.RelayAt(lab.Place) == NodePlan.A))
            throw new LabException($"pbx-a serves, and the relay has the line at {LineHardware.RelayAt(lab.Place).Name}");
    }

    private double? LetGo(Action<NodeMachine> fault)
    {
        ServeAtA();
        Thread.Sleep(TimeSpan.FromSeconds(1));
        var begin = MonotonicClock.NowMs;
        fault(lab.Machine(NodePlan.A));
        double? moved = null;
        Waiting.Until(Limit, TimeSpan.FromMilliseconds(20), () => (moved = LineHardware.MovedTo(lab.Place, NodePlan.B, begin)) is not null);
        return moved - begin;
    }

    private void Kill(NodeMachine node) => node.Run("systemctl", "kill", "--signal=KILL", "--kill-whom=main", stack.AgentUnit);

    private static double Lateness(NodeMachine node)
    {
        using var status = JsonDocument.Parse(node.Run("appliance", "status", "--json"));
        return status.RootElement.GetProperty("heartbeat").GetProperty("lateness_max_us").GetDouble() / 1000;
    }

    /// <summary>The last switch of the bridge's line, as the node's status tells it.</summary>
    private static double? Told(NodeMachine node)
    {
        var found = Within().Match(node.Try("appliance", "status", "--json").Output);
        return found.Success ? double.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture) : null;
    }

    [GeneratedRegex("told within ([0-9]+) ms")]
    private static partial Regex Within();
}
