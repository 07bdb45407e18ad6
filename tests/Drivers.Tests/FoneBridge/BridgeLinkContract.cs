using System.Net;
using Appliance.Core.FoneBridge.Wire;
using Appliance.Drivers.FoneBridge;

namespace Appliance.Drivers.Tests.FoneBridge;

/// <summary>What a bridge and the way to it promise, in the same process and over UDP.</summary>
public abstract class BridgeLinkContract : IDisposable
{
    /// <summary>Ample on a busy machine; nothing waits that long when all is well.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    protected SimulatedFoneBridge Bridge { get; private set; } = new(new BridgeIdentity());

    protected abstract IBridgeLink Link { get; }

    /// <summary>Puts another bridge behind the link.</summary>
    protected virtual void Use(SimulatedFoneBridge bridge) => Bridge = bridge;

    protected abstract void WithBridge(Action<SimulatedFoneBridge> change);

    [Theory]
    [InlineData("e1-nodsp", false)]
    [InlineData("t1-nodsp", false)]
    [InlineData("dspT1", true)]
    [InlineData("q", true)]
    [InlineData("setip", false)]
    public void Recorded_requests_get_the_recorded_replies(string session, bool hasDsp)
    {
        Use(new SimulatedFoneBridge(new BridgeIdentity { HasDsp = hasDsp }));
        var packets = Recorded(session);
        Assert.NotEmpty(packets);
        for (var at = 0; at < packets.Length; at += 2)
        {
            Assert.Equal(Convert.ToHexStringLower(packets[at + 1]), Convert.ToHexStringLower(Ask(packets[at])!));
        }
    }

    [Fact]
    public void What_is_configured_is_kept_and_told()
    {
        foreach (var packet in Recorded("e1-nodsp").Where((_, index) => index % 2 == 0)) Assert.NotNull(Ask(packet));
        WithBridge(bridge =>
        {
            Assert.Equal(1, bridge.Transmit);
            Assert.Equal("02:aa:bb:cc:dd:01", bridge.Destination(1).ToString());
            Assert.Equal(0ul, bridge.Destination(2).Value);
            Assert.Equal([0, 1, 2, 3], bridge.Priorities);
            Assert.Equal(8, bridge.LineRegister(3, 0x21));
            Assert.Equal(0, bridge.LineRegister(0, 0x27));
        });
        var links = Ask(BridgeRequest.ReadLinks().ToUdp())!;
        Assert.Equal(Recorded("e1-nodsp").Single(packet => packet.Length == 66 && packet[0] == 15 && packet[1] == 0)[2..], links[2..]);
        Assert.Equal([0, 0, 0, 1, 2, 3], Ask(BridgeRequest.ReadPriorities([9, 9, 9, 9]).ToUdp()));
    }

    [Fact]
    public void Only_spans_of_the_mask_are_touched()
    {
        byte[] all = [.. Enumerable.Repeat((byte)1, 64)];
        Ask([0b0100, 1, .. all]);
        WithBridge(bridge => Assert.Equal(
            [.. new byte[32], .. Enumerable.Repeat((byte)1, 9), .. new byte[23]], bridge.Links)); // Reserved bytes stay 0.
    }

    [Fact]
    public void Power_loss_forgets_what_was_not_kept()
    {
        byte[] links = [.. Enumerable.Range(0, 64).Select(at => (byte)(at % 16 == 0 ? 1 : 0))];
        Ask(BridgeRequest.WriteLinks(links).ToUdp());
        Ask(BridgeRequest.Store().ToUdp());
        Ask(BridgeRequest.WriteLinks(new byte[64]).ToUdp());
        Ask(BridgeRequest.StartTransmit().ToUdp());
        WithBridge(bridge => bridge.Restart());
        Assert.Equal(links, Ask(BridgeRequest.ReadLinks().ToUdp())![2..]);
        WithBridge(bridge => Assert.Equal(0, bridge.Transmit));
        Ask(BridgeRequest.Clear().ToUdp());
        Ask(BridgeRequest.ResetBridge().ToUdp());
        Assert.Equal(new byte[64], Ask(BridgeRequest.ReadLinks().ToUdp())![2..]);
    }

    [Fact]
    public void New_address_counts_after_a_reset()
    {
        foreach (var packet in Recorded("setip").Where((_, index) => index % 2 == 0)) Ask(packet);
        Assert.Equal("192.168.1.254", Info().Flash.Address(1).ToString());
        Ask(BridgeRequest.ResetBridge().ToUdp());
        Assert.Equal("10.99.0.77", Info().Flash.Address(1).ToString());
        Assert.True(Info().Flash.IsIntact);
    }

    [Fact]
    public void Refusals_have_the_length_of_a_good_reply_unless_short_ones_are_wanted()
    {
        WithBridge(bridge => bridge.Faults.Refused[BridgeCommand.ClockSelect] = BridgeStatus.NoMemory);
        Assert.Equal([2, 2, 0, 0, 0, 0], Ask(BridgeRequest.ClockPll(true).ToUdp()));
        WithBridge(bridge => bridge.Faults.ShortRefusals = true);
        Assert.Equal([2, 2], Ask(BridgeRequest.ClockPll(true).ToUdp()));
        Assert.Equal([9, 3], Ask([9, 99]));
        Assert.Equal([2, 7], Ask([2, 21, 1, 2, 3, 4, 5, 6]));
        Assert.Equal([0, 6], Ask([0, 21, 1, 2, 3, 4, 5]));
    }

    [Fact]
    public void Silence_is_silence_and_nothing_throws()
    {
        WithBridge(bridge => bridge.Faults.LoseRequests = 1);
        Assert.Equal("", Link.Send(BridgeRequest.StartTransmit().ToUdp()));
        Assert.Equal(BridgeArrival.Silence, Link.Receive(TimeSpan.FromMilliseconds(50)));
        WithBridge(bridge =>
        {
            Assert.Equal(0, bridge.Transmit);
            bridge.Faults.LoseReplies = 1;
        });
        Link.Send(BridgeRequest.StartTransmit().ToUdp());
        Assert.Equal(BridgeArrival.Silence, Link.Receive(TimeSpan.FromMilliseconds(50)));
        WithBridge(bridge => Assert.Equal(1, bridge.Transmit));
    }

    [Fact]
    public void Late_reply_does_not_arrive_on_a_new_port()
    {
        WithBridge(bridge => bridge.Faults.Delay = TimeSpan.FromMilliseconds(300));
        Link.Send(BridgeRequest.ReadPriorities([0, 0, 0, 0]).ToUdp());
        WithBridge(bridge => bridge.Faults.Delay = TimeSpan.Zero);
        Assert.Equal("", Link.Renew());
        // The late one would be six bytes long.
        Assert.Equal(2, Ask(BridgeRequest.StopTransmit().ToUdp())!.Length);
        Assert.Equal(BridgeArrival.Silence, Link.Receive(TimeSpan.FromMilliseconds(600)));
    }

    [Fact]
    public void Double_reply_is_drained()
    {
        WithBridge(bridge => bridge.Faults.Duplicates = true);
        Assert.NotNull(Ask(BridgeRequest.StopTransmit().ToUdp()));
        WithBridge(bridge => bridge.Faults.Duplicates = false);
        Thread.Sleep(50);
        Link.Drain();
        Assert.Equal(BridgeArrival.Silence, Link.Receive(TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public void Voice_counts_only_while_it_is_sent()
    {
        var before = Statistics().Sent[0];
        Thread.Sleep(50);
        Assert.InRange(Statistics().Sent[0] - before, 0u, 5u);
        Ask(BridgeRequest.SetDestination(1, new EthernetAddress(7)).ToUdp());
        Ask(BridgeRequest.StartTransmit().ToUdp());
        before = Statistics().Sent[0];
        Thread.Sleep(200);
        Assert.True(Statistics().Sent[0] - before >= 100);
    }

    [Fact]
    public void Line_counters_are_latched_and_cleared()
    {
        WithBridge(bridge => (bridge.LineCounters(1)[8], bridge.LineCounters(1)[9]) = (0x34, 0x12));
        Ask(BridgeRequest.WriteLine(1, 0xC2, 0).ToUdp());
        Ask(BridgeRequest.WriteLine(1, 0xC2, 2).ToUdp());
        Assert.Equal((0x34, 0x12), (Counter(0x28), Counter(0x29)));
        Ask(BridgeRequest.WriteLine(1, 0xC2, 0).ToUdp());
        Ask(BridgeRequest.WriteLine(1, 0xC2, 2).ToUdp());
        Assert.Equal((0, 0), (Counter(0x28), Counter(0x29)));
    }

    [Fact]
    public void Garbage_is_answered_or_not_but_never_harms()
    {
        var random = new Random(5);
        for (var round = 0; round < 3000; round++)
        {
            var garbage = new byte[random.Next(1, 120)];
            random.NextBytes(garbage);
            if (garbage.Length > 1 && round % 2 == 0) garbage[1] = (byte)random.Next(44);
            Link.Send(garbage);
        }

        // Over UDP some of the answers may still be on their way, and all of them lead to a port that was left.
        byte[]? reply = null;
        for (var tries = 0; tries < 100 && reply?.Length != 354; tries++)
        {
            Link.Renew();
            Link.Send(BridgeRequest.GetStaticInfo().ToUdp());
            reply = Link.Receive(TimeSpan.FromSeconds(1)).Datagram;
        }

        Assert.Equal(354, reply?.Length);
    }

    public virtual void Dispose()
    {
        Link.Dispose();
        GC.SuppressFinalize(this);
    }

    protected byte[]? Ask(byte[] request)
    {
        Assert.Equal("", Link.Send(request));
        return Link.Receive(Patience).Datagram;
    }

    private StaticInfo Info() => StaticInfo.Read(Ask(BridgeRequest.GetStaticInfo().ToUdp()).AsSpan(2));

    private BridgeStatistics Statistics() => BridgeStatistics.Read(Ask(BridgeRequest.GetStatistics().ToUdp()).AsSpan(2));

    private int Counter(byte index)
    {
        Ask(BridgeRequest.WriteLine(0, 0x0E, index).ToUdp());
        return Ask(BridgeRequest.ReadLine(0, 0x0F).ToUdp())![^1];
    }

    /// <summary>Requests and replies in turn.</summary>
    private static byte[][] Recorded(string session)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Appliance.sln"))) folder = folder.Parent;
        return
        [
            .. File.ReadLines(Path.Combine(folder.FullName, "tests", "Core.Tests", "Vectors", "fonebridge-sessions.txt"))
                .SkipWhile(line => !line.StartsWith($"## {session} - ", StringComparison.Ordinal)).Skip(1)
                .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal)).Where(line => line.Length > 2)
                .Select(line => Convert.FromHexString(line[2..].Trim())),
        ];
    }
}

public class SimulatedBridgeLinkTests : BridgeLinkContract
{
    private IBridgeLink? _link;

    protected override IBridgeLink Link => _link ??= new SimulatedBridgeLink(Bridge);

    protected override void Use(SimulatedFoneBridge bridge)
    {
        base.Use(bridge);
        _link = new SimulatedBridgeLink(bridge);
    }

    protected override void WithBridge(Action<SimulatedFoneBridge> change) => change(Bridge);
}

public class LinuxBridgeLinkTests : BridgeLinkContract
{
    private SimulatedBridgeServer? _server;
    private IBridgeLink? _link;

    protected override IBridgeLink Link => _link ??= Open(Server.EndPoint);

    private SimulatedBridgeServer Server => _server ??= new SimulatedBridgeServer(Bridge, new IPEndPoint(IPAddress.Loopback, 0));

    protected override void WithBridge(Action<SimulatedFoneBridge> change)
    {
        lock (Server.Gate) change(Bridge);
    }

    [Fact]
    public void Nobody_else_is_heard()
    {
        using var stranger = new System.Net.Sockets.UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var asked = new System.Net.Sockets.UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var link = Open((IPEndPoint)asked.Client.LocalEndPoint!);
        link.Send([0, 7]);
        IPEndPoint? from = null;
        asked.Receive(ref from);
        stranger.Send([0, 0], from);
        Assert.Equal(BridgeArrival.Silence, link.Receive(TimeSpan.FromMilliseconds(100)));
        asked.Send([0, 0], from);
        Assert.Equal([0, 0], link.Receive(Patience).Datagram);
    }

    [Fact]
    public void Nobody_who_listens_is_the_kernels_words()
    {
        IPEndPoint free;
        using (var taken = new System.Net.Sockets.UdpClient(new IPEndPoint(IPAddress.Loopback, 0)))
            free = (IPEndPoint)taken.Client.LocalEndPoint!;
        using var link = Open(free);
        link.Send([0, 7]);
        Assert.Contains("refused", link.Receive(Patience).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_interface_is_a_reason_and_no_exception()
    {
        Assert.Null(LinuxBridgeLink.TryOpen(new IPEndPoint(IPAddress.Loopback, 1024), "nothing7", out var problem));
        Assert.Contains("nothing7", problem, StringComparison.Ordinal);
    }

    public override void Dispose()
    {
        base.Dispose();
        _server?.Dispose();
        GC.SuppressFinalize(this);
    }

    private static LinuxBridgeLink Open(IPEndPoint bridge) =>
        LinuxBridgeLink.TryOpen(bridge, null, out var problem) ?? throw new InvalidOperationException(problem);
}
