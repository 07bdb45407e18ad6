using static Appliance.Core.Import.Directive;

namespace Appliance.Core.Import.Crm;

/// <summary>The commands of <c>crm configure</c>, and the options of the cluster and of resources.</summary>
internal static class CrmTable
{
    private const string Version = "Pacemaker's own record";
    private const string Judge = "the agent decides by rules of its own (docs/CLUSTER.md)";
    private const string Fence = "with a [fence.NAME] for the other node a takeover waits for it; without one evidence counts";
    private const string Times = "each resource has times of its own";
    private const string Copies = "a replica is on both nodes anyway";

    public static readonly DirectiveTable Table = new("crm configure show", StringComparer.Ordinal,
        Mapped("node", "[[node]]"),
        Mapped("primitive", "[[group.resource]]; what becomes of it is in the table of resources"),
        Mapped("group", "[[group]]; its members are started one after the other"),
        Mapped("ms", Copies), Mapped("master", Copies), Mapped("clone", "of a replica or of ping; else refused: one node serves"),
        Mapped("colocation", "the same [[group]]"), Mapped("collocation", "the same [[group]]"),
        Mapped("order", "after"),
        Mapped("location", "preferred of the [[group]]"),
        Mapped("property", "see below"),
        Mapped("rsc_defaults", "failback, restarts"),
        Noted("op_defaults", Times),
        Refused("fencing_topology", "write order of the [fence.NAME] sections"), Refused("fencing-topology",
            "write order of the [fence.NAME] sections"),
        Refused("rsc_template", "templates are not read; write the primitive out"),
        Refused("rsc_ticket", "tickets move services between sites; a pair is one site"),
        Refused("bundle", "containers are not run; make it a systemd unit"),
        Refused("xml", "XML is not read; crm configure show display=crm writes it as text where it can"),
        Refused("monitor", "write op monitor at the primitive"),
        Noted("modgroup", "an order that was carried out"), Noted("commit", "an order that was carried out"),
        Noted("tag", "names for commands only"), Noted("schema", Version),
        Noted("user", "only root reaches the agent's control socket"), Noted("role", "only root reaches the agent's control socket"),
        Noted("acl_target", "only root reaches the agent's control socket"), Noted("acl_group",
            "only root reaches the agent's control socket"),
        Mapped("alert", "a comment with [alert.mail] when it mails; else refused"));

    public static readonly DirectiveTable Properties = new("property", StringComparer.Ordinal,
        Noted("dc-version", Version), Noted("cluster-infrastructure", Version), Noted("last-lrm-refresh", Version),
        Noted("have-watchdog", Version), Noted("crm_feature_set", Version), Noted("cib-bootstrap-options", Version),
        Mapped("cluster-name", "cluster.name"),
        Noted("expected-quorum-votes", "exactly two nodes are members"),
        Noted("no-quorum-policy", "two nodes have no majority; a node that is cut off releases what it serves (cluster.on-isolation)"),
        Noted("stonith-enabled", Fence), Noted("fencing-enabled", Fence), Noted("stonith-action", Fence), Noted("fencing-action", Fence),
        Noted("stonith-timeout", Fence), Noted("fencing-timeout", Fence), Noted("stonith-max-attempts", Fence),
        Noted("stonith-watchdog-timeout", "[watchdog] timeout"), Noted("concurrent-fencing", Fence), Noted("startup-fencing", Fence),
        Noted("priority-fencing-delay", "cluster.fence-delay: the node that serves fences first"),
        Noted("default-resource-stickiness", "the old word for resource-stickiness of rsc_defaults: say it there"),
        Noted("default-action-timeout", Times), Noted("symmetric-cluster", Judge), Noted("start-failure-is-fatal", Judge),
        Noted("stop-orphan-resources", Judge), Noted("stop-orphan-actions", Judge), Noted("remove-after-stop", Judge),
        Noted("stop-all-resources", "an order of the moment"), Noted("maintenance-mode",
            "an order of the moment: appliance maintenance on"),
        Noted("is-managed-default", "an order of the moment"), Noted("enable-acl", "only root reaches the agent's control socket"),
        Noted("placement-strategy", Judge), Noted("migration-limit", Judge), Noted("node-health-strategy", Judge),
        Noted("node-health-base", Judge), Noted("batch-limit", Judge), Noted("load-threshold", Judge), Noted("node-action-limit", Judge),
        Noted("cluster-recheck-interval", Judge), Noted("cluster-delay", Judge), Noted("cluster-ipc-limit", Judge),
        Noted("dc-deadtime", "heartbeat.initdead"), Noted("election-timeout", Judge), Noted("shutdown-escalation", Judge),
        Noted("transition-delay", Judge), Noted("pe-error-series-max", Version), Noted("pe-warn-series-max", Version),
        Noted("pe-input-series-max", Version));

    public static readonly DirectiveTable Options = new("meta, op and rsc_defaults", StringComparer.Ordinal,
        Mapped("meta resource-stickiness", "failback: above 0 the group stays where it is"),
        Mapped("meta migration-threshold", "restarts.max: so many failures and the group moves"),
        Mapped("meta failure-timeout", "restarts.within"),
        Noted("meta target-role", "a stopped resource is refused: it is not in the new file as stopped"),
        Noted("meta is-managed", "an order of the moment"), Noted("meta maintenance", "an order of the moment"),
        Noted("meta priority", Judge), Noted("meta multiple-active", "one node serves"), Noted("meta allow-migrate", "services start anew"),
        Noted("meta critical", Judge), Noted("meta notify", Copies), Noted("meta master-max", Copies), Noted("meta master-node-max",
            Copies),
        Noted("meta promoted-max", Copies), Noted("meta promoted-node-max", Copies), Noted("meta promotable", Copies),
        Noted("meta clone-max", Copies), Noted("meta clone-node-max", Copies), Noted("meta globally-unique", Copies),
        Noted("meta interleave", Copies), Noted("meta ordered", "after says the order"), Noted("meta collocated", "a group stays together"),
        Noted("meta migration_threshold", "a misspelt word that Pacemaker ignored"),
        Mapped("op start", "start-timeout"), Mapped("op stop", "stop-timeout"),
        Mapped("op monitor", "monitor-interval and monitor-timeout"),
        Noted("op promote", "the start of a replica has start-timeout"), Noted("op demote", "the stop of a replica has stop-timeout"),
        Noted("op notify", Copies), Noted("op migrate_to", "services start anew"), Noted("op migrate_from", "services start anew"),
        Noted("op reload", "services are restarted"), Noted("op reload-agent", "services are restarted"), Noted("op validate-all", Judge),
        Noted("op status", Judge));
}
