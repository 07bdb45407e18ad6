using System.Collections.Immutable;
using Appliance.Agent.Clock;
using Appliance.Agent.FoneBridge;
using Appliance.Agent.Resources;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Drivers.Systemd;

namespace Appliance.Agent.Lines;

/// <summary>The telephone lines of all groups: their keepers are started, their positions become facts of the cluster.</summary>
public sealed class LineClients : IDisposable
{
    private readonly ApplianceConfig _config;
    private readonly int _node;
    private readonly Action<Event> _post;
    private readonly Action<Report> _tell;
    private readonly CancellationTokenSource _end = new();
    private readonly ImmutableArray<(int Group, ILine Line)> _lines;
    private readonly Lock _gate = new();
    private readonly LineSum[] _told;

    /// <param name="node">Own number.</param>
    /// <param name="pathOf">Socket of a relay's keeper, by name.</param>
    /// <param name="connect">To the service manager, when it is needed.</param>
    /// <param name="post">Inbox of the decision loop; called from any thread.</param>
    /// <param name="tell">Journal and events.</param>
    public LineClients(
        ApplianceConfig config, int node, Func<string, string> pathOf, Func<ISystemd> connect, Action<Event> post, Action<Report> tell)
    {
        (_config, _node, _post, _tell) = (config, node, post, tell);
        _told = [.. config.Groups.Select(_ => LineSum.None)];
        var systemd = new Lazy<ISystemd>(connect);
        _lines = [.. config.Groups.SelectMany((group, number) => config.LinesOf(group)
            .Select(device => (number, Make(device, number, pathOf, () => systemd.Value))))];
    }

    /// <summary>By the device's name; a tdm resource must use it.</summary>
    public ILine this[string device] => _lines.First(line => line.Line.Name == device).Line;

    /// <summary>How the lines of a group stand.</summary>
    public IReadOnlyList<LineView> Views(int group) => [.. _lines.Where(line => line.Group == group).Select(line => line.Line.View)];

    /// <summary>Begins to look at all devices, and starts the keepers of this node.</summary>
    public void Start(Func<ISystemd> connect)
    {
        foreach (var (group, line) in _lines)
        {
            line.Begin();
            Changed(group);
        }

        UnitToStart[] units = [.. _lines.Select(line => line.Line).OfType<RelayLine>().Select(relay =>
            new UnitToStart(relay.Name, LineControl.UnitOf(relay.Name), () => relay.View.Standing != LineStanding.Unknown))];
        if (units.Length > 0) UnitStarter.Begin("relay", units, connect, _tell, _end.Token);
    }

    /// <summary>What the newest decision allows each line.</summary>
    public void Publish(NodeState state)
    {
        foreach (var (_, line) in _lines) line.Publish(state);
    }

    public void Dispose()
    {
        _end.Cancel();
        foreach (var (_, line) in _lines) line.Dispose();
    }

    private ILine Make(LineDeviceConfig device, int group, Func<string, string> pathOf, Func<ISystemd> systemd) => device switch
    {
        RelayDeviceConfig relay when relay.Node != _node && !relay.IsShared => new FarLine(
            relay.Name, relay.Driver, group, () => Changed(group)),
        RelayDeviceConfig relay => new RelayLine(
            new RelayLineOptions(
                relay.Name, relay.Driver, group, pathOf(relay.Name), _config.Heartbeat.Keepalive, _config.Heartbeat.Deadtime),
            () => BootClock.Now, systemd, () => Changed(group)),
        LineDeviceConfig.FoneBridge bridge => new BridgeLine(
            bridge.Name, bridge.Driver, group, _config.Heartbeat.Deadtime, new LinuxBridgeSource(bridge), () => BootClock.Now,
            () => Changed(group)),
        _ => throw new Core.InvariantException($"nobody drives {device}"),
    };

    /// <summary>Tells the decision loop when the lines of a group are somewhere else, taken together.</summary>
    private void Changed(int group)
    {
        var sum = LineSum.Of([.. _lines.Where(line => line.Group == group).Select(line => line.Line)]);
        lock (_gate)
        {
            if (_told[group] == sum) return;
            _told[group] = sum;
            _post(new Event.LineChanged(group, sum.Standing, sum.Why, sum.Broken, sum.Apart));
        }
    }
}
