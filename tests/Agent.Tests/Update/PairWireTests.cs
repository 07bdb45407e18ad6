using System.Net;
using System.Net.Sockets;
using Appliance.Agent.Update.Pair;
using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.Wire;
using Appliance.Core.Update;
using Appliance.Core.Wire;

namespace Appliance.Agent.Tests.Update;

/// <summary>Orders about updates come from the other node or from nobody.</summary>
public sealed class PairWireTests : IDisposable
{
    private static readonly IPAddress First = IPAddress.Parse("127.0.0.1");
    private static readonly IPAddress Second = IPAddress.Parse("127.0.0.2");

    private readonly string _folder = Directory.CreateTempSubdirectory("appliance-pair-").FullName;
    private readonly FakePairNode _node = new();
    private readonly List<string> _told = [];
    private volatile bool _isCurrent = true;
    private readonly PairServer _server;
    private readonly Thread _thread;
    private readonly IPEndPoint _at;

    public PairWireTests()
    {
        var address = new PairAddress(new IPEndPoint(Second, 0), new IPEndPoint(First, 0), Greeting(1));
        _server = new PairServer(address, _node, Path.Combine(_folder, "received"), text =>
        {
            lock (_told) _told.Add(text);
        });
        _at = _server.Open();
        _thread = new Thread(() => _server.Run(() => _isCurrent)) { IsBackground = true };
        _thread.Start();
    }

    public void Dispose()
    {
        _server.Dispose();
        _thread.Join();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Node_says_how_it_stands()
    {
        for (var phase = SlotPhase.Settled; phase <= SlotPhase.Stray; phase++)
            foreach (var waiting in new[] { "", "2.0-rc.1" })
            {
                _node.Now = new PairNode(true, "1.0", phase, waiting, false);
                Assert.Equal(_node.Now, Peer().Look(out var problem));
                Assert.Equal("", problem);
            }

        _node.Now = _node.Now with { Reached = false };
        Assert.False(Peer().Look(out var why).Reached);
        Assert.Equal("no slots here", why);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(PairChannel.MessageBytesMax)]
    [InlineData(3 * PairChannel.MessageBytesMax + 17)]
    public void File_arrives_as_it_was_sent_and_is_written(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        File.WriteAllBytes(Path.Combine(_folder, "update"), bytes);
        Assert.Null(Peer().Write(Path.Combine(_folder, "update")));
        Assert.Equal(bytes, _node.Written);
        Assert.Null(Peer().Reboot());
        Assert.Equal(["write", "reboot"], _node.Deeds);
    }

    [Fact]
    public void Refusals_come_back_in_words()
    {
        File.WriteAllText(Path.Combine(_folder, "update"), "x");
        _node.Refusal = "pbx-b serves: no reboot";
        Assert.Equal("pbx-b serves: no reboot", Peer().Reboot());
        Assert.Equal("pbx-b serves: no reboot", Peer().Write(Path.Combine(_folder, "update")));
        Assert.Contains("none", Peer().Write(Path.Combine(_folder, "none")), StringComparison.Ordinal);
    }

    [Fact]
    public void Place_that_cannot_keep_the_file_is_said_and_nothing_is_written()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "received"));
        File.WriteAllBytes(Path.Combine(_folder, "update"), new byte[5 << 20]);
        Assert.Contains("received", Peer().Write(Path.Combine(_folder, "update")), StringComparison.Ordinal);
        Assert.Empty(_node.Deeds);
    }

    [Fact]
    public void Stranger_with_another_key_or_cluster_is_refused()
    {
        Assert.False(Peer(Greeting(0, secret: 8)).Look(out var problem).Reached);
        Assert.Contains("the keys differ", problem, StringComparison.Ordinal);
        Assert.NotNull(Peer(Greeting(0, secret: 8)).Reboot());
        Assert.Contains("another cluster", Peer(Greeting(0, cluster: "other")).Reboot(), StringComparison.Ordinal);
        Assert.Contains("so are we", Peer(Greeting(1)).Reboot(), StringComparison.Ordinal);
        Assert.Contains("replica", Peer(Greeting(0, name: "data")).Reboot(), StringComparison.Ordinal);
        Assert.Empty(_node.Deeds);
        lock (_told) Assert.Contains(_told, text => text.Contains("was refused", StringComparison.Ordinal));
    }

    [Fact]
    public void Server_whose_configuration_has_changed_ends_by_itself()
    {
        Assert.True(Peer().Look(out _).Reached);
        _isCurrent = false;
        _thread.Join();
    }

    [Fact]
    public void Addresses_cluster_and_keys_are_what_a_server_stands_for()
    {
        static PairAddress At(string own, string peer, GreetingConfig greeting) =>
            new(new IPEndPoint(IPAddress.Parse(own), 7794), new IPEndPoint(IPAddress.Parse(peer), 7794), greeting);
        var now = At("10.1.1.1", "10.1.1.2", Greeting(0));
        Assert.True(now.IsSame(At("10.1.1.1", "10.1.1.2", Greeting(0))));
        foreach (var other in new[]
        {
            At("10.1.1.3", "10.1.1.2", Greeting(0)), At("10.1.1.1", "10.1.1.3", Greeting(0)), At("10.1.1.1", "10.1.1.2", Greeting(1)),
            At("10.1.1.1", "10.1.1.2", Greeting(0, secret: 8)), At("10.1.1.1", "10.1.1.2", Greeting(0, cluster: "other")),
        })
            Assert.False(now.IsSame(other));
    }

    [Fact]
    public void Caller_from_another_address_is_hung_up_on()
    {
        var other = new PairAddress(new IPEndPoint(IPAddress.Parse("127.0.0.3"), 0), _at, Greeting(0));
        Assert.Contains("hung up", new PairPeer(other).Reboot(), StringComparison.Ordinal);
        Assert.Empty(_node.Deeds);
    }

    [Fact]
    public void Garbage_and_callers_who_hang_up_end_nothing()
    {
        var random = new Random(3);
        for (var round = 0; round < 40; round++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(First, 0));
            socket.Connect(_at);
            var bytes = new byte[random.Next(600)];
            random.NextBytes(bytes);
            if (round % 3 == 0 && bytes.Length > 2) (bytes[0], bytes[1]) = (0xA9, 0xD1);
            socket.Send(bytes);
        }

        Assert.True(Peer().Look(out var problem).Reached, problem);
        Assert.Empty(_node.Deeds);
    }

    [Fact]
    public void What_is_changed_on_its_way_is_no_order()
    {
        File.WriteAllBytes(Path.Combine(_folder, "update"), new byte[300]);
        for (var at = 0; at < 800; at += 23)
        {
            using var middle = new Middle(_at, at);
            var answer = new PairPeer(new PairAddress(new IPEndPoint(First, 0), middle.At, Greeting(0))).Write(
                Path.Combine(_folder, "update"));
            if (!middle.Changed) continue;
            Assert.NotNull(answer);
            Assert.Empty(_node.Deeds);
        }
    }

    [Fact]
    public void Unknown_orders_and_lengths_that_lie_are_refused()
    {
        foreach (var order in new[] { "", "reboot now", "write", "write -1", "write 99999999999999999999", "shell", "status " })
            Assert.StartsWith("no ", Order(order), StringComparison.Ordinal);
        Assert.Throws<IOException>(() => Order("write 3", "four"));
        Assert.Empty(_node.Deeds);
    }

    [Fact]
    public void Nobody_there_is_said_with_what_to_look_at()
    {
        var nobody = new PairPeer(new PairAddress(new IPEndPoint(First, 0), new IPEndPoint(First, 1), Greeting(0)));
        Assert.False(nobody.Look(out var problem).Reached);
        Assert.Contains("is appliance-update-peer.service running there", problem, StringComparison.Ordinal);
    }

    private static GreetingConfig Greeting(int node, byte secret = 7, string cluster = "site42", string name = "appliance update")
    {
        var bytes = new byte[32];
        Array.Fill(bytes, secret);
        return new GreetingConfig(name, PairId.Of(cluster, "appliance update"), node, new KeySet([new Key(1, [.. bytes])]), Encrypt: true);
    }

    private PairPeer Peer(GreetingConfig? greeting = null) => new(new PairAddress(new IPEndPoint(First, 0), _at, greeting ?? Greeting(0)));

    private string Order(params string[] messages)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 10_000 };
        socket.Bind(new IPEndPoint(First, 0));
        socket.Connect(_at);
        using var channel = PairChannel.Greet(socket, Greeting(0), out var problem);
        Assert.True(channel is not null, problem);
        foreach (var message in messages) channel.Send(System.Text.Encoding.UTF8.GetBytes(message));
        return System.Text.Encoding.UTF8.GetString(channel.Receive());
    }
}
