using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Appliance.Agent.Control;
using Appliance.Agent.Incidents;
using Appliance.Agent.Status;
using Appliance.Agent.Tests.Status;
using Appliance.Agent.Update.Pair;
using Appliance.Core.Cluster;
using Appliance.Core.Incidents;

namespace Appliance.Agent.Tests.Incidents;

/// <summary>Two nodes with real files and sockets keep records of what they tell.</summary>
public sealed class IncidentThreadTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The peer is heard and something is not well.</summary>
    private static StatusView Busy { get; } = Snapshots.Healthy with { Config = Snapshots.Healthy.Config with { PeerDigest = "deadbeef" } };

    private readonly string _folder = Directory.CreateTempSubdirectory("incidents-").FullName;
    private readonly int[] _ports = [FreePort("127.0.0.1"), FreePort("127.0.0.2")];
    private readonly List<IncidentNode> _nodes = [];

    [Fact]
    public void Switchover_is_kept_by_both_nodes_on_one_clock_with_who_and_why()
    {
        var (a, b) = (Node(0), Node(1, bootAhead: 7_654_321, wallAhead: -90_000));
        a.Answer();
        b.Answer();
        for (var beat = 0; beat < 5; beat++)
        {
            a.Hear(b);
            b.Hear(a);
        }

        var before = b.Clock.BootMs - a.Clock.BootMs;
        // On a busy machine moments pass between the events: nobody may find that all is well meanwhile.
        (a.View, b.View) = (Busy, Busy);
        Order(a);
        var given = Become(a, "Active", "Deactivating", "switchover was ordered");
        var taken = Become(b, "Passive", "Activating", "both nodes agreed");
        Become(a, "Deactivating", "Passive", "handed to pbx-b");
        var served = Become(b, "Activating", "Active", "all resources are started");
        (a.View, b.View) = (Snapshots.Healthy, Snapshots.Healthy);
        foreach (var node in new[] { a, b })
        {
            Until(
                () => node.Records.All is [{ Stage: IncidentStage.Closed, PeerComplete: true }], $"{node.Name} has the whole record", node);
            var record = node.Whole();
            Assert.Equal("switchover of pbx ordered on pbx-a by root", record.Cause);
            var group = Assert.Single(record.Groups);
            Assert.Equal(("pbx-a", "pbx-b"), (group.From, group.To));
            // What the events were stamped with on their own clocks, brought together by the true difference.
            var silence = served.BootMs - 7_654_321 - given.BootMs;
            Assert.InRange(group.SilenceMs!.Value, silence - group.SilenceErrorMs!.Value - 1, silence + group.SilenceErrorMs.Value + 1);
            Assert.InRange(record.ClockErrorMs!.Value, 0, 1000);
            Assert.Contains(record.Events, entry => entry.Node == "pbx-a" && entry.Text == given.Text);
            Assert.Contains(record.Events, entry => entry.Node == "pbx-b" && entry.Text == taken.Text);
        }

        Assert.InRange(before, 7_654_321 - 50, 7_654_321 + 50);
        Assert.Single(a.Records.All);
        Assert.Single(b.Records.All);
    }

    [Fact]
    public void Peer_that_is_there_only_later_tells_its_half_then()
    {
        var (a, b) = (Node(0), Node(1));
        a.View = Snapshots.PeerDead;
        b.View = Snapshots.PeerDead;
        Become(b, "Active", "Deactivating", "cut off: neither the peer nor any reference answers");
        Become(a, "Passive", "Activating", "pbx-b is dead");
        Become(a, "Activating", "Active", "all resources are started");
        Until(() => a.Records.All.Count == 1 && a.Whole().Phases.Count > 0, "the survivor has its own half", a);
        Assert.StartsWith("missing so far: pbx-b was not asked yet", a.Records.All[0].PeerHalf, StringComparison.Ordinal);
        Assert.DoesNotContain(a.Whole().Events, entry => entry.Node == "pbx-b");
        a.View = Snapshots.Healthy;
        Until(() => a.Records.All[0].PeerHalf.Contains("does not answer", StringComparison.Ordinal), "it is asked and does not answer", a);
        Until(() => a.Records.All[0].Stage == IncidentStage.Closed, "it is closed all the same", a);
        Assert.False(a.Records.All[0].PeerComplete);
        b.Answer();
        Until(() => a.Records.All[0].PeerComplete, "it has told its half", a);
        Assert.StartsWith("pbx-b was cut off", a.Records.All[0].Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void Agent_that_is_restarted_goes_on_with_the_same_record()
    {
        var a = Node(0);
        a.View = Snapshots.PeerDead;
        Become(a, "Passive", "Activating", "pbx-b is dead");
        Until(() => a.Records.All.Count == 1, "it is open", a);
        a.Restart();
        Become(a, "Activating", "Active", "took back what was running");
        a.View = Snapshots.Healthy;
        Until(() => a.Records.All is [{ Stage: IncidentStage.Closed }], "one record, closed", a);
        Assert.Equal(2, a.Whole().Events.Count(entry => entry.Kind == "role"));
        a.Restart();
        Until(() => a.Records.All.Count == 1, "it is read again", a);
        Assert.Contains(a.Whole().Events, entry => entry.Kind == "agent");
    }

    [Fact]
    public void Reboot_in_the_middle_places_by_the_wall_clock_and_says_so()
    {
        var a = Node(0);
        a.View = Snapshots.PeerDead;
        Become(a, "Passive", "Activating", "pbx-b is dead");
        Until(() => a.Records.All.Count == 1 && a.Whole().Events.Any(entry => entry.Kind == "role"), "it is open", a);
        a.Boot = "boot-2";
        a.Restart();
        var late = Become(a, "Passive", "Activating", "nobody serves and it is our turn");
        a.View = Snapshots.Healthy;
        Until(() => a.Records.All is [{ Stage: IncidentStage.Closed }], "one record, closed", a);
        var record = a.Whole();
        Assert.Equal(0, record.Events.First(entry => entry.Text == "pbx-b is dead").ErrorMs);
        Assert.Null(record.Events.First(entry => entry.Text == late.Text).ErrorMs);
    }

    [Fact]
    public void Stranger_is_told_nothing_and_garbage_ends_nothing()
    {
        var a = Node(0);
        a.Answer();
        Until(() => Node(1).Ask(1000, 0, out _) is not null, "the peer is answered", a);
        var stranger = Node(1, secret: 9);
        Assert.Null(stranger.Ask(1000, 0, out var problem));
        Assert.Contains("keys differ", problem, StringComparison.Ordinal);
        var web = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n\r\n");
        foreach (var garbage in new byte[][] { [], [0], [.. Enumerable.Repeat((byte)0xff, 4096)], web })
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
            socket.Connect("127.0.0.1", _ports[0]);
            if (garbage.Length > 0) socket.Send(garbage);
        }

        Until(() => Node(1).Ask(1000, 0, out _) is not null, "the peer is still answered", a);
    }

    [Theory]
    [InlineData("incident 5 5 20261122-080000", true)]
    [InlineData("incident 86400000 0 x", true)]
    [InlineData("incident 5 6 x", false)]
    [InlineData("incident -1 0 x", false)]
    [InlineData("incident 99999999999999999999 0 x", false)]
    [InlineData("incident 999999999999 0 x", false)]
    [InlineData("incident 5 5", false)]
    [InlineData("incident 5 5 ", false)]
    [InlineData("incident 5 5 123456789012345678901234567890123", false)]
    [InlineData("reboot", false)]
    [InlineData("", false)]
    public void Only_a_span_can_be_asked_for(string order, bool good) => Assert.Equal(good, PeerAnswers.Read(order) is not null);

    [Fact]
    public void Answer_fits_a_message_whatever_was_told()
    {
        var a = Node(0);
        for (var number = 0; number < 5000; number++)
            a.Events.Add(new Report(ReportKind.Resource, new string('\u0001', 4000), "pbx", "asterisk", "Started", "Failed"));
        var bytes = a.AnswerBytes(100_000_000, 0);
        Assert.InRange(bytes.Length, 1000, PairChannel.MessageBytesMax);
        var half = JsonSerializer.Deserialize(bytes, ControlJson.Readable.PeerHalf)!;
        Assert.True(half.IsWhole);
        Assert.True(half.LeftOut > 0);
    }

    public void Dispose()
    {
        foreach (var node in _nodes) node.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private IncidentNode Node(int number, long bootAhead = 0, long wallAhead = 0, byte secret = 7)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, $"{number}-{_nodes.Count}")).FullName;
        _nodes.Add(new IncidentNode(number, folder, _ports, bootAhead, wallAhead, secret));
        return _nodes[^1];
    }

    private static void Order(IncidentNode node)
    {
        node.Happen(new Report(ReportKind.Command, "root ordered switchover pbx: pbx moves to the other node"));
        node.Happen(new Report(ReportKind.Command, "switchover ordered", "pbx"));
    }

    private static Agent.Journal.EventView Become(IncidentNode node, string from, string to, string why) =>
        node.Happen(new Report(ReportKind.Role, why, "pbx", null, from, to, 7));

    private static void Until(Func<bool> condition, string what, IncidentNode node)
    {
        var until = DateTime.UtcNow + Patience;
        while (!condition())
        {
            if (DateTime.UtcNow > until)
            {
                var rows = node.Records.All.SelectMany(brief => IncidentText.Of(node.Records.Find(brief.Id)!));
                Assert.Fail(
                    $"not within {Patience.TotalSeconds:0} s: {what}\n{string.Join('\n', rows)}\n{string.Join('\n', node.Complaints)}");
            }

            Thread.Sleep(20);
        }
    }

    private static int FreePort(string address)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
