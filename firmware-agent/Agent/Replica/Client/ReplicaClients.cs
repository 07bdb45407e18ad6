using Appliance.Agent.Replica.Control;
using Appliance.Agent.Resources;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Replica;
using Appliance.Drivers.Systemd;

namespace Appliance.Agent.Replica.Client;

/// <summary>The replicas of this node, whoever serves: their processes are started, followed, and given the cluster's orders.</summary>
public sealed class ReplicaClients : IDisposable
{
    private readonly ReplicaClient[] _clients;
    private readonly ReplicaClient?[] _ofGroup;
    private readonly Action<Report> _tell;
    private readonly CancellationTokenSource _end = new();

    /// <param name="pathOf">Control socket of a replica, by name.</param>
    /// <param name="post">Inbox of the decision loop; called from any thread.</param>
    /// <param name="tell">Journal and events.</param>
    public ReplicaClients(ApplianceConfig config, Func<string, string> pathOf, Action<Event> post, Action<Report> tell)
    {
        _tell = tell;
        var groupOf = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var group = 0; group < config.Groups.Length; group++)
            if (config.ReplicaOf(config.Groups[group]) is { } used) groupOf[used.Name] = group;
        _clients = [.. config.Replicas.Select(replica => new ReplicaClient(
            replica.Name, pathOf(replica.Name),
            watch => Changed(groupOf.GetValueOrDefault(replica.Name, -1), watch, post),
            news => Tell(replica.Name, news)))];
        _ofGroup = [.. config.Groups.Select(group => config.ReplicaOf(group) is { } used ? this[used.Name] : null)];
    }

    /// <summary>By name; the replica must be configured.</summary>
    public ReplicaClient this[string name] => _clients.First(client => client.Name == name);

    /// <summary>Begins to follow all processes, and starts their units: also on the passive node, which keeps the second copy.</summary>
    public void Start(Func<ISystemd> connect)
    {
        if (_clients.Length == 0) return;
        foreach (var client in _clients) client.Start();
        UnitStarter.Begin(
            "replica", [.. _clients.Select(client => new UnitToStart(
                client.Name, ReplicaUnit.Of(client.Name), () => client.Last is not null))],
            connect, _tell, _end.Token);
    }

    /// <summary>What the newest decision allows each replica.</summary>
    public void Publish(NodeState state)
    {
        for (var group = 0; group < _ofGroup.Length; group++)
            if (_ofGroup[group] is { } client) client.Mandate = PeerFencing.Mandate(new Situation(state, group, state.LastStep));
    }

    /// <summary>Passes an order on; returns at once.</summary>
    public void Order(int group, ReplicaOrder order) => _ofGroup[group]?.Post(order);

    public void Dispose()
    {
        _end.Cancel();
        foreach (var client in _clients) client.Dispose();
    }

    private static void Changed(int group, ReplicaWatch? watch, Action<Event> post)
    {
        if (group < 0) return;
        var standing = watch is null ? DataStanding.Unknown : DataStandings.Of(Facts(watch));
        post(new Event.DataChanged(group, standing, watch is { AskFence: true }, watch?.Connection >= ConnectionState.Connected));
    }

    private static ReplicaFacts Facts(ReplicaWatch watch) => new(
        watch.Connection, watch.Disk, watch.AskFence, watch.Alone, watch.PeerOutdated);

    private void Tell(string replica, ReplicaNews news) => _tell(new Report(
        news.Kind == NewsKind.Alarm ? ReportKind.Alarm : ReportKind.Resource, $"replica {replica}: {news.Text}", Resource: replica));
}
