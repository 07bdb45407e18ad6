using System.Text;
using Appliance.Agent.Control;
using Appliance.Agent.Replica.Client;
using Appliance.Agent.Replica.Control;
using Appliance.Agent.Replica.Process;
using Appliance.Agent.Tests.Replica.Process;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Replica;
using Appliance.Drivers.IoLoop;

namespace Appliance.Agent.Tests.Replica.Client;

/// <summary>What the decision loop hears of a real engine, and what its orders do there.</summary>
public sealed class ReplicaClientsTests : IReplicaControl, IDisposable
{
    private const string Replica = """

        [replica.trial]
        disk = "/dev/sdb1"
        address = { pbx-a = "10.1.1.1:7788", pbx-b = "10.1.1.2:7788" }
        [[group]]
        name = "data"
        [[group.resource]]
        name = "trial"
        type = "replica"
        replica = "trial"
        """;

    private readonly EngineFixture _engine = new(IoLoopKind.Pool);
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"replica-{Guid.NewGuid():N}.sock");
    private readonly ControlServer _server;
    private readonly List<Event> _events = [];
    private readonly List<Report> _told = [];
    private readonly ReplicaClients _clients;

    public ReplicaClientsTests()
    {
        _server = ControlServer.Start(
            _path, (client, stopping) => new ReplicaSession(client, this, stopping).Run(), _ => { }, "{0} is taken", out var error)
            ?? throw new InvalidOperationException(error);
        var file = File.ReadAllText(RepositoryFiles.PathOf("docs", "appliance.minimal.toml")) + Replica;
        var config = ConfigReader.Read(Encoding.UTF8.GetBytes(file)).Config!;
        _clients = new ReplicaClients(config, _ => _path, Note, report => { lock (_told) _told.Add(report); });
    }

    StatusBoard IReplicaControl.Board => _engine.Board;

    ReplicaReply IReplicaControl.Execute(string name, ReplicaArguments? arguments)
    {
        if (name == ReplicaOrderNames.Attach) return _engine.Order(new ReplicaOrder.Attach(null!));
        return ReplicaOrderNames.Read(name, arguments, out var error) is { } order ? _engine.Order(order) : ReplicaReply.Refused(error);
    }

    public void Dispose()
    {
        _clients.Dispose();
        _server.Dispose();
        _engine.Dispose();
    }

    [Fact]
    public void Every_standing_of_the_engine_is_heard_by_the_group_that_uses_it()
    {
        _clients.Start(() => throw new IOException("there is no systemd here"));
        var client = _clients["trial"];
        Until(DataStanding.Diskless);
        Assert.True(client.Order(ReplicaOrderNames.Attach, null, ReplicaControl.OrderDeadline).Ok);
        Until(DataStanding.Inconsistent); // Just created: serves nobody unless forced.
        Assert.True(client.Order(ReplicaOrderNames.Primary, new ReplicaArguments(Force: true), ReplicaControl.OrderDeadline).Ok);
        Until(DataStanding.Alone);
        Assert.True(client.Order(ReplicaOrderNames.Secondary, null, ReplicaControl.OrderDeadline).Ok);
        Until(DataStanding.UpToDate); // There never was a peer that could have newer data.
        _clients.Order(1, new ReplicaOrder.Outdate());
        Until(DataStanding.Outdated);
        _server.Dispose();
        Until(DataStanding.Unknown);
    }

    private void Note(Event happened)
    {
        lock (_events) _events.Add(happened);
    }

    private void Until(DataStanding standing)
    {
        Assert.True(SpinWait.SpinUntil(() => Last() is { Group: 1 } last && last.Standing == standing, TimeSpan.FromSeconds(20)),
            $"{standing} was not heard, but {Last()}");

        Event.DataChanged? Last()
        {
            lock (_events) return _events.OfType<Event.DataChanged>().LastOrDefault();
        }
    }
}
