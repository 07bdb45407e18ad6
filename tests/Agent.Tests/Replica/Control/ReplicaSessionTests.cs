using System.Net.Sockets;
using System.Text;
using Appliance.Agent.Control;
using Appliance.Agent.Replica.Client;
using Appliance.Agent.Replica.Control;
using Appliance.Agent.Replica.Process;
using Appliance.Agent.Tests.Replica.Process;
using Appliance.Core.Replica;
using Appliance.Drivers.IoLoop;

namespace Appliance.Agent.Tests.Replica.Control;

/// <summary>The control socket of a replica's process with the real engine behind it, as its client meets it.</summary>
public sealed class ReplicaSessionTests : IReplicaControl, IDisposable
{
    private readonly EngineFixture _engine = new(IoLoopKind.Pool);
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"replica-{Guid.NewGuid():N}.sock");
    private readonly ControlServer _server;
    private readonly List<Exception> _bugs = [];

    public ReplicaSessionTests() => _server = ControlServer.Start(
        _path, (client, stopping) => new ReplicaSession(client, this, stopping).Run(), _bugs.Add, "{0} is taken", out var error)
        ?? throw new InvalidOperationException(error);

    StatusBoard IReplicaControl.Board => _engine.Board;

    ReplicaReply IReplicaControl.Execute(string name, ReplicaArguments? arguments)
    {
        if (name == ReplicaOrderNames.Attach) return _engine.Order(new ReplicaOrder.Attach(null!));
        return ReplicaOrderNames.Read(name, arguments, out var error) is { } order ? _engine.Order(order) : ReplicaReply.Refused(error);
    }

    private ReplicaReply Ask(string command, string? order = null, ReplicaArguments? arguments = null) =>
        ReplicaSocket.Ask(_path, new ReplicaRequest(command, order, arguments), TimeSpan.FromSeconds(20), out _);

    [Fact]
    public void Status_and_orders_are_answered()
    {
        var first = Ask(ReplicaCommands.Status);
        Assert.True(first.Ok, first.Error);
        Assert.Equal(DiskState.Diskless, first.Status!.Disk);
        Assert.Equal(Environment.ProcessId, first.Process!.Pid);
        Assert.True(Ask(ReplicaCommands.Order, ReplicaOrderNames.Attach).Ok);
        var refused = Ask(ReplicaCommands.Order, ReplicaOrderNames.Primary);
        Assert.False(refused.Ok);
        Assert.NotEmpty(refused.Error!);
        Assert.True(Ask(ReplicaCommands.Order, ReplicaOrderNames.Primary, new ReplicaArguments(PeerIsHarmless: true, Force: true)).Ok);
        var second = Ask(ReplicaCommands.Status);
        Assert.Equal(ReplicaRole.Primary, second.Status!.Role);
        Assert.Equal(["test"], second.Process!.Fronts);
        Assert.True(Ask(ReplicaCommands.Order, ReplicaOrderNames.Secondary).Ok);
        Assert.Equal(ReplicaRole.Secondary, Ask(ReplicaCommands.Status).Status!.Role);
    }

    [Fact]
    public void A_watcher_hears_at_once_then_of_every_change_and_in_between_that_all_is_well()
    {
        using var socket = ReplicaSocket.Connect(_path, out var error);
        Assert.True(socket is not null, error);
        Assert.True(socket.Send(new ReplicaRequest(ReplicaCommands.Watch)));
        ReplicaWatch next()
        {
            while (true)
            {
                var reply = socket.Receive(TimeSpan.FromSeconds(3), out var problem);
                Assert.True(reply is { Ok: true }, problem);
                if (reply.Watch is { } watch) return watch;
            }
        }

        Assert.Equal(ReplicaRole.Secondary, next().Role);
        Assert.Equal(ReplicaRole.Secondary, next().Role); // Nothing happened, and a line comes all the same.
        _engine.BecomePrimary();
        var until = Environment.TickCount64 + 2000;
        ReplicaWatch last;
        do last = next();
        while (last.Role != ReplicaRole.Primary && Environment.TickCount64 < until);
        Assert.Equal(ReplicaRole.Primary, last.Role);
        Assert.Equal(ScratchDisk.DataBytes, last.DataBytes);
        Assert.True(_engine.Board.IsWatched);
        socket.Dispose();
        for (var tenths = 0; tenths < 50 && _engine.Board.IsWatched; tenths++) Thread.Sleep(100);
        Assert.False(_engine.Board.IsWatched);
    }

    [Theory]
    [InlineData("{\"command\":\"order\"}")]
    [InlineData("{\"command\":\"order\",\"order\":\"secondary\",\"arguments\":{\"force\":true}}")]
    [InlineData("{\"command\":\"order\",\"order\":\"resize\",\"arguments\":{\"bytes\":-7}}")]
    [InlineData("{\"command\":\"order\",\"order\":\"primary\",\"arguments\":{\"term\":-1}}")]
    [InlineData("{\"command\":\"order\",\"order\":\"primary\",\"arguments\":{\"force\":\"yes\"}}")]
    [InlineData("{\"command\":\"status\",\"order\":\"secondary\"}")]
    [InlineData("{\"command\":\"watch\",\"arguments\":{}}")]
    [InlineData("{\"command\":\"reboot\"}")]
    [InlineData("{\"command\":7}")]
    [InlineData("{\"command\":null}")]
    [InlineData("[[[[[[[[[[]]]]]]]]]]")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("\u0000\u0001\u001b[2J")]
    public void Nonsense_is_refused_in_a_sentence_and_the_next_request_is_served(string line)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
        socket.Connect(new UnixDomainSocketEndPoint(_path));
        socket.Send(Encoding.UTF8.GetBytes(line + "\n{\"command\":\"status\"}\n"));
        var text = "";
        var bytes = new byte[8192];
        while (text.Count(letter => letter == '\n') < 2 && socket.Receive(bytes) is > 0 and var count)
            text += Encoding.UTF8.GetString(bytes, 0, count);
        var lines = text.Split('\n');
        Assert.Contains("\"ok\":false", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"ok\":true", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
        Assert.Equal(ReplicaRole.Secondary, _engine.Board.Ask(TimeSpan.FromSeconds(2))!.Status!.Role);
    }

    public void Dispose()
    {
        _server.Dispose();
        _engine.Dispose();
        Assert.Empty(_bugs);
    }
}
