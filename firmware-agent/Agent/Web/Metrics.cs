using Appliance.Agent.Status;
using Appliance.Core.Cluster;
using Appliance.Core.Lines;
using Appliance.Core.Replica;
using Appliance.Core.Resources;

namespace Appliance.Agent.Web;

/// <summary>A snapshot as metrics; docs/WEB.md lists the families. Both nodes are asked for theirs: what is said here of the other one is
/// what this one knows.</summary>
internal static class Metrics
{
    private static readonly Role[] RolesShown = [Role.Passive, Role.Activating, Role.Active, Role.Deactivating, Role.Failed, Role.Fencing];

    /// <summary>Pure.</summary>
    /// <param name="view">Null: the agent does not answer, and only that is told.</param>
    public static string Of(StatusView? view)
    {
        var text = new MetricsText();
        text.Family("up", "gauge", "Whether the agent of this node answers.").Sample(view is not null);
        if (view is null) return text.ToString();
        Whole(text, view);
        Nodes(text, view);
        MetricsOfHealth.Add(text, view);
        Paths(text, view);
        Groups(text, view);
        Resources(text, view);
        Probes(text, view);
        Replicas(text, view);
        Telephony(text, view);
        return text.ToString();
    }

    private static void Whole(MetricsText text, StatusView view)
    {
        text.Family("info", "gauge", "Names of this node.")
            .Sample(1, "cluster", view.Cluster, "node", view.Node.Name, "version", view.Version);
        text.Family("health", "gauge", "Verdict over everything: 0 ok, 1 redundancy is missing, 2 service is lost or at risk.")
            .Sample((int)view.Health.Level);
        text.Family("alarms", "gauge", "Standing conditions that a person must look at.")
            .Sample(view.Alarms.Count(alarm => alarm.Critical), "severity", "critical")
            .Sample(view.Alarms.Count(alarm => !alarm.Critical), "severity", "warning");
        text.Family("config_differs", "gauge", "Whether the nodes run with different configuration files.").Sample(view.Config.Differs);
        text.Family("heartbeat_deadtime_seconds", "gauge", "Silence that is death.").Sample(view.Heartbeat.DeadtimeMs / 1e3);
        text.Family("heartbeat_lateness_max_seconds", "gauge", "Worst lateness of own heartbeats since the agent's start.")
            .Sample(view.Heartbeat.LatenessMaxUs / 1e6);
        text.Family("heartbeat_realtime", "gauge", "Whether the heartbeat has real-time priority and locked memory.")
            .Sample(view.Heartbeat.Realtime);
    }

    private static void Nodes(MetricsText text, StatusView view)
    {
        NodeStatus[] nodes = [view.Node, view.Peer];
        text.Family("node_heard", "gauge", "Whether what a node says of itself is current.");
        foreach (var node in nodes) text.Sample(node.IsHeard, "node", node.Name);
        text.Family("node_standby", "gauge", "Whether an operator took a node out of service.");
        foreach (var node in nodes) text.Sample(node.Standby, "node", node.Name);
        text.Family("node_maintenance_seconds", "gauge", "Maintenance that is left.");
        foreach (var node in nodes) text.Sample(node.MaintenanceLeft, "node", node.Name);
        text.Family("node_isolated", "gauge", "Whether a node sees neither the other one nor reference nor witness.");
        foreach (var node in nodes) text.Sample(node.Isolated, "node", node.Name);
        text.Family("node_pings_seen", "gauge", "Ping references that answer a node.");
        foreach (var node in nodes) text.Sample(node.PingsSeen, "node", node.Name);
        text.Family("node_pings_known", "gauge", "Ping references that a node asks.");
        foreach (var node in nodes) text.Sample(node.PingsKnown, "node", node.Name);
    }

    private static void Paths(MetricsText text, StatusView view)
    {
        text.Family("link_up", "gauge", "Whether the other node is heard on a heartbeat link.");
        foreach (var link in view.Links) text.Sample(link.State == LinkState.Up, "link", link.Name, "type", link.Type);
        text.Family("link_peer_hears", "gauge", "Whether the other node says that it hears this one on a link; none: it is not heard.");
        foreach (var link in view.Links)
            if (link.PeerHears is { } hears) text.Sample(hears, "link", link.Name);
        text.Family("link_sent_frames_total", "counter", "Heartbeats sent.");
        foreach (var link in view.Links) text.Sample(link.Sent, "link", link.Name);
        text.Family("link_send_errors_total", "counter", "Heartbeats that could not be sent.");
        foreach (var link in view.Links) text.Sample(link.SendErrors, "link", link.Name);
        text.Family("link_received_frames_total", "counter", "Heartbeats accepted.");
        foreach (var link in view.Links) text.Sample(link.Received, "link", link.Name);
        text.Family("link_rejected_frames_total", "counter", "Frames refused.");
        foreach (var link in view.Links)
            foreach (var (reason, count) in link.Rejected) text.Sample(count, "link", link.Name, "reason", reason);
        if (view.Witness is { } witness)
            text.Family("witness_heard", "gauge", "Whether the witness answers.").Sample(witness.Heard, "address", witness.Address);
    }

    private static void Groups(MetricsText text, StatusView view)
    {
        text.Family("group_role", "gauge", "Role of a node in a group: the one with 1.");
        foreach (var group in view.Groups)
        {
            Role(view.Node.Name, group.Role);
            if (group.PeerRole is { } there) Role(view.Peer.Name, there);
            void Role(string node, Role current)
            {
                foreach (var role in RolesShown)
                    text.Sample(role == current, "group", group.Name, "node", node, "role", role.ToString().ToLowerInvariant());
            }
        }

        text.Family("group_fit", "gauge", "Whether a node could serve a group now.");
        foreach (var group in view.Groups)
        {
            text.Sample(group.Fit, "group", group.Name, "node", view.Node.Name);
            if (group.PeerFit is { } there) text.Sample(there, "group", group.Name, "node", view.Peer.Name);
        }

        text.Family("group_term", "gauge", "Grows with every promotion.");
        foreach (var group in view.Groups) text.Sample(group.Vote.Term, "group", group.Name);
        text.Family("group_role_age_seconds", "gauge", "Since the role of this node changed.");
        foreach (var group in view.Groups) text.Sample(group.SinceMs / 1e3, "group", group.Name);
    }

    private static void Resources(MetricsText text, StatusView view)
    {
        text.Family("resource_running", "gauge", "Whether a resource runs on this node.");
        foreach (var (group, resource) in All(view))
            text.Sample(resource.State == ResourceState.Started, "group", group.Name, "resource", resource.Name, "type", resource.Type);
        text.Family("resource_failed", "gauge", "Whether a resource failed on this node.");
        foreach (var (group, resource) in All(view))
            text.Sample(resource.State == ResourceState.Failed, "group", group.Name, "resource", resource.Name, "type", resource.Type);
        text.Family("resource_restarts", "gauge", "Local restarts within the window of its budget.");
        foreach (var (group, resource) in All(view)) text.Sample(resource.RestartsUsed, "group", group.Name, "resource", resource.Name);
        text.Family("resource_restarts_max", "gauge", "The budget.");
        foreach (var (group, resource) in All(view)) text.Sample(resource.RestartsMax, "group", group.Name, "resource", resource.Name);
    }

    private static void Probes(MetricsText text, StatusView view)
    {
        text.Family("probe_healthy", "gauge", "The last answer of a probe.");
        foreach (var (group, resource) in All(view))
            if (resource.Probe is { Healthy: { } healthy } probe)
                text.Sample(healthy, "group", group.Name, "resource", resource.Name, "probe", probe.Type);
        text.Family("probe_misses", "gauge", "Answers missed in a row.");
        foreach (var (group, resource) in All(view))
            if (resource.Probe is { } probe) text.Sample(probe.Misses, "group", group.Name, "resource", resource.Name, "probe", probe.Type);
        text.Family("probe_duration_seconds", "gauge", "How long the last answer took.");
        foreach (var (group, resource) in All(view))
            if (resource.Probe is { Healthy: not null } probe)
                text.Sample(probe.TookMs / 1e3, "group", group.Name, "resource", resource.Name, "probe", probe.Type);
    }

    private static void Replicas(MetricsText text, StatusView view)
    {
        var all = new List<ReplicaStatus>();
        text.Family("replica_answers", "gauge", "Whether the process of a replica answers.");
        foreach (var group in view.Groups)
        {
            if (group.Replica is not { } replica) continue;
            text.Sample(replica.Status is not null, "replica", replica.Name);
            if (replica.Status is { } status) all.Add(status);
        }

        text.Family("replica_connected", "gauge", "Whether the two copies are connected.");
        foreach (var one in all) text.Sample(one.Connection >= ConnectionState.Connected, "replica", one.Name);
        text.Family("replica_up_to_date", "gauge", "Whether a copy is up to date.");
        foreach (var one in all)
            text.Sample(one.Disk == DiskState.UpToDate, "replica", one.Name, "node", view.Node.Name)
                .Sample(one.PeerDisk == DiskState.UpToDate, "replica", one.Name, "node", view.Peer.Name);
        text.Family("replica_primary", "gauge", "Whether this node's copy may be written.");
        foreach (var one in all) text.Sample(one.Role == ReplicaRole.Primary, "replica", one.Name);
        Bytes("replica_out_of_sync_bytes", "gauge", "What the copies differ in.", one => one.OutOfSyncKiB);
        Bytes("replica_sent_bytes_total", "counter", "Sent to the other node.", one => one.NetSentKiB);
        Bytes("replica_received_bytes_total", "counter", "Received from the other node.", one => one.NetReceivedKiB);
        Bytes("replica_disk_written_bytes_total", "counter", "Written to the local disk.", one => one.DiskWrittenKiB);
        Bytes("replica_disk_read_bytes_total", "counter", "Read from the local disk.", one => one.DiskReadKiB);
        Bytes("replica_sync_left_bytes", "gauge", "What a running resync or verify has left to do; 0: none runs.",
            one => one.Progress?.LeftKiB ?? 0);
        Bytes("replica_sync_bytes_per_second", "gauge", "Its speed over the last seconds.", one => one.Progress?.KiBPerSecond ?? 0);
        text.Family("replica_pending", "gauge", "Requests on their way.");
        foreach (var one in all)
            text.Sample(one.LocalPending, "replica", one.Name, "where", "disk")
                .Sample(one.PeerPending, "replica", one.Name, "where", "peer")
                .Sample(one.FrontPending, "replica", one.Name, "where", "front");
        void Bytes(string name, string type, string help, Func<ReplicaStatus, long> kib)
        {
            text.Family(name, type, help);
            foreach (var one in all) text.Sample(kib(one) * 1024d, "replica", one.Name);
        }
    }

    private static void Telephony(MetricsText text, StatusView view)
    {
        text.Family("lines_here", "gauge", "Whether the telephone lines of a device are at this node; none: nobody knows.");
        foreach (var group in view.Groups)
            foreach (var line in group.Lines)
                if (line.Standing != LineStanding.Unknown)
                    text.Sample(line.Standing == LineStanding.Here, "group", group.Name, "device", line.Name);
        text.Family("span_alarm", "gauge", "Whether a span of DAHDI has an alarm.");
        foreach (var span in view.Spans) text.Sample(span.SpanAlarms.Length > 0, "span", span.Name, "alarm", span.SpanAlarms);
        text.Family("span_channels_in_use", "gauge", "Channels that a program has open.");
        foreach (var span in view.Spans) text.Sample(span.ChannelsInUse, "span", span.Name);
    }

    private static IEnumerable<(GroupStatus Group, ResourceStatus Resource)> All(StatusView view) =>
        view.Groups.SelectMany(group => group.Resources.Select(resource => (group, resource)));
}
