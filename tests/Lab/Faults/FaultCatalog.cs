using Appliance.Lab.Host;
using Appliance.Lab.Setup;
using Appliance.Lab.Stacks;

namespace Appliance.Lab.Faults;

/// <summary>All faults by name.</summary>
public static class FaultCatalog
{
    private const string Asterisk = "asterisk.service";
    private const string MariaDb = "mariadb.service";
    private const string ReplicaUnit = "appliance-replica@data.service";
    private static readonly TimeSpan WithoutPower = TimeSpan.FromSeconds(2);

    /// <summary>Every fault, in the order of the usage text.</summary>
    public static readonly IReadOnlyList<Fault> All =
    [
        new("power", "cuts the power: processes and links end in the same instant", true, true,
            (lab, _, node) => lab.Machine(node).PowerCut()),
        new("both-power", "cuts the power of both nodes at once; it comes back after two seconds", true, true,
            (lab, _, _) => CutBoth(lab)) { EitherMayServe = true },
        new("disk-eio", "the data disk fails: every read and write ends with an I/O error", false, false,
            (lab, _, node) => lab.Machine(node).Disk.SetFailing(true)) { EitherMayServe = true },
        new("kill-replica", "kills the replica's process (SIGKILL)", false, true,
            (lab, _, node) => Signal(lab, node, ReplicaUnit, "KILL", "main")) { EitherMayServe = true },
        new("pause", "stops the whole machine as a paused virtual machine; \"resume\" continues it", true, true,
            (lab, _, node) => lab.Machine(node).Pause()) { HoldsLines = true },
        new("switchover", "no fault: the planned switchover", true, true, (lab, stack, node) => stack.SwitchAway(lab, node)),
        new("kill-agent", "kills the cluster software's main process (SIGKILL)", false, false,
            (lab, stack, node) => Signal(lab, node, stack.AgentUnit, "KILL", "main")),
        new("stop-agent", "stops that process without ending it; the services run on, nobody may take over beside them", false, false,
            (lab, stack, node) => Signal(lab, node, stack.AgentUnit, "STOP", "main")),
        new("kill-asterisk", "kills Asterisk", false, true, (lab, _, node) => Signal(lab, node, Asterisk, "KILL", "all")),
        new("hang-asterisk", "stops Asterisk without ending it: the process is there and answers nobody", false, true,
            (lab, _, node) => Signal(lab, node, Asterisk, "STOP", "all")),
        new("kill-mariadb", "kills MariaDB", false, true, (lab, _, node) => Signal(lab, node, MariaDb, "KILL", "all")),
        new("hang-mariadb", "stops MariaDB without ending it", false, true, (lab, _, node) => Signal(lab, node, MariaDb, "STOP", "all")),
        new("hang-relay", "the relay of the telephone lines takes nothing and says nothing any more", false, false,
            (lab, _, _) => LineHardware.SetHanging(lab.Place, hangs: true)),
        new("cut-lan", "unplugs the LAN", true, true, (lab, _, node) => LinkFaults.Unplug(lab, node, "lan")),
        new("cut-lan-in", "loses everything the LAN sends to the node", true, true,
            (lab, _, node) => LinkFaults.Drop(lab, node, "lan", Direction.In, 100)),
        new("cut-lan-out", "loses everything the node sends to the LAN", true, true,
            (lab, _, node) => LinkFaults.Drop(lab, node, "lan", Direction.Out, 100)),
        new("cut-cable", "unplugs the cluster cable", false, false, (lab, _, node) => LinkFaults.Unplug(lab, node, "cable")),
        new("cut-cable-in", "loses everything the cable brings to the node", false, false,
            (lab, _, node) => LinkFaults.Drop(lab, node, "cable", Direction.In, 100)),
        new("cut-cable-out", "loses everything the node sends over the cable", false, false,
            (lab, _, node) => LinkFaults.Drop(lab, node, "cable", Direction.Out, 100)),
        new("cut-serial", "cuts both wires of the serial cable", false, false,
            (lab, _, node) => LinkFaults.CutSerial(lab, node, Direction.Both)),
        new("cut-serial-in", "cuts the serial wire towards the node", false, false,
            (lab, _, node) => LinkFaults.CutSerial(lab, node, Direction.In)),
        new("cut-serial-out", "cuts the serial wire away from the node", false, false,
            (lab, _, node) => LinkFaults.CutSerial(lab, node, Direction.Out)),
        new("isolate", "unplugs the node from LAN, cable and serial cable", true, true, (lab, _, node) => LinkFaults.Isolate(lab, node)),
        new("cut-all", "cuts every way between the nodes; both still see the router and the client", false, false,
            (lab, _, _) => LinkFaults.CutBetween(lab)),
        new("loss", "loses 30 % (or --percent N) of what the node sends and receives on LAN and cable", false, false,
            (lab, _, node) => LinkFaults.Lose(lab, node, 30)),
    ];

    /// <summary>The fault with this name.</summary>
    public static Fault Parse(string name, int percent) =>
        name == "loss"
            ? Named(name) with { Apply = (lab, _, node) => LinkFaults.Lose(lab, node, percent) }
            : Named(name);

    /// <summary>Repairs everything but the power: links, paused machines, stopped processes.</summary>
    public static void Heal(LabRun lab, IClusterStack stack)
    {
        foreach (var node in lab.Nodes.Where(node => node.IsOn && node.Group.IsFrozen)) node.Resume();
        LinkFaults.Heal(lab);
        LineHardware.SetHanging(lab.Place, hangs: false);
        foreach (var node in lab.Nodes.Where(node => node.Disk.IsFailing))
        {
            node.Disk.SetFailing(false);
            if (!node.IsOn) continue;
            stack.ReattachDisk(lab, node);
            stack.ForgetFailures(node);
        }
        foreach (var node in lab.Nodes.Where(node => node.IsOn))
            foreach (var unit in new[] { stack.AgentUnit, Asterisk, MariaDb })
                node.Try("systemctl", "kill", "--signal=CONT", "--kill-whom=all", unit);
    }

    private static Fault Named(string name) =>
        All.FirstOrDefault(fault => fault.Name == name)
        ?? throw new LabException($"there is no fault \"{name}\"; there are: {string.Join(", ", All.Select(fault => fault.Name))}");

    private static void CutBoth(LabRun lab)
    {
        NodeMachine.PowerCutAtOnce([.. lab.Nodes.Where(node => node.IsOn)]);
        Thread.Sleep(WithoutPower);
        foreach (var node in lab.Nodes) node.Start();
    }

    private static void Signal(LabRun lab, NodePlan node, string unit, string signal, string whom) =>
        lab.Machine(node).Run("systemctl", "kill", $"--signal={signal}", $"--kill-whom={whom}", unit);
}
