using System.Collections.Immutable;
using System.Globalization;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration;

/// <summary>Makes the records from sections that were checked.</summary>
internal static class ConfigBuilder
{
    public static ApplianceConfig Build(Section root)
    {
        var nodes = root.Sections("node").Select(node => node.Get<string>("name")).ToImmutableArray();
        var cluster = root.Get<Section>("cluster");
        var heartbeat = root.Get<Section>("heartbeat");
        var config = new ApplianceConfig(
            new ClusterConfig(cluster.Get<string>("name"), cluster.Get<string>("key-file")),
            nodes,
            new HeartbeatConfig(
                heartbeat.Get<TimeSpan>("keepalive"), heartbeat.Get<TimeSpan>("warntime"), heartbeat.Get<TimeSpan>("deadtime"),
                    heartbeat.Get<TimeSpan>("initdead"))
                {
                    LinuxHa = heartbeat.Has("compat", out string _),
                    Authkeys = heartbeat.Has("compat", out string _) ? heartbeat.Get<string>("authkeys") : "",
                },
            [.. heartbeat.Sections("link").Select(link => Link(link, nodes))],
            [.. root.Sections("ping")
                .Select(ping =>
                    new PingConfig(ping.Get<string>("address"), ping.Get<TimeSpan>("interval"), ping.Get<TimeSpan>("timeout")))],
            root.Has("witness", out Section witness) ? new WitnessConfig(witness.Get<string>("address"), witness.Get<int>("port")) : null,
            new PolicyConfig(
                cluster.Get<string>("on-isolation") == "stay" ? IsolationPolicy.Stay : IsolationPolicy.Release,
                    cluster.Get<TimeSpan>("stop-failure-bound"))
                { FenceDelay = cluster.Get<TimeSpan>("fence-delay") },
            [.. root.Sections("group").Select(group => Group(group, nodes))],
            Digest: 0)
        {
            Replicas = [.. root.Sections("replica").Select(replica => ReplicaBuilder.Build(replica, nodes))],
            Panel = PanelBuilder.Build(root),
            Network = NetworkText.Build(root, nodes),
            Firewall = FirewallText.Build(root),
            Devices = [.. root.Sections("device").Select(device => LineDeviceBuilder.Build(device, nodes))],
            Watchdog = WatchdogText.Build(root),
            Fences = FenceText.Build(root, nodes),
            Alerts = AlertText.Build(root),
            WrittenHealth = HealthText.Build(root),
            Sensors = HealthText.Sensors(root),
            Web = root.Has("web", out Section web) ? new WebConfig(web.Get<Endpoint>("listen"), web.Get("token-file", "")) : null,
        };
        return config with { Digest = ConfigText.Digest(config) };
    }

    private static LinkConfig Link(Section link, ImmutableArray<string> nodes)
    {
        var name = link.Get<string>("name");
        if (link.Word == "serial") return new LinkConfig.Serial(name, link.Get<string>("device"), link.Get<int>("baud"));
        var (device, port) = (link.Get<string>("interface"), link.Get<int>("port"));
        if (link.Has("group", out string group)) return new LinkConfig.Multicast(name, device, group, port);
        if (!link.Has("address", out ImmutableArray<NodeValue> addresses)) return new LinkConfig.Broadcast(name, device, port);
        return new LinkConfig.Unicast(
            name, device, [.. nodes.Select(node => (string)addresses.First(address => address.Node == node).Value)], port);
    }

    private static GroupConfig Group(Section group, ImmutableArray<string> nodes)
    {
        var resources = group.Sections("resource");
        return new GroupConfig(
            group.Get<string>("name"),
            group.Has("preferred", out string preferred) ? nodes.IndexOf(preferred) : -1,
            group.Get<FailbackConfig>("failback"),
            [.. resources.Select(resource => Resource(resource, resources))]);
    }

    private static ResourceConfig Resource(Section resource, ImmutableArray<Section> siblings)
    {
        var restarts = resource.Get<Section>("restarts");
        return new ResourceConfig(
            resource.Get<string>("name"),
            resource.Get<ImmutableArray<string>>("after"),
            Kind(resource, siblings),
            new TimingConfig(
                resource.Get<TimeSpan>("start-timeout"), resource.Get<TimeSpan>("stop-timeout"),
                resource.Get<TimeSpan>("monitor-timeout"), resource.Get<TimeSpan>("monitor-interval")),
            new RestartConfig(
                restarts.Get<int>("max"), restarts.Get<TimeSpan>("within"), restarts.Get<TimeSpan>("delay"),
                    restarts.Get<TimeSpan>("delay-max")),
            resource.Has("probe", out Section probe) ? Probe(probe) : null);
    }

    private static ResourceKind Kind(Section resource, ImmutableArray<Section> siblings) => resource.Word switch
    {
        "ip" => new ResourceKind.Ip(
            resource.Get<Prefix>("address").Address, resource.Get<Prefix>("address").PrefixLength,
            resource.Get<string>("interface"), resource.Get<bool>("source-route"), resource.Get<TimeSpan>("refresh")),
        "source-route" => new ResourceKind.Route(Network(resource.Get<Prefix>("network")), resource.Get<string>("source"),
            resource.Get<string>("interface")),
        "mount" => new ResourceKind.Mount(
            resource.Get<string>("device"), resource.Get<string>("directory"), resource.Get<string>("fstype"),
                resource.Get<string>("options")),
        "bind" => new ResourceKind.Bind(From(resource, siblings), resource.Get<ImmutableArray<string>>("paths")),
        "service" => new ResourceKind.Service(resource.Get<string>("unit")),
        "lsb" => new ResourceKind.Lsb(resource.Get<string>("script")),
        "ocf" => Ocf(resource.Get<string>("agent").Split(':'), resource.Get<ImmutableSortedDictionary<string, string>>("parameters")),
        "exec" => new ResourceKind.Exec(
            resource.Get<ImmutableArray<string>>("start"), resource.Get<ImmutableArray<string>>("stop"),
                resource.Get<ImmutableArray<string>>("monitor")),
        "dahdi" => new ResourceKind.Dahdi(
            resource.Get<ImmutableArray<string>>("modules"), resource.Get<string>("config"),
            resource.Get("wait-for", ImmutableArray<int>.Empty), resource.Get<TimeSpan>("alarm-timeout"),
            resource.Get<string>("alarms") == "fail", resource.Get<bool>("unload")),
        "replica" => new ResourceKind.Replica(resource.Get<string>("replica")),
        "tdm" => new ResourceKind.Tdm(resource.Get<string>("device")),
        _ => throw new InvariantException($"the schema accepts the resource type \"{resource.Word}\" and nobody builds it"),
    };

    private static string Network(Prefix network) =>
        network.Address.Length == 0 ? "default" : string.Create(CultureInfo.InvariantCulture, $"{network.Address}/{network.PrefixLength}");

    private static string From(Section bind, ImmutableArray<Section> siblings) =>
        bind.Has("from", out string from) ? from : siblings.Single(sibling => sibling.Word == "mount").Get<string>("directory");

    private static ResourceKind.Ocf Ocf(string[] agent, ImmutableSortedDictionary<string, string> parameters) =>
        new(agent[1], agent[2], parameters);

    private static ProbeConfig Probe(Section probe)
    {
        var (interval, timeout, misses) = (probe.Get<TimeSpan>("interval"), probe.Get<TimeSpan>("timeout"), probe.Get<int>("misses"));
        return probe.Word switch
        {
            "tcp" => new ProbeConfig.Tcp(interval, timeout, misses, probe.Get<string>("address"), probe.Get<int>("port")),
            "http" => new ProbeConfig.Http(interval, timeout, misses, probe.Get<string>("address"), probe.Get<int>("port"),
                probe.Get<string>("path"), probe.Get<int>("status")),
            "exec" => new ProbeConfig.Exec(interval, timeout, misses, probe.Get<ImmutableArray<string>>("command")),
            "mysql" => new ProbeConfig.Mysql(
                interval, timeout, misses,
                probe.Get("socket", probe.IsWritten("host") ? "" : ResourceSchema.MysqlSocket), probe.Get("host", ""),
                    probe.Get<int>("port"),
                probe.Get<string>("user"), probe.Get("password-file", ""))
            {
                Write = probe.Get<bool>("write"),
            },
            "dahdi" => new ProbeConfig.Dahdi(interval, timeout, misses, probe.Get<ImmutableArray<int>>("spans")),
            "asterisk" => Asterisk(probe, interval, timeout, misses),
            _ => throw new InvariantException($"the schema accepts the probe type \"{probe.Word}\" and nobody builds it"),
        };
    }

    private static ProbeConfig.Asterisk Asterisk(Section probe, TimeSpan interval, TimeSpan timeout, int misses)
    {
        var words = probe.Get("layers", ImmutableArray.Create("sip"));
        var layers = AsteriskLayers.None;
        foreach (var (word, layer) in ResourceSchema.Layers)
            if (words.Contains(word)) layers |= layer;
        var sip = probe.Get<Endpoint>("sip");
        return new ProbeConfig.Asterisk(interval, timeout, misses, sip.Address, sip.Port)
        {
            Layers = layers,
            Need = probe.Get("need", words.Length / 2 + 1),
            Cli = probe.Get<string>("cli"),
            Ami = probe.Get<Endpoint>("ami"),
            AmiUser = probe.Get<string>("ami-user"),
            AmiSecretFile = probe.Get<string>("ami-secret-file"),
            MakesAmiAccount = probe.Get<string>("ami-account") == "made",
            TasksMax = probe.Get<int>("tasks-max"),
        };
    }
}
