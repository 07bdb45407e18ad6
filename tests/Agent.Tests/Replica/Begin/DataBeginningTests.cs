using System.Text;
using Appliance.Agent.Commands;
using Appliance.Agent.Replica.Begin;
using Appliance.Agent.Replica.Control;
using Appliance.Agent.Tests.Replica.Client;
using Appliance.Core.Configuration;
using Appliance.Core.Replica;
using Appliance.Core.Wire;
using Appliance.Drivers.Mount;
using Appliance.Drivers.Systemd;

namespace Appliance.Agent.Tests.Replica.Begin;

/// <summary>A fresh node: its disk is a file, its replica's process a pretended one.</summary>
public sealed class DataBeginningTests : IDisposable
{
    private const string Unit = "appliance-replica@data.service";
    private readonly string _folder = Directory.CreateTempSubdirectory("begin-").FullName;
    private readonly FakeReplica _replica = new();
    private readonly SimulatedSystemd _systemd = new();
    private readonly StringWriter _output = new();

    public DataBeginningTests()
    {
        using (var file = File.Create(Disk)) file.SetLength(64 << 20);
        _systemd.Add(Unit);
        _replica.Status = FakeReplica.Example with
        {
            New = true, PeerNew = true, PeerSeen = true, Connection = ConnectionState.Connected, PeerRole = ReplicaRole.Secondary,
            PeerDisk = DiskState.Inconsistent, Progress = null,
        };
    }

    private string Disk => _folder + "/disk";

    private string Done => _folder + "/state/data-begun";

    [Fact]
    public void An_empty_disk_becomes_the_second_nodes_and_the_first_one_is_waited_for()
    {
        Assert.Null(Begin(node: 1));
        Assert.Contains("pbx-a makes the first copy", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal("active", _systemd.State(Unit).Active);
        Assert.True(File.Exists(Done));
        Assert.Empty(_replica.Orders);
    }

    [Fact]
    public void Begun_again_nothing_is_made_anew()
    {
        Assert.Null(Begin(node: 1));
        var made = DiskContent.Read(Disk);
        _replica.Status = _replica.Status with { New = false, Disk = DiskState.UpToDate };
        Assert.Null(Begin(node: 1));
        Assert.Equal(made, DiskContent.Read(Disk));
    }

    [Fact]
    public void A_disk_with_a_file_system_is_a_persons_to_give_away()
    {
        using (var file = File.OpenWrite(Disk))
        {
            file.Position = 1080;
            file.Write([0x53, 0xEF]); // ext4
        }

        var before = DiskContent.Read(Disk);
        Assert.Contains("is not empty", Begin(node: 0), StringComparison.Ordinal);
        Assert.Equal(before, DiskContent.Read(Disk));
        Assert.False(File.Exists(Done));
        Assert.Equal("inactive", _systemd.State(Unit).Active);
    }

    [Fact]
    public void A_disk_that_is_missing_is_said_and_tried_again_at_the_next_start()
    {
        File.Delete(Disk);
        Assert.Contains("does not exist", Begin(node: 0), StringComparison.Ordinal);
        Assert.False(File.Exists(Done));
    }

    [Fact]
    public void A_process_that_does_not_answer_leaves_it_for_the_next_start()
    {
        _replica.Die();
        Assert.Contains("does not answer", Begin(node: 0), StringComparison.Ordinal);
        Assert.False(File.Exists(Done));
    }

    [Fact]
    public void The_first_node_forces_itself_and_an_interruption_is_known_afterwards()
    {
        _replica.Refuses[ReplicaOrderNames.Primary] = "the power is cut at this moment";
        Assert.Contains("power", Begin(node: 0), StringComparison.Ordinal);
        Assert.True(Assert.Single(_replica.Orders).Arguments?.Force);
        Assert.False(File.Exists(Done));
        // The order was carried out, the rest was not: the disk is no longer new, and only the note knows.
        _replica.Status = _replica.Status with { New = false, Disk = DiskState.UpToDate };
        _replica.Orders.Clear();
        Assert.Contains("power", Begin(node: 0), StringComparison.Ordinal);
        Assert.Null(Assert.Single(_replica.Orders).Arguments?.Force);
    }

    [Fact]
    public async Task A_device_that_goes_late_is_waited_for()
    {
        _replica.Refuses[ReplicaOrderNames.Secondary] = "the device did not go within 10 s";
        var hands = new BeginningHands(_ => _replica.Path, _systemd, new SimulatedMounts());
        Assert.Contains("did not go", hands.LetGo("data", TimeSpan.Zero), StringComparison.Ordinal);
        var asked = _replica.OrdersOf(ReplicaOrderNames.Secondary);
        var waiting = Task.Run(() => hands.LetGo("data", TimeSpan.FromMinutes(2)));
        Assert.True(SpinWait.SpinUntil(() => _replica.OrdersOf(ReplicaOrderNames.Secondary) >= asked + 2, TimeSpan.FromMinutes(1)));
        _replica.Refuses.Remove(ReplicaOrderNames.Secondary);
        Assert.Null(await waiting);
    }

    public void Dispose()
    {
        _replica.Dispose();
        _systemd.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string? Begin(int node)
    {
        var text = $$"""
            [cluster]
            name = "begin"
            key-file = "/etc/appliance/cluster.key"
            [[node]]
            name = "pbx-a"
            [[node]]
            name = "pbx-b"
            [[heartbeat.link]]
            name = "cable"
            type = "udp"
            interface = "eth1"
            address = { pbx-a = "10.1.1.1", pbx-b = "10.1.1.2" }
            [replica.data]
            disk = "{{Disk}}"
            device = "/dev/appliance/data"
            address = { pbx-a = "10.1.1.1:7788", pbx-b = "10.1.1.2:7788" }
            [[group]]
            name = "pbx"
            [[group.resource]]
            name = "data"
            type = "replica"
            replica = "data"
            """;
        var read = ConfigReader.Read(Encoding.UTF8.GetBytes(text));
        Assert.True(read.Config is not null, string.Join("; ", read.Problems.Select(problem => problem.Message)));
        var files = new AgentFiles(read.Config, node, new KeySet([new Key(1, [.. new byte[32]])]), []);
        var hands = new BeginningHands(_ => _replica.Path, _systemd, new SimulatedMounts());
        return new DataBeginning(files, new AgentOptions("", null, _folder + "/state", ""), hands, _output)
            { Patience = TimeSpan.FromMilliseconds(1) }.Run();
    }
}
