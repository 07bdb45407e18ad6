using System.Net;
using System.Net.Sockets;
using Appliance.Agent.Journal;
using Appliance.Agent.Replica.Client;
using Appliance.Agent.Replica.Control;
using Appliance.Agent.Replica.Process;
using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.Wire;
using Appliance.Core.Wire;
using Appliance.Drivers.BlockDisk;
using Appliance.Drivers.IoLoop;
using Appliance.Drivers.PeerLink;

namespace Appliance.Agent.Tests.Replica.Process;

/// <summary>Two whole processes' insides on one machine: metadata on real files, a real connection, orders by the control
/// sockets.</summary>
public sealed class ReplicaPairTests : IDisposable
{
    private const long FileBytes = 24 << 20;
    private static readonly Guid Pair = PairId.Of("site", "trial");
    private readonly string _folder = Directory.CreateTempSubdirectory("replica-pair-").FullName;
    private readonly MemoryStream _said = new();
    private readonly JournalWriter _journal;
    private readonly int _port = FreePort();
    private readonly TestFront?[] _fronts = new TestFront?[2];
    private readonly Thread?[] _processes = new Thread?[2];

    public ReplicaPairTests() => _journal = new JournalWriter(_said);

    public static TheoryData<IoLoopKind, bool> Kinds => new() { { IoLoopKind.Uring, false }, { IoLoopKind.Pool, true } };

    [Theory, MemberData(nameof(Kinds))]
    public void Two_new_replicas_find_each_other_copy_mirror_change_roles_and_end_alike(IoLoopKind kind, bool encrypt)
    {
        foreach (var node in new[] { 0, 1 })
        {
            Create(node);
            Start(node, kind, encrypt);
        }

        Done(0, ReplicaOrderNames.Primary, new ReplicaArguments(Force: true));
        Until(0, status => status is { Connection: ConnectionState.Connected, PeerDisk: DiskState.UpToDate });
        _fronts[0]!.Start(3000);
        Assert.True(_fronts[0]!.Finished.Wait(TimeSpan.FromSeconds(60)), Said());
        Assert.Equal(0, _fronts[0]!.Bad);
        Done(0, ReplicaOrderNames.Secondary);
        Done(1, ReplicaOrderNames.Primary);
        _fronts[1]!.Start(3000);
        Assert.True(_fronts[1]!.Finished.Wait(TimeSpan.FromSeconds(60)), Said());
        Until(1, status => status is { PeerDisk: DiskState.UpToDate, OutOfSyncKiB: 0 });
        var size = (int)Ask(1).Status!.DataBytes;
        Done(1, ReplicaOrderNames.Stop);
        Done(0, ReplicaOrderNames.Stop);
        foreach (var process in _processes) Assert.True(process!.Join(TimeSpan.FromSeconds(10)), Said());
        var (left, right) = (DiskContent.Read(Disk(0)), DiskContent.Read(Disk(1)));
        Assert.True(left.AsSpan(0, size).SequenceEqual(right.AsSpan(0, size)), "the copies differ");
        Assert.Equal(4096, left.AsSpan(3 * 4096, 4096).Count((byte)4));
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private string Disk(int node) => Path.Combine(_folder, $"disk-{node}");

    private string Socket(int node) => Path.Combine(_folder, $"{node}.sock");

    private void Create(int node)
    {
        using (var file = File.Create(Disk(node)))
        {
            file.SetLength(FileBytes);
            file.Write(Enumerable.Range(0, 1 << 20).Select(at => (byte)(at * (node + 3) >> 4)).ToArray());
        }

        using var disk = LinuxDisk.Open(Disk(node), "", direct: false, out var problem);
        Assert.True(disk is not null, problem);
        var first = FirstImage.Of(Pair, Guid.NewGuid(), node, disk.Capacity, disk.Capacity, 0);
        Assert.Null(MetadataWriter.Create(disk.MetadataDevice, first));
    }

    private void Start(int node, IoLoopKind kind, bool encrypt)
    {
        var config = new ReplicaConfig("trial", node, ["left", "right"], Protocol.C, 4 << 20, 1 << 30) { Fencing = Fencing.DontCare };
        var at = new IPEndPoint(IPAddress.Loopback, _port);
        var greeting = new GreetingConfig("trial", Pair, node, Keys(), encrypt);
        var engine = new EngineOptions(
            config, ThisProcess.Identity(), 128, (_, door, tell) => new FrontEnds(null, () => _fronts[node] = new TestFront(door), tell),
            new PeerLinkConfig(greeting, node == 0 ? at : null, node == 0 ? null : at));
        var disk = new ReplicaDisk(Disk(node), "", false, Pair, node, Socket(node) + ReplicaDisk.NoteSuffix);
        var options = new ReplicaProcessOptions(engine, kind, Socket(node), disk);
        var process = new Thread(() => ReplicaProcess.Run(options, _journal)) { IsBackground = true };
        _processes[node] = process;
        process.Start();
        for (var tenths = 0; tenths < 100 && !Ask(node).Ok; tenths++) Thread.Sleep(100);
    }

    private static KeySet Keys() => new([new Key(1, [.. Enumerable.Range(0, Key.SecretBytesMin).Select(at => (byte)at)])]);

    private ReplicaReply Ask(int node) =>
        ReplicaSocket.Ask(Socket(node), new ReplicaRequest(ReplicaCommands.Status), TimeSpan.FromSeconds(5), out _);

    private void Done(int node, string order, ReplicaArguments? arguments = null)
    {
        var reply = ReplicaSocket.Ask(
            Socket(node), new ReplicaRequest(ReplicaCommands.Order, order, arguments), TimeSpan.FromSeconds(40), out _);
        Assert.True(reply.Ok, $"{order}: {reply.Error}\n{Said()}");
    }

    private void Until(int node, Func<ReplicaStatus, bool> claim)
    {
        for (var tenths = 0; tenths < 300; tenths++)
        {
            if (Ask(node).Status is { } status && claim(status)) return;
            Thread.Sleep(100);
        }

        Assert.Fail($"{Ask(node).Status}\n{Said()}");
    }

    private string Said() => System.Text.Encoding.UTF8.GetString(_said.ToArray());

    public void Dispose()
    {
        _journal.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
