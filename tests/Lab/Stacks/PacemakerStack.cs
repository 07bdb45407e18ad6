using Appliance.Lab.Host;
using Appliance.Lab.Setup;

namespace Appliance.Lab.Stacks;

/// <summary>
/// Trixie's Pacemaker and Corosync, as the public how-tos set it up, with the same dependencies between the resources as ours.
/// </summary>
public sealed class PacemakerStack(string name, int tokenMs, int consensusMs) : IClusterStack
{
    private static readonly TimeSpan JoinLimit = TimeSpan.FromSeconds(90);

    /// <summary>The settings of the how-tos: token 3 s.</summary>
    public static PacemakerStack AsPublished => new("pacemaker", 3000, 3600);

    /// <summary>The fastest settings it held stable here.</summary>
    public static PacemakerStack Fastest => new("pacemaker-fast", 400, 480);

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Settings => $"token {tokenMs} ms, consensus {consensusMs} ms";

    /// <inheritdoc/>
    public string Layer => "pacemaker";

    /// <inheritdoc/>
    public string AgentUnit => "corosync.service";

    /// <inheritdoc/>
    public IReadOnlyList<string> Daemons =>
        ["corosync", "pacemakerd", "pacemaker-based", "pacemaker-fenced", "pacemaker-execd", "pacemaker-attrd", "pacemaker-schedulerd",
            "pacemaker-controld"];

    private static string Files => $"{RootFileSystem.Repository}/tests/Lab/rivals/pacemaker";

    /// <inheritdoc/>
    public void PrepareDisk(NodeMachine node)
    {
        File.WriteAllText($"{node.Root}/etc/corosync/corosync.conf", File.ReadAllText($"{Files}/corosync.conf")
            .Replace("@token@", $"{tokenMs}").Replace("@consensus@", $"{consensusMs}"));
        File.Copy($"{Files}/resources.xml", $"{node.Root}/root/resources.xml", overwrite: true);
        File.Copy($"{Files}/constraints.xml", $"{node.Root}/root/constraints.xml", overwrite: true);
        HostCommand.Run("systemctl", $"--root={node.Root}", "enable", "corosync.service", "pacemaker.service");
    }

    /// <inheritdoc/>
    public void StartCluster(LabRun lab)
    {
        var first = lab.Nodes[0];
        if (!Waiting.Until(JoinLimit, TimeSpan.FromMilliseconds(500), () => OnlineNodes(first) == 2))
            throw new LabException($"Pacemaker's nodes did not find each other: {first.Try("crm_mon", "-1").Output}");
        foreach (var (property, value) in new[] { ("stonith-enabled", "false"), ("no-quorum-policy", "ignore") })
            first.Run("crm_attribute", "--type", "crm_config", "--name", property, "--update", value);
        first.Run("crm_attribute", "--type", "rsc_defaults", "--name", "resource-stickiness", "--update", "100");
        first.Run("cibadmin", "--replace", "--scope", "resources", "--xml-file", "/root/resources.xml");
        first.Run("cibadmin", "--replace", "--scope", "constraints", "--xml-file", "/root/constraints.xml");
    }

    /// <inheritdoc/>
    public string? WhyNotHealthy(LabRun lab)
    {
        foreach (var node in lab.Nodes)
            if (OnlineNodes(node) is var online and not 2) return $"{node.Plan.Name} sees {online} nodes online";
        var status = lab.Nodes[0].Try("crm_mon", "-1", "--output-as=xml", "--inactive").Output;
        var started = Count(status, "role=\"Started\"");
        return started == 4 ? null : $"{started} of 4 resources are started";
    }

    /// <inheritdoc/>
    public void SwitchAway(LabRun lab, NodePlan from) =>
        lab.Machine(from).Run("crm_attribute", "--type", "nodes", "--node", from.Name, "--name", "standby", "--update", "on");

    /// <inheritdoc/>
    public void Rejoin(LabRun lab, NodePlan node) =>
        lab.Machine(node).Run("crm_attribute", "--type", "nodes", "--node", node.Name, "--name", "standby", "--update", "off");

    /// <inheritdoc/>
    public IReadOnlyList<ClusterEvent> Events(NodeMachine node, double sinceUnixMs) => [];

    private static int OnlineNodes(NodeMachine node)
    {
        var status = node.Try(TimeSpan.FromSeconds(10), "crm_mon", "-1", "--output-as=xml").Output;
        return Count(status, "online=\"true\" standby=\"false\"");
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
