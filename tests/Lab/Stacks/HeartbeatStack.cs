using Appliance.Lab.Host;
using Appliance.Lab.Setup;

namespace Appliance.Lab.Stacks;

/// <summary>
/// Debian's Heartbeat 3.0.6 in haresources mode, as the public how-tos set it up, with the fixrouting script they need for SIP.
/// </summary>
public sealed class HeartbeatStack(string name, string keepalive, string warntime, string deadtime) : IClusterStack
{
    /// <summary>The settings of the how-tos: keepalive 200 ms, deadtime 2 s.</summary>
    public static HeartbeatStack AsPublished => new("heartbeat", "200ms", "1", "2");

    /// <summary>The fastest settings it held stable here.</summary>
    public static HeartbeatStack Fastest => new("heartbeat-fast", "50ms", "150ms", "300ms");

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Settings => $"keepalive {keepalive}, deadtime {deadtime}";

    /// <inheritdoc/>
    public string Layer => "heartbeat";

    /// <inheritdoc/>
    public string AgentUnit => "heartbeat.service";

    /// <inheritdoc/>
    public IReadOnlyList<string> Daemons => ["heartbeat", "ha_logd", "ipfail"];

    /// <inheritdoc/>
    public void PrepareDisk(NodeMachine node)
    {
        var files = $"{RootFileSystem.Repository}/tests/Lab/rivals/heartbeat";
        var target = $"{node.Root}/etc/ha.d";
        File.WriteAllText($"{target}/ha.cf", File.ReadAllText($"{files}/ha.cf")
            .Replace("@keepalive@", keepalive).Replace("@warntime@", warntime).Replace("@deadtime@", deadtime));
        File.Copy($"{files}/haresources", $"{target}/haresources", overwrite: true);
        File.Copy($"{files}/authkeys", $"{target}/authkeys", overwrite: true);
        File.SetUnixFileMode($"{target}/authkeys", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText($"{target}/resource.d/fixrouting",
            File.ReadAllText($"{files}/fixrouting").Replace("@address@", node.Plan.LanAddress));
        File.SetUnixFileMode($"{target}/resource.d/fixrouting", (UnixFileMode)0b111_101_101);
        HostCommand.Run("systemctl", $"--root={node.Root}", "enable", "heartbeat.service");
    }

    /// <inheritdoc/>
    public void StartCluster(LabRun lab)
    {
        // It starts with the nodes.
    }

    /// <inheritdoc/>
    public string? WhyNotHealthy(LabRun lab)
    {
        foreach (var node in lab.Nodes)
        {
            var peer = node.Try("cl_status", "nodestatus", node.Plan.Peer.Name);
            if (peer.Output.Trim() != "active") return $"{node.Plan.Name} says its peer is {(peer.Output + peer.Error).Trim()}";
        }
        var held = lab.Nodes.Select(node => node.Try("cl_status", "rscstatus").Output.Trim()).ToArray();
        if (held.Contains("transition")) return "resources are still moving";
        return lab.Serving().Count == 1 ? null : $"{lab.Serving().Count} nodes hold the service address";
    }

    /// <inheritdoc/>
    public void SwitchAway(LabRun lab, NodePlan from) => lab.Machine(from).Run("/usr/share/heartbeat/hb_standby", "all");

    /// <inheritdoc/>
    public void Rejoin(LabRun lab, NodePlan node)
    {
        // A Heartbeat node that handed over is a candidate at once.
    }

    /// <inheritdoc/>
    public IReadOnlyList<ClusterEvent> Events(NodeMachine node, double sinceUnixMs) => [];
}
