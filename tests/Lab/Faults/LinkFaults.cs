using Appliance.Lab.Host;
using Appliance.Lab.Setup;

namespace Appliance.Lab.Faults;

/// <summary>Faults of the wires. They happen at the switch, so that the node's own network setup is never touched.</summary>
/// <remarks>The development machines' kernels have no netem; loss is made with nftables, and there is no delay.</remarks>
public static class LinkFaults
{
    /// <summary>Pulls the plug: the node loses its carrier.</summary>
    public static void Unplug(LabRun lab, NodePlan node, string medium) =>
        lab.Network.SetPorts([LabNetwork.Port(node, medium)], up: false);

    /// <summary>Drops packets in one or both directions while the carrier stays.</summary>
    public static void Drop(LabRun lab, NodePlan node, string medium, Direction direction, int percent)
    {
        if (percent is < 0 or > 100) throw new LabException($"a loss of {percent} % is not possible; say 0 to 100");
        var port = LabNetwork.Port(node, medium);
        var chance = percent == 100 ? "drop" : $"numgen random mod 100 < {percent} drop";
        // What enters the switch at the port is what the node sends.
        if (direction.HasFlag(Direction.Out))
            AddRules(lab, "netdev", $"{port}-out", $"type filter hook ingress device \"{port}\" priority 0", chance);
        if (direction.HasFlag(Direction.In))
            AddRules(lab, "netdev", $"{port}-in", $"type filter hook egress device \"{port}\" priority 0", chance);
    }

    /// <summary>Loses a share of everything on LAN and cable, both ways.</summary>
    public static void Lose(LabRun lab, NodePlan node, int percent)
    {
        foreach (var medium in LabNetwork.Media) Drop(lab, node, medium, Direction.Both, percent);
    }

    /// <summary>Cuts wires of the serial cable.</summary>
    public static void CutSerial(LabRun lab, NodePlan node, Direction direction)
    {
        if (direction.HasFlag(Direction.Out)) File.WriteAllText(SerialCable.CutFile(lab.Place, node), "");
        if (direction.HasFlag(Direction.In)) File.WriteAllText(SerialCable.CutFile(lab.Place, node.Peer), "");
    }

    /// <summary>Takes all three media from a node.</summary>
    public static void Isolate(LabRun lab, NodePlan node)
    {
        CutSerial(lab, node, Direction.Both);
        lab.Network.SetPorts(LabNetwork.Media.Select(medium => LabNetwork.Port(node, medium)), up: false);
    }

    /// <summary>Cuts every way between the nodes, but neither from the router and the client.</summary>
    public static void CutBetween(LabRun lab)
    {
        var (a, b) = (LabNetwork.Port(NodePlan.A, "lan"), LabNetwork.Port(NodePlan.B, "lan"));
        AddRules(lab, "bridge", "between", "type filter hook forward priority 0",
            $"iifname \"{a}\" oifname \"{b}\" drop", $"iifname \"{b}\" oifname \"{a}\" drop");
        Unplug(lab, NodePlan.A, "cable");
        CutSerial(lab, NodePlan.A, Direction.Both);
    }

    /// <summary>Repairs all wires of the nodes that have power.</summary>
    public static void Heal(LabRun lab)
    {
        HostCommand.Run("ip", "netns", "exec", lab.Place.SwitchNamespace, "nft", "flush", "ruleset");
        foreach (var node in NodePlan.Both) File.Delete(SerialCable.CutFile(lab.Place, node));
        lab.Network.SetPorts(
            lab.Nodes.Where(node => node.IsOn)
                .SelectMany(node => LabNetwork.Media.Select(medium => LabNetwork.Port(node.Plan, medium))), up: true);
    }

    private static void AddRules(LabRun lab, string family, string table, string hook, params string[] rules)
    {
        var text = $"table {family} {table}\ndelete table {family} {table}\n" +
            $"table {family} {table} {{\nchain fault {{\n{hook}\n{string.Join('\n', rules)}\n}}\n}}\n";
        var result = HostCommand.TryWithInput(TimeSpan.FromSeconds(10), text, "ip", "netns", "exec", lab.Place.SwitchNamespace, "nft",
            "--file", "-");
        if (result.ExitCode != 0) throw new LabException($"the switch does not accept the rule: {result.Error.Trim()}");
    }
}
