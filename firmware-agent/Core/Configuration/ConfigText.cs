using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Appliance.Core.Configuration.Relations;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration;

/// <summary>
/// The effective configuration as TOML, every default filled in. It is also the canonical form: two files mean the same if and only if
/// they are
/// written the same, so <see cref="ApplianceConfig.Digest"/> is taken over this text.
/// </summary>
public static class ConfigText
{
    /// <summary>Writes a configuration. Reading the text gives the same configuration.</summary>
    public static string Write(ApplianceConfig config)
    {
        var text = new TomlText();
        Cluster(text, config);
        foreach (var node in config.Nodes) text.Title("[[node]]").Line("name", node);
        text.Title("[heartbeat]").Line("keepalive", config.Heartbeat.Keepalive).Line("warntime", config.Heartbeat.Warntime)
            .Line("deadtime", config.Heartbeat.Deadtime).Line("initdead", config.Heartbeat.Initdead);
        if (config.Heartbeat.LinuxHa) text.Line("compat", LinuxHaRelations.Word).Line("authkeys", config.Heartbeat.Authkeys);
        foreach (var link in config.Links) Link(text, link, config.Nodes);
        foreach (var ping in config.Pings)
            text.Title("[[ping]]").Line("address", ping.Address).Line("interval", ping.Interval).Line("timeout", ping.Timeout);
        if (config.Witness is { } witness) text.Title("[witness]").Line("address", witness.Address).Line("port", witness.Port);
        foreach (var replica in config.Replicas) ReplicaText.Write(text, replica, config.Nodes);
        foreach (var device in config.Devices) LineDeviceText.Write(text, device, config.Nodes);
        WatchdogText.Write(text, config.Watchdog);
        foreach (var fence in config.Fences) FenceText.Write(text, fence, config.Nodes);
        if (config.Panel is { } panel) PanelBuilder.Write(text, panel);
        if (config.Network is { } network) NetworkText.Write(text, network, config.Nodes);
        if (config.Firewall is { } firewall) FirewallText.Write(text, firewall);
        foreach (var alert in config.Alerts) AlertText.Write(text, alert);
        // Without the section two builds with other defaults must agree on the file.
        if (config.WrittenHealth is { } health) HealthText.Write(text, health);
        foreach (var sensor in config.Sensors) HealthText.Write(text, sensor);
        if (config.Web is { } web)
        {
            text.Title("[web]").Line("listen", web.Listen.ToString());
            if (web.TokenFile.Length > 0) text.Line("token-file", web.TokenFile);
        }

        foreach (var group in config.Groups) Group(text, group, config.Nodes);
        return text.ToString();
    }

    /// <summary>First four bytes of SHA-256 over the text.</summary>
    public static uint Digest(ApplianceConfig config) =>
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(Write(config))));

    private static void Cluster(TomlText text, ApplianceConfig config)
    {
        text.Title("[cluster]").Line("name", config.Cluster.Name).Line("key-file", config.Cluster.KeyFile)
            .Line("on-isolation", config.Policy.OnIsolation == IsolationPolicy.Stay ? "stay" : "release")
            .Line("stop-failure-bound", config.Policy.StopFailureBound);
        // Without a device it means nothing, and two builds must agree on a file that has none.
        if (!config.Fences.IsEmpty) text.Line("fence-delay", config.Policy.FenceDelay);
    }

    private static void Link(TomlText text, LinkConfig link, ImmutableArray<string> nodes)
    {
        text.Title("[[heartbeat.link]]").Line("name", link.Name);
        switch (link)
        {
            case LinkConfig.Unicast unicast:
                var addresses = nodes.Select((node, index) => $"{TomlText.Quote(node)} = {TomlText.Quote(unicast.Addresses[index])}");
                text.Line("type", "udp").Line("interface", unicast.Interface).Raw("address", $"{{ {string.Join(", ", addresses)} }}")
                    .Line("port", unicast.Port);
                break;
            case LinkConfig.Multicast multicast:
                text.Line("type", "udp").Line("interface", multicast.Interface).Line("group", multicast.Group).Line("port", multicast.Port);
                break;
            case LinkConfig.Broadcast broadcast:
                text.Line("type", "udp").Line("interface", broadcast.Interface).Line("broadcast", true).Line("port", broadcast.Port);
                break;
            case LinkConfig.Serial serial:
                text.Line("type", "serial").Line("device", serial.Device).Line("baud", serial.Baud);
                break;
            default:
                throw new InvariantException($"nobody writes {link}");
        }
    }

    private static void Group(TomlText text, GroupConfig group, ImmutableArray<string> nodes)
    {
        text.Title("[[group]]").Line("name", group.Name);
        if (group.Preferred >= 0) text.Line("preferred", nodes[group.Preferred]);
        text.Line("failback", Failback(group.Failback));
        foreach (var resource in group.Resources) ResourceText.Write(text, resource);
    }

    private static string Failback(FailbackConfig failback) => failback switch
    {
        FailbackConfig.Never => "never",
        FailbackConfig.WhenSynced => "when-synced",
        FailbackConfig.After after => Words.Of(after.Stable),
        FailbackConfig.Daily daily => string.Create(CultureInfo.InvariantCulture, $"daily {daily.From:HH\\:mm}-{daily.To:HH\\:mm}"),
        _ => throw new InvariantException($"nobody writes {failback}"),
    };
}
