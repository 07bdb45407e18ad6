using System.Net.Sockets;
using System.Text;
using Appliance.Agent.Clock;
using Appliance.Agent.Lines;
using Appliance.Core.Lines;

namespace Appliance.Agent.Tests.Lines;

/// <summary>The keeper as a process sees it: a socket, a relay, time.</summary>
public sealed class RelayKeeperTests : IDisposable
{
    private readonly KeeperFixture _keeper = new();

    [Fact]
    public void It_begins_with_the_lines_at_the_other_node_and_ends_so()
    {
        KeeperFixture.Until(() => _keeper.Status.Position == LinePosition.B, "the lines are let go at the start");
        Lease(60_000);
        KeeperFixture.Until(() => _keeper.Relay.Position == LinePosition.A, "a lease brings them here");
        _keeper.Stop();
        Assert.Equal(LinePosition.B, _keeper.Relay.Position);
        Assert.Contains("the keeper ends", _keeper.Told, StringComparison.Ordinal);
    }

    [Fact]
    public void It_gives_signs_of_life_while_nothing_happens_and_while_the_relay_hangs()
    {
        var before = _keeper.Signs;
        KeeperFixture.Until(() => _keeper.Signs > before + 3, "nothing happens, and it says that it lives");
        _keeper.Relay.Hang();
        before = _keeper.Signs;
        KeeperFixture.Until(() => _keeper.Signs > before + 3, "a relay that hangs is not a keeper that hangs");
        _keeper.Relay.Free();
    }

    [Fact]
    public void What_a_client_says_after_the_end_is_heard_no_more()
    {
        var relay = new ScriptedRelay();
        var keeper = new RelayKeeper(
            "card", "scripted", new KeeperSettings(LinePosition.A, false, KeeperFixture.Dwell), relay, () => BootClock.Now, (_, _) => { },
            bug => Assert.Fail(bug.ToString()));
        keeper.Dispose();
        keeper.Gone();
        var holder = false;
        var answer = keeper.Execute(new LineRequest(LineCommands.Lease, 7, 500), ref holder);
        Assert.False(answer.Ok);
        Assert.False(holder);
        Assert.Contains("the keeper ends", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lease_ends_by_itself_and_the_next_one_waits_for_the_dwell()
    {
        Lease(60_000);
        KeeperFixture.Until(() => _keeper.Relay.Position == LinePosition.A, "a lease brings them here");
        Lease(50);
        KeeperFixture.Until(() => _keeper.Relay.Position == LinePosition.B, "its end lets them go");
        Assert.False(_keeper.Ask(new LineRequest(LineCommands.Renew, 7, 500)).Ok);
        Lease(60_000);
        KeeperFixture.Until(() => _keeper.Relay.Position == LinePosition.A, "a new one brings them back");
        KeeperFixture.Until(() => _keeper.Status is { LastMs: >= 0, ReadsBack: true, LeaseTerm: 7 }, "it is told");
        Assert.Contains("ms: lease of term 7", _keeper.Told, StringComparison.Ordinal);
    }

    [Fact]
    public void While_the_relay_hangs_every_question_is_answered_and_the_lease_ends()
    {
        Lease(300);
        KeeperFixture.Until(() => _keeper.Relay.Position == LinePosition.A, "a lease brings them here");
        _keeper.Relay.Hang();
        KeeperFixture.Until(() => _keeper.Status.Hangs, "the keeper says that the relay hangs");
        Assert.Null(_keeper.Status.LeaseTerm);
        Assert.Contains("hangs", _keeper.Status.Place, StringComparison.Ordinal);
        Assert.True(_keeper.Ask(new LineRequest(LineCommands.Drop)).Ok);
        _keeper.Relay.Free();
        KeeperFixture.Until(() => _keeper.Relay.Position == LinePosition.B, "the first thing it does again is to let go");
        KeeperFixture.Until(() => _keeper.Status.IsWell, "and all is well");
    }

    [Fact]
    public void A_relay_that_is_unplugged_and_returns_gets_its_position()
    {
        Lease(60_000);
        KeeperFixture.Until(() => _keeper.Relay.Position == LinePosition.A, "a lease brings them here");
        _keeper.Relay.Problem = "/dev/ttyUSB0: no such device";
        KeeperFixture.Until(() => _keeper.Status.Problem.Length > 0, "it is noticed");
        _keeper.Relay.Position = LinePosition.B;
        _keeper.Relay.Problem = "";
        KeeperFixture.Until(() => _keeper.Relay.Position == LinePosition.A, "it is told again");
        KeeperFixture.Until(() => _keeper.Status.IsWell, "and all is well");
    }

    [Fact]
    public void A_crashed_keeper_is_followed_by_one_that_lets_go()
    {
        Lease(60_000);
        KeeperFixture.Until(() => _keeper.Relay.Position == LinePosition.A, "a lease brings them here");
        _keeper.Stop();
        _keeper.Relay.Position = LinePosition.A; // As if it had died without a word.
        _keeper.Start();
        KeeperFixture.Until(() => _keeper.Relay.Position == LinePosition.B, "the next one lets go first");
        Assert.False(_keeper.Ask(new LineRequest(LineCommands.Renew, 7, 500)).Ok);
    }

    [Fact]
    public void An_operators_hold_ends_by_itself()
    {
        Assert.True(_keeper.Ask(new LineRequest(LineCommands.On, Ms: 200)).Ok);
        KeeperFixture.Until(() => _keeper.Relay.Position == LinePosition.A, "on brings them here");
        KeeperFixture.Until(() => _keeper.Relay.Position == LinePosition.B, "and its end lets them go");
        Lease(60_000);
        Assert.Contains("maintenance", _keeper.Ask(new LineRequest(LineCommands.On, Ms: 200)).Error, StringComparison.Ordinal);
        Assert.True(_keeper.Ask(new LineRequest(LineCommands.Off, Ms: 60_000)).Ok);
        KeeperFixture.Until(() => _keeper.Status.Position == LinePosition.B, "off is always obeyed");
        Assert.Contains("operator", _keeper.Ask(new LineRequest(LineCommands.Lease, 8, 1000)).Error, StringComparison.Ordinal);
        Assert.True(_keeper.Ask(new LineRequest(LineCommands.Auto)).Ok);
        Lease(60_000);
        KeeperFixture.Until(() => _keeper.Relay.Position == LinePosition.A, "auto lets the group have them again");
    }

    [Fact]
    public void An_agent_that_is_gone_is_told()
    {
        using (var socket = new KeeperSocket(_keeper.Path))
            Assert.True(socket.Ask(new LineRequest(LineCommands.Lease, 7, 60_000), out _)!.Ok);
        KeeperFixture.Until(
            () => _keeper.Told.Contains("the agent is gone", StringComparison.Ordinal), "the end of its connection is told");
    }

    [Fact]
    public void The_end_of_one_that_let_the_lines_go_is_no_news_for_who_has_them_now()
    {
        using (var before = new KeeperSocket(_keeper.Path))
        {
            Assert.True(before.Ask(new LineRequest(LineCommands.Lease, 7, 60_000), out _)!.Ok);
            Assert.True(before.Ask(new LineRequest(LineCommands.Drop), out _)!.Ok);
            Lease(60_000);
        }

        using (var last = new KeeperSocket(_keeper.Path)) Assert.True(last.Ask(new LineRequest(LineCommands.Status), out _)!.Ok);
        Thread.Sleep(200);
        var told = _keeper.Told.Split("the agent is gone").Length - 1;
        Assert.Equal(1, told); // Of Lease(), whose connection ended with the lease in its hands.
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("[1]")]
    [InlineData("{}")]
    [InlineData("{\"command\":\"lease\"}")]
    [InlineData("{\"command\":\"lease\",\"term\":0,\"ms\":100}")]
    [InlineData("{\"command\":\"lease\",\"term\":-1,\"ms\":100}")]
    [InlineData("{\"command\":\"lease\",\"term\":1,\"ms\":0}")]
    [InlineData("{\"command\":\"lease\",\"term\":1,\"ms\":99999999999}")]
    [InlineData("{\"command\":\"lease\",\"term\":1,\"ms\":100,\"maintenance\":true}")]
    [InlineData("{\"command\":\"drop\",\"ms\":1}")]
    [InlineData("{\"command\":\"on\"}")]
    [InlineData("{\"command\":\"off\",\"ms\":1000,\"maintenance\":true}")]
    [InlineData("{\"command\":\"status\",\"term\":1}")]
    [InlineData("{\"command\":\"reset\"}")]
    [InlineData("{\"command\":\"status\",\"colour\":1}")]
    [InlineData("{\"command\":{\"command\":{\"command\":1}}}")]
    public void What_is_no_request_is_refused_and_changes_nothing(string line)
    {
        KeeperFixture.Until(() => _keeper.Status is { Position: LinePosition.B, IsWell: true }, "the lines are let go at the start");
        var sets = _keeper.Relay.Sets.Count;
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 5000 };
        socket.Connect(new UnixDomainSocketEndPoint(_keeper.Path));
        socket.Send(Encoding.UTF8.GetBytes(line + "\n"));
        var room = new byte[8192];
        var reply = Encoding.UTF8.GetString(room, 0, socket.Receive(room));
        Assert.Contains("\"ok\":false", reply, StringComparison.Ordinal);
        Assert.Null(_keeper.Status.LeaseTerm);
        Assert.Equal(sets, _keeper.Relay.Sets.Count);
    }

    [Fact]
    public void A_line_without_an_end_costs_its_sender_the_connection_only()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 5000 };
        socket.Connect(new UnixDomainSocketEndPoint(_keeper.Path));
        socket.Send(new byte[6000]);
        var room = new byte[8192];
        Assert.Contains("longer than", Encoding.UTF8.GetString(room, 0, socket.Receive(room)), StringComparison.Ordinal);
        Assert.True(_keeper.Ask(new LineRequest(LineCommands.Status)).Ok);
    }

    public void Dispose() => _keeper.Dispose();

    private void Lease(int milliseconds) => Assert.True(_keeper.Ask(new LineRequest(LineCommands.Lease, 7, milliseconds)).Ok);
}
