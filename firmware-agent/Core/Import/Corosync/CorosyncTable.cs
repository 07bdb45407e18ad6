using static Appliance.Core.Import.Directive;

namespace Appliance.Core.Import.Corosync;

/// <summary>Every directive of corosync.conf 1 to 3, behind the sections it stands in.</summary>
internal static class CorosyncTable
{
    private const string Totem = "heartbeats have no token and no ring; keepalive, warntime and deadtime say all";
    private const string Signed = "heartbeats are always signed with HMAC-SHA256; nothing in them is secret";
    private const string Logs = "the journal has the messages of the agent: journalctl -u appliance-agent";
    private const string Votes = "two nodes have no majority; ping references, a witness and evidence decide (docs/CLUSTER.md)";
    private const string Knet = "every link is used at once, and each one is watched";
    private const string Parts = "a part of the old program";

    public static readonly DirectiveTable Table = new("corosync.conf", StringComparer.Ordinal,
        Noted("totem version", Parts),
        Mapped("totem token", "heartbeat.deadtime"),
        Noted("totem token_warning", "heartbeat.warntime is half of deadtime"),
        Noted("totem token_coefficient", "it counts from the third node on"),
        Noted("totem token_retransmit", Totem), Noted("totem token_retransmits_before_loss_const", Totem),
        Noted("totem hold", Totem), Noted("totem join", Totem), Noted("totem send_join", Totem), Noted("totem consensus", Totem),
        Noted("totem merge", Totem), Noted("totem downcheck", Totem), Noted("totem fail_recv_const", Totem),
        Noted("totem seqno_unchanged_const", Totem), Noted("totem heartbeat_failures_allowed", Totem),
        Noted("totem max_network_delay", Totem), Noted("totem window_size", Totem), Noted("totem max_messages", Totem),
        Noted("totem miss_count_const", Totem), Noted("totem vsftype", Totem), Noted("totem cancel_token_hold_on_retransmit", Totem),
        Noted("totem rrp_mode", Knet), Noted("totem rrp_problem_count_timeout", Knet), Noted("totem rrp_problem_count_threshold", Knet),
        Noted("totem rrp_problem_count_mcast_threshold", Knet), Noted("totem rrp_token_expired_timeout", Knet),
        Noted("totem rrp_autorecovery_check_timeout", Knet), Noted("totem link_mode", Knet),
        Noted("totem clear_node_high_bit", "nodes are known by their names"),
        Noted("totem nodeid", "nodes are known by their names"),
        Noted("totem secauth", Signed), Noted("totem crypto_type", Signed), Noted("totem crypto_cipher", Signed),
        Noted("totem crypto_hash", Signed), Noted("totem crypto_model", Signed), Noted("totem crypto_compat", Signed),
        Noted("totem key", $"{Signed}; the key is not taken"), Noted("totem keyfile", $"{Signed}; the key is not taken"),
        Noted("totem threads", Parts), Noted("totem netmtu", "a heartbeat is one small packet"), Noted("totem config_version", Parts),
        Noted("totem knet_compression_model", Knet), Noted("totem knet_compression_threshold", Knet),
        Noted("totem knet_compression_level", Knet), Noted("totem knet_pmtud_interval", Knet), Noted("totem knet_mtu", Knet),
        Noted("totem block_unlisted_ips", Signed), Noted("totem ip_version", "addresses are numeric"), Noted("totem ip_dscp", Parts),
        Mapped("totem transport", "address (udpu, knet) or group (udp) of the links"),
        Mapped("totem cluster_name", "cluster.name"),
        Mapped("totem interface", "[[heartbeat.link]]"),
        Mapped("totem interface ringnumber", "which link it is"), Mapped("totem interface linknumber", "which link it is"),
        Mapped("totem interface bindnetaddr", "tells the interface of the link, if a file names the interface of that network"),
        Mapped("totem interface broadcast", "broadcast"),
        Mapped("totem interface mcastaddr", "group"),
        Noted("totem interface mcastport", "heartbeats have port 694; port of the link says another one"),
        Noted("totem interface ttl", "its packets have a time to live of 1 and stay on the segment"),
        Mapped("totem interface member", "an end of the link"),
        Mapped("totem interface member memberaddr", "an end of the link"),
        Noted("totem interface knet_link_priority", Knet), Noted("totem interface knet_ping_interval", Knet),
        Noted("totem interface knet_ping_timeout", Knet), Noted("totem interface knet_ping_precision", Knet),
        Noted("totem interface knet_pong_count", Knet), Noted("totem interface knet_transport", Knet),
        Mapped("nodelist", "[[node]]"),
        Mapped("nodelist node", "[[node]]"),
        Mapped("nodelist node name", "[[node]]"),
        Noted("nodelist node nodeid", "nodes are known by their names; with the text of crm it tells a name"),
        Noted("nodelist node quorum_votes", Votes),
        Mapped("nodelist node ringN_addr", "address of a link"),
        Noted("quorum provider", Votes), Noted("quorum expected_votes", Votes), Noted("quorum votes", Votes),
        Noted("quorum two_node", Votes), Noted("quorum wait_for_all", "a node that starts alone serves when its data allows it"),
        Noted("quorum last_man_standing", Votes), Noted("quorum last_man_standing_window", Votes),
        Noted("quorum auto_tie_breaker", Votes), Noted("quorum auto_tie_breaker_node", Votes), Noted("quorum allow_downscale", Votes),
        Noted("quorum expected_votes_tracking", Votes),
        Refused("quorum device", "a machine with qnetd does not speak to us: run appliance witness there, and write [witness]"),
        Noted("logging", Logs), Noted("amf", Parts), Noted("aisexec", Parts), Noted("service", "what was started with it is not used"),
        Noted("uidgid", "only root reaches the agent's control socket"),
        Noted("system", Parts), Noted("resources", "systemd's watchdog looks after the agent"),
        Refused("nozzle", "a network device over the cluster's links; make a bridge or a VLAN in [network]"));

    /// <summary>Sections whose inside is as little needed as they are.</summary>
    public static readonly string[] Whole = ["logging", "amf", "aisexec", "service", "uidgid", "system", "resources", "quorum device",
        "nozzle"];
}
