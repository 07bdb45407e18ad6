using System.Buffers.Binary;
using Appliance.Drivers.BlockFront.Nbd;
using Appliance.Drivers.Interop;
using Appliance.Drivers.IoLoop;
using Appliance.Drivers.Tests.IoLoop;

namespace Appliance.Drivers.Tests.BlockFront.Nbd;

/// <summary>A server on one end of a socket pair and a client, on the same thread, on the other.</summary>
internal sealed unsafe class NbdBench : IDisposable
{
    private readonly Queue<byte[]> _toSay = [];
    private readonly Dictionary<ulong, (NbdError Error, int Length, int Offset, byte[]? From)> _expected = [];
    private readonly List<byte> _heard = [];
    private readonly byte[] _chunk = new byte[1 << 20];
    private readonly byte[] _pingRequest = new byte[NbdRequest.Bytes];
    private ulong _cookie;
    private int _client = -1;
    private int _said;

    public NbdBench(int size, int slots)
    {
        Loop = IoLoops.Open(LoopKinds.UringIsHere ? IoLoopKind.Uring : IoLoopKind.Pool, out _);
        Door = new MemoryDoor(size, slots);
        Server = new NbdServer(new NbdServerOptions("data"), Loop, Door);
    }

    public Drivers.IoLoop.IoLoop Loop { get; }

    public MemoryDoor Door { get; }

    public NbdServer Server { get; }

    public void Serve()
    {
        var (left, right) = LoopBench.Pair();
        _client = left;
        Server.Serve(right);
    }

    public static void LeaveStale(string path)
    {
        using var dead = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        dead.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(path + "x"));
        File.Move(path + "x", path);
    }

    public void Say(byte[] bytes) => _toSay.Enqueue(bytes);

    public ulong Request(NbdCommand command, int offset, int length, NbdCommandFlags flags, byte[] payload)
    {
        var bytes = new byte[NbdRequest.Bytes + payload.Length];
        new NbdRequest(flags, command, ++_cookie, (ulong)offset, (uint)length).Encode(bytes);
        payload.CopyTo(bytes, NbdRequest.Bytes);
        Say(bytes);
        return _cookie;
    }

    public void Expect(NbdCommand command, int offset, int length, NbdError error, NbdCommandFlags flags = 0) =>
        _expected[Request(command, offset, length, flags, command == NbdCommand.Write ? new byte[length] : [])] = (error, 0, 0, null);

    public void Read(int offset, int length, byte[] from) =>
        _expected[Request(NbdCommand.Read, offset, length, 0, [])] = (NbdError.None, length, offset, from);

    /// <summary>One request of any kind, and what it does to the model.</summary>
    public void Do(Random random, byte[] model, int offset, int length)
    {
        switch (random.Next(4))
        {
            case 0:
                Read(offset, length, model);
                break;
            case 1:
                Expect(NbdCommand.WriteZeroes, offset, length, NbdError.None, random.Next(2) == 0 ? NbdCommandFlags.NoHole : 0);
                model.AsSpan(offset, length).Clear();
                break;
            default:
                var payload = new byte[length];
                random.NextBytes(payload);
                payload.CopyTo(model, offset);
                var flags = random.Next(3) == 0 ? NbdCommandFlags.ForceUnitAccess : 0;
                _expected[Request(NbdCommand.Write, offset, length, flags, payload)] = (NbdError.None, 0, 0, null);
                break;
        }
    }

    /// <summary>Until every request has its answer.</summary>
    public void Drain(Random random) => Until(() => _expected.Count == 0 && _toSay.Count == 0, random);

    public void Until(Func<bool> so) => Until(so, null);

    public void Until(Func<bool> so, Random? random)
    {
        var late = Environment.TickCount64 + 20_000;
        while (!so())
        {
            Assert.True(Environment.TickCount64 < late, $"{_expected.Count} answers are missing, {Door.Waiting} wait at the device");
            Turn(random);
        }
    }

    /// <summary>Until the server has closed; bytes heard meanwhile.</summary>
    public int UntilClosed(Random random)
    {
        var heard = 0;
        var late = Environment.TickCount64 + 20_000;
        while (true)
        {
            Assert.True(Environment.TickCount64 < late, "the connection stays open");
            Loop.Turn(TimeSpan.Zero);
            SayMore();
            Door.Answer(random);
            fixed (byte* chunk = _chunk)
            {
                var got = Libc.recv(_client, chunk, (nint)_chunk.Length, 0x40);
                if (got > 0) heard += (int)got;
                else if (got == 0 || Errno.Last != Errno.EAGAIN) break;
            }
        }

        Until(() => Server.Connections == 0, random);
        return heard;
    }

    public void HangUp()
    {
        SayMore();
        _toSay.Clear();
        _expected.Clear();
        _ = Libc.close(_client);
        _client = -1;
    }

    /// <summary>Reads, one after the other.</summary>
    public void Ping(int count)
    {
        fixed (byte* request = _pingRequest)
        fixed (byte* chunk = _chunk)
        {
            new NbdRequest(0, NbdCommand.Read, 1, 4096, 4096).Encode(_pingRequest);
            for (; count > 0; count--)
            {
                if (Libc.send(_client, request, NbdRequest.Bytes, 0) != NbdRequest.Bytes) throw new IOException("send");
                for (var got = 0; got < 16 + 4096;)
                {
                    Loop.Turn(TimeSpan.Zero);
                    var more = Libc.recv(_client, chunk, (nint)_chunk.Length, 0x40);
                    if (more > 0) got += (int)more;
                }
            }
        }
    }

    private void Turn(Random? random)
    {
        SayMore();
        Loop.Turn(TimeSpan.Zero);
        if (random is not null) Door.Answer(random);
        Server.BuffersFree();
        if (random is null || random.Next(2) == 0) Server.TurnEnds();
        if (_client >= 0) Hear();
    }

    private void SayMore()
    {
        while (_client >= 0 && _toSay.TryPeek(out var next))
        {
            fixed (byte* bytes = next)
            {
                var sent = Libc.send(_client, bytes + _said, next.Length - _said, 0x4040); // MSG_DONTWAIT | MSG_NOSIGNAL
                if (sent < 0) return;
                _said += (int)sent;
            }

            if (_said < next.Length) return;
            _said = 0;
            _toSay.Dequeue();
        }
    }

    private void Hear()
    {
        fixed (byte* chunk = _chunk)
        {
            var got = Libc.recv(_client, chunk, (nint)_chunk.Length, 0x40);
            if (got > 0) _heard.AddRange(_chunk.AsSpan(0, (int)got));
        }

        while (_heard.Count >= 16)
        {
            var head = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_heard);
            Assert.Equal(NbdProtocol.SimpleReplyMagic, BinaryPrimitives.ReadUInt32BigEndian(head));
            var error = (NbdError)BinaryPrimitives.ReadUInt32BigEndian(head[4..]);
            var cookie = BinaryPrimitives.ReadUInt64BigEndian(head[8..]);
            var (expected, length, offset, from) = _expected[cookie];
            Assert.Equal(expected, error);
            if (_heard.Count < 16 + length) return;
            if (from is not null) Assert.True(head.Slice(16, length).SequenceEqual(from.AsSpan(offset, length)), $"read at {offset}");
            _expected.Remove(cookie);
            _heard.RemoveRange(0, 16 + length);
        }
    }

    public void Dispose()
    {
        Server.Dispose();
        for (var turn = 0; turn < 100 && Server.Connections > 0; turn++)
        {
            Loop.Turn(TimeSpan.Zero);
            Door.Answer(new Random(turn));
        }

        Loop.Dispose();
        Door.Dispose();
        if (_client >= 0) _ = Libc.close(_client);
    }
}
