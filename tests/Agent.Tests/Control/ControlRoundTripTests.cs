using System.Net.Sockets;
using Appliance.Agent.Control;
using Appliance.Agent.Tests.Status;
using Appliance.Core.Cluster;

namespace Appliance.Agent.Tests.Control;

public class ControlRoundTripTests
{
    [Fact]
    public void When_the_server_has_ended_nobody_is_being_served()
    {
        var folder = Directory.CreateTempSubdirectory("appliance-control-end-");
        using var begun = new ManualResetEventSlim();
        var served = false;
        var server = ControlServer.Start(
            Path.Combine(folder.FullName, "s.sock"),
            (client, _) =>
            {
                begun.Set();
                // The end of the line or of the socket, whichever comes first.
                Record.Exception(() => client.Receive(new byte[1]));
                // What a session does behind its last line, for which the answering side must still be there.
                Thread.Sleep(200);
                Volatile.Write(ref served, true);
            }, bug => Assert.Fail(bug.ToString()), "{0} is taken", out var error);
        Assert.True(server is not null, error);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(Path.Combine(folder.FullName, "s.sock")));
        begun.Wait();
        server.Dispose();
        Assert.True(Volatile.Read(ref served));
        folder.Delete(recursive: true);
    }

    [Fact]
    public void A_snapshot_survives_the_socket_unchanged()
    {
        using var fixture = new SocketFixture();
        fixture.Agent.View = Snapshots.Battered;

        var reply = fixture.Ask(new ControlRequest(ControlCommands.Status));

        Assert.True(reply.Ok, reply.Error);
        Assert.Equivalent(Snapshots.Battered, reply.Status, strict: true);
    }

    [Theory]
    [InlineData("standby")]
    [InlineData("online")]
    public void Standby_and_online_reach_the_decision_loop(string word)
    {
        using var fixture = new SocketFixture();
        Assert.True(fixture.Ask(new ControlRequest(word)).Ok);
        Assert.True(fixture.Ask(new ControlRequest(word, new ControlArguments(Node: "pbx-a"))).Ok);
        Assert.Equal(word == "standby" ? new Command.Standby() : new Command.Online(), fixture.Agent.Commands[1]);
    }

    [Fact]
    public void An_order_for_the_other_node_is_refused_with_where_to_run_it()
    {
        using var fixture = new SocketFixture();
        var reply = fixture.Ask(new ControlRequest(ControlCommands.Standby, new ControlArguments(Node: "pbx-b")));
        Assert.False(reply.Ok);
        Assert.Equal("pbx-b is the other node: run 'appliance standby' there", reply.Error);
        Assert.Empty(fixture.Agent.Commands);
    }

    [Fact]
    public void Unknown_names_are_refused_with_the_known_ones()
    {
        using var fixture = new SocketFixture();
        var node = fixture.Ask(new ControlRequest(ControlCommands.Online, new ControlArguments(Node: "pbx-c")));
        var group = fixture.Ask(new ControlRequest(ControlCommands.Switchover, new ControlArguments(Group: "bpx")));
        var resource = fixture.Ask(new ControlRequest(ControlCommands.Restart, new ControlArguments(Group: "pbx", Resource: "mysqld")));
        Assert.Equal("there is no node 'pbx-c'; the nodes are pbx-a and pbx-b", node.Error);
        Assert.Equal("there is no group 'bpx'; the groups are pbx", group.Error);
        Assert.Equal("group pbx has no resource 'mysqld'; it has fs, vip, mysql, asterisk", resource.Error);
        Assert.Empty(fixture.Agent.Commands);
    }

    [Fact]
    public void Every_command_carries_its_arguments()
    {
        using var fixture = new SocketFixture();
        fixture.Ask(new ControlRequest(ControlCommands.Switchover, new ControlArguments(Group: "pbx")));
        fixture.Ask(new ControlRequest(ControlCommands.Maintenance, new ControlArguments(Seconds: 1800)));
        fixture.Ask(new ControlRequest(ControlCommands.Maintenance));
        fixture.Ask(new ControlRequest(ControlCommands.Restart, new ControlArguments(Group: "pbx", Resource: "vip")));
        fixture.Ask(new ControlRequest(ControlCommands.Cleanup, new ControlArguments(Group: "pbx")));
        fixture.Ask(new ControlRequest(ControlCommands.Reload));
        Command[] expected =
        [
            new Command.Switchover("pbx"),
            new Command.Maintenance(TimeSpan.FromMinutes(30)),
            new Command.Maintenance(null),
            new Command.RestartResource("pbx", "vip"),
            new Command.Cleanup("pbx", null),
        ];
        Assert.Equal(expected, fixture.Agent.Commands);
        Assert.Equal(1, fixture.Agent.Reloads);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(604_801)]
    public void Maintenance_is_bounded(long seconds)
    {
        using var fixture = new SocketFixture();
        Assert.False(fixture.Ask(new ControlRequest(ControlCommands.Maintenance, new ControlArguments(Seconds: seconds))).Ok);
        Assert.Empty(fixture.Agent.Commands);
    }

    [Fact]
    public void A_refusal_of_the_decision_loop_arrives_as_its_sentence()
    {
        using var fixture = new SocketFixture();
        fixture.Agent.Reply = new CommandReply(false, "pbx-b could not take it");
        var reply = fixture.Ask(new ControlRequest(ControlCommands.Switchover, new ControlArguments(Group: "pbx")));
        Assert.Equal("pbx-b could not take it", reply.Error);
    }

    [Fact]
    public void A_decision_loop_that_does_not_answer_is_said_so_within_the_deadline()
    {
        using var fixture = new SocketFixture();
        fixture.Agent.Hangs = true;
        var reply = fixture.Ask(new ControlRequest(ControlCommands.Standby));
        Assert.False(reply.Ok);
        const string sentence = "the agent did not answer within 5 s; whether the command was taken is not known";
        Assert.StartsWith(sentence, reply.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Events_come_oldest_first_and_end_with_a_line_without_one()
    {
        using var fixture = new SocketFixture();
        for (var i = 1; i <= 5; i++) fixture.Agent.Happen(new Report(ReportKind.Peer, $"event {i}"));
        using var client = ControlClient.Connect(fixture.Path, out _)!;
        client.Send(new ControlRequest(ControlCommands.Events, new ControlArguments(Limit: 3)));
        Assert.Equal("event 3", client.Receive(out _)!.Event!.Text);
        Assert.Equal("event 4", client.Receive(out _)!.Event!.Text);
        Assert.Equal("event 5", client.Receive(out _)!.Event!.Text);
        Assert.Null(client.Receive(out _)!.Event);
    }

    [Fact]
    public void A_follower_sees_what_happens_later_and_nothing_twice()
    {
        using var fixture = new SocketFixture();
        fixture.Agent.Happen(new Report(ReportKind.Peer, "before"));
        using var client = ControlClient.Connect(fixture.Path, out _)!;
        client.Send(new ControlRequest(ControlCommands.Events, new ControlArguments(Limit: 0, Follow: true)));
        Assert.False(client.Readable(TimeSpan.FromMilliseconds(500)));
        fixture.Agent.Happen(new Report(ReportKind.Role, "after", "pbx", From: "Passive", To: "Activating", Term: 8));
        Assert.Equal("after", client.Receive(out _)!.Event!.Text);
        Assert.False(client.Readable(TimeSpan.FromMilliseconds(500)));
    }

    [Fact]
    public void Without_an_agent_the_sentence_says_what_to_do()
    {
        var reply = ControlClient.Ask("/nowhere/agent.sock", new ControlRequest(ControlCommands.Status), out var reached);
        Assert.False(reached);
        Assert.Equal(
            "the agent is not running: /nowhere/agent.sock does not exist; start it with 'systemctl start appliance-agent'", reply.Error);
    }

    [Fact]
    public void A_stale_socket_is_replaced_and_a_living_one_is_not()
    {
        using var fixture = new SocketFixture();
        using var second = ControlServer.Start(fixture.Path, new FakeAgent(), _ => { }, out var error);
        Assert.Null(second);
        Assert.StartsWith("another agent already answers on", error, StringComparison.Ordinal);

        var stale = fixture.Path + ".stale";
        using (var dead = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, 0))
            dead.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(stale));
        if (!File.Exists(stale)) File.WriteAllText(stale, "");
        using var third = ControlServer.Start(stale, new FakeAgent(), _ => { }, out error);
        Assert.True(third is not null, error);
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        Assert.Equal(mode, File.GetUnixFileMode(stale));
    }

    [Fact]
    public void A_file_in_the_socket_s_place_is_not_deleted()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "precious");
        Assert.Null(ControlServer.Start(path, new FakeAgent(), _ => { }, out var error));
        Assert.Equal($"{path} is a file, not a socket; it is not touched", error);
        Assert.Equal("precious", File.ReadAllText(path));
        File.Delete(path);
    }

    [Fact]
    public void A_path_that_is_too_long_is_said_so()
    {
        Assert.Null(ControlServer.Start($"/tmp/{new string('x', 200)}", new FakeAgent(), _ => { }, out var error));
        Assert.StartsWith("cannot listen on /tmp/xxx", error, StringComparison.Ordinal);
        var reply = ControlClient.Ask($"/tmp/{new string('x', 200)}", new ControlRequest(ControlCommands.Status), out _);
        Assert.False(reply.Ok);
    }
}
