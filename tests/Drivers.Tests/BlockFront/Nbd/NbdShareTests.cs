using System.Buffers.Binary;
using System.Net.Sockets;
using Appliance.Drivers.BlockFront.Nbd;
using Appliance.Drivers.IoLoop;
using Appliance.Drivers.Tests.IoLoop;

namespace Appliance.Drivers.Tests.BlockFront.Nbd;

/// <summary>Tools that ask and do not listen hold a share of the buffers, and not for ever when others wait.</summary>
public sealed class NbdShareTests : IDisposable
{
    private const int Size = 40 << 20;
    private const int Slots = 128;
    private const int BuffersMax = 96;

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"share-{Guid.NewGuid():n}");
    private readonly Drivers.IoLoop.IoLoop _loop = IoLoops.Open(LoopKinds.UringIsHere ? IoLoopKind.Uring : IoLoopKind.Pool, out _);
    private readonly MemoryDoor _door = new(Size, Slots) { AtOnce = true, Quiet = true };
    private readonly List<Socket> _clients = [];

    [Fact]
    public void One_that_does_not_read_leaves_half_to_the_others()
    {
        using var server = Server(TimeSpan.FromHours(1));
        AskMuch(Connect(server));
        Settle(server);
        Assert.InRange(Slots - _door.Buffers.Available, NbdServer.BuffersMin, BuffersMax / 2);
        ReadOne(server, Connect(server)); // Without any waiting for somebody's patience.
        AskMuch(Connect(server));
        Settle(server);
        Assert.InRange(Slots - _door.Buffers.Available, NbdServer.BuffersMin, BuffersMax * 3 / 4);
        ReadOne(server, Connect(server));
        Assert.Equal(4, server.Connections);
        End(server);
    }

    [Fact]
    public void Many_that_do_not_read_are_hung_up_on_when_somebody_waits()
    {
        using var server = Server(TimeSpan.FromMilliseconds(200));
        var idlers = Enumerable.Range(0, 10).Select(_ => Connect(server)).ToArray();
        foreach (var idler in idlers) AskMuch(idler);
        ReadOne(server, Connect(server)); // All buffers are taken until some of them are hung up on.
        Assert.InRange(server.Connections, 1, 10);
        End(server);
    }

    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        _loop.Dispose();
        _door.Dispose();
        File.Delete(_path);
    }

    private NbdServer Server(TimeSpan patience)
    {
        var server = new NbdServer(new NbdServerOptions("data") { BuffersMax = BuffersMax, ReaderPatience = patience }, _loop, _door);
        Assert.Null(server.Listen(_path));
        return server;
    }

    private void Turn(NbdServer server)
    {
        _loop.Turn(TimeSpan.FromMilliseconds(1));
        server.BuffersFree();
        server.TurnEnds();
    }

    private void Settle(NbdServer server)
    {
        for (var turn = 0; turn < 60; turn++) Turn(server);
    }

    private Socket Connect(NbdServer server)
    {
        var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _clients.Add(client);
        client.Connect(new UnixDomainSocketEndPoint(_path));
        Hear(server, client, 18);
        var answer = new byte[20];
        BinaryPrimitives.WriteUInt32BigEndian(answer, 3); // Fixed newstyle, no zeroes.
        BinaryPrimitives.WriteUInt64BigEndian(answer.AsSpan(4), 0x49484156454F5054);
        BinaryPrimitives.WriteUInt32BigEndian(answer.AsSpan(12), 1); // The export without a name.
        client.Send(answer);
        Hear(server, client, 10);
        return client;
    }

    private static void AskMuch(Socket client)
    {
        for (var request = 0; request < 16; request++) Ask(client, 2 << 20);
    }

    private void ReadOne(NbdServer server, Socket client)
    {
        Ask(client, 64 << 10);
        Hear(server, client, 16 + (64 << 10));
    }

    private static void Ask(Socket client, int length)
    {
        var request = new byte[NbdRequest.Bytes];
        new NbdRequest(0, NbdCommand.Read, 1, 0, (uint)length).Encode(request);
        client.Send(request);
    }

    private void Hear(NbdServer server, Socket client, int bytes)
    {
        var (into, late) = (new byte[bytes], Environment.TickCount64 + 20_000);
        for (var heard = 0; heard < bytes;)
        {
            Assert.True(Environment.TickCount64 < late, "no answer within 20 s");
            Turn(server);
            if (!client.Poll(0, SelectMode.SelectRead)) continue;
            var count = client.Receive(into, heard, bytes - heard, SocketFlags.None);
            Assert.True(count > 0, "the server hung up");
            heard += count;
        }
    }

    private void End(NbdServer server)
    {
        _clients.ForEach(client => client.Dispose());
        var late = Environment.TickCount64 + 20_000;
        for (; server.Connections > 0; Turn(server)) Assert.True(Environment.TickCount64 < late, "connections stay open");
        Assert.Equal(Slots, _door.Buffers.Available);
    }
}
