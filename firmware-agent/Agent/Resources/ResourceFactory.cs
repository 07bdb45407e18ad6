using System.Net;
using Appliance.Agent.Dahdi;
using Appliance.Agent.Lines;
using Appliance.Agent.Replica.Client;
using Appliance.Core.Configuration;
using Appliance.Core.Layers;
using Appliance.Drivers.Dahdi;
using Appliance.Drivers.Mount;
using Appliance.Drivers.Probes;
using Appliance.Drivers.Probes.Asterisk;
using Appliance.Drivers.Route;
using Appliance.Drivers.Script;
using Appliance.Drivers.ServiceAddress;
using Appliance.Drivers.Systemd;

namespace Appliance.Agent.Resources;

/// <summary>Makes resources and probes out of their configuration. The service manager is connected to when the first unit needs
/// it.</summary>
public sealed class ResourceFactory(
    IAddressQuestion question, IMounts mounts, Func<ISystemd> connect, Func<string, ReplicaClient> replica, Func<string, ILine> line,
    HangCapture capture) : IDisposable
{
    private readonly Lazy<ISystemd> _systemd = new(connect);

    /// <summary>For the real machine.</summary>
    /// <param name="replica">The client of a replica, by name.</param>
    /// <param name="line">The telephone lines of a device, by name.</param>
    /// <param name="captures">Directory for what is noted of services that hang.</param>
    public static ResourceFactory Linux(Func<string, ReplicaClient> replica, Func<string, ILine> line, string captures) =>
        new(new LinuxAddressQuestion(), new LinuxMounts(), () => new LinuxSystemd(), replica, line, new HangCapture(captures));

    public IAddressQuestion Question => question;

    public IResource Resource(ResourceConfig config) => config.What switch
    {
        ResourceKind.Ip ip => new IpResource(Address(ip), ip.SourceRoute ? Route(ip) : null),
        ResourceKind.Route route => new RouteResource(Route(route)),
        ResourceKind.Mount mount => new MountResource(mounts, mount),
        ResourceKind.Bind bind => new BindResource(mounts, bind),
        ResourceKind.Service service => new ServiceResource(_systemd.Value, service.Unit, capture, Account(config.Probe)),
        ResourceKind.Replica made => new ReplicaResource(replica(made.Name), () => _systemd.Value),
        ResourceKind.Tdm tdm => new TdmResource(line(tdm.Device)),
        ResourceKind.Lsb lsb => Script(new LsbScript(lsb.Script)),
        ResourceKind.Ocf ocf => Script(new OcfAgent(ocf.Provider, ocf.Agent, config.Name, ocf.Parameters)),
        ResourceKind.Dahdi dahdi => new DahdiResource(new LinuxDahdi(), dahdi),
        ResourceKind.Exec exec => new ExecResource(exec),
        _ => throw new InvalidOperationException($"resource {config.Name}: kind {config.What.Word} is unknown"),
    };

    /// <param name="group">Gives a SIP probe without an address the group's first service address.</param>
    public static IProbe Probe(ProbeConfig config, GroupConfig group) => config switch
    {
        ProbeConfig.Tcp tcp => new TcpProbe(IPAddress.Parse(tcp.Address), tcp.Port),
        ProbeConfig.Http http => new HttpProbe(IPAddress.Parse(http.Address), http.Port, http.Path, http.Status),
        ProbeConfig.Exec exec => new ExecProbe(exec.Command),
        ProbeConfig.Mysql mysql => new MysqlProbe(new MysqlTarget(mysql.Socket, mysql.Host, mysql.Port, mysql.User, mysql.PasswordFile,
            mysql.Write)),
        ProbeConfig.Dahdi dahdi => new DahdiProbe(new LinuxDahdi(), dahdi.Spans),
        ProbeConfig.Asterisk asterisk => Asterisk(asterisk, new SipProbe(IPAddress.Parse(SipAddress(asterisk, group)), asterisk.SipPort)),
        _ => throw new InvalidOperationException($"probe {config.Word} is unknown"),
    };

    public void Dispose()
    {
        if (_systemd.IsValueCreated) _systemd.Value.Dispose();
    }

    /// <summary>SIP alone is asked as it always was: its silence alone proves no hang.</summary>
    private static IProbe Asterisk(ProbeConfig.Asterisk probe, SipProbe sip) => probe.Layers == AsteriskLayers.Sip ? sip
        : new AsteriskProbe(
            new AsteriskTarget(
                probe.Layers, answers => LayerRule.Judge(answers, probe.Need), probe.Cli,
                Ami(probe), probe.TasksMax),
            sip);

    private static AmiTarget Ami(ProbeConfig.Asterisk probe) =>
        new(new IPEndPoint(IPAddress.Parse(probe.Ami.Address), probe.Ami.Port), probe.AmiUser, probe.AmiSecretFile);

    private static Func<string>? Account(ProbeConfig? probe) =>
        probe is ProbeConfig.Asterisk { MakesAmiAccount: true } asterisk && asterisk.Layers.HasFlag(AsteriskLayers.Ami)
            ? new AmiAccount(Ami(asterisk)).Provide : null;

    private static string SipAddress(ProbeConfig.Asterisk probe, GroupConfig group)
    {
        if (probe.Address.Length > 0) return probe.Address;
        return group.Resources.Select(resource => resource.What).OfType<ResourceKind.Ip>().FirstOrDefault()?.Address ?? "127.0.0.1";
    }

    private LinuxServiceAddress Address(ResourceKind.Ip ip) =>
        new(new ServiceAddressSpec(IPAddress.Parse(ip.Address), ip.PrefixLength, ip.Interface, ip.Refresh), question, AskTiming.Duplicate);

    /// <summary>The connected subnet and the default route.</summary>
    private static LinuxSourceRoute Route(ResourceKind.Ip ip)
    {
        var source = IPAddress.Parse(ip.Address);
        _ = Subnet.TryParse("default", source, out var everything);
        return new LinuxSourceRoute(new SourceRouteSpec([Subnet.Of(source, ip.PrefixLength), everything], source, ip.Interface));
    }

    private static LinuxSourceRoute Route(ResourceKind.Route route)
    {
        var source = IPAddress.Parse(route.Source);
        if (!Subnet.TryParse(route.Network, source, out var network))
            throw new InvalidOperationException($"source-route: {route.Network} is no network of the family of {route.Source}");
        return new LinuxSourceRoute(new SourceRouteSpec([network], source, route.Interface));
    }

    private static ScriptResource Script(LsbScript script) => new(script.Start, script.Stop, script.Status);

    private static ScriptResource Script(OcfAgent agent) => new(agent.Start, agent.Stop, agent.Monitor);
}
