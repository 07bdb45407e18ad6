using Appliance.Core.Replica;
using Appliance.Core.Replica.Wire;
using Appliance.Simulation.Replica.Net;

namespace Appliance.Simulation.Replica.Hosts;

/// <summary>A process' side of its connection: what waits to be sent, and frames being put together.</summary>
public sealed class ProcessLink(ReplicaProcess process)
{
    private readonly Queue<(FrameHeader Header, int Buffer)> _sending = new();
    private readonly FrameBytes _received = new();
    private readonly FrameReader _reader = new(process.Buffers);
    private SimConnection? _connection;
    private bool _leaving;
    private bool _starved;
    private uint _session;

    /// <summary>The engine asked for a connection.</summary>
    public bool IsWanted { get; set; }

    public bool IsUp => _connection is not null;

    public SimConnection? Connection => _connection;

    /// <summary>The greeting is through on this side.</summary>
    public void Up(SimConnection connection)
    {
        if (_connection is { } old)
        {
            old.Leave(process.Node, TimeSpan.FromMilliseconds(1), "replaced by a newer connection");
            Down("replaced by a newer connection");
        }

        (_connection, _starved) = (connection, false);
        _received.Clear();
        _reader.Begin(null);
        process.Deliver(ReplicaEvent.LinkUp(++_session));
    }

    public void Send(uint session, in FrameHeader header, int buffer)
    {
        if (_connection is null || session != _session)
        {
            if (buffer != BlockBuffers.None) process.Buffers.Release(buffer);
            return;
        }

        _sending.Enqueue((header, buffer));
        Leave();
    }

    /// <summary>The kernel has room.</summary>
    public void MaySend(SimConnection connection)
    {
        if (connection == _connection && _sending.Count > 0) Leave();
    }

    /// <summary>The engine ends the connection.</summary>
    public void Disconnect(uint session, bool final)
    {
        if (final) IsWanted = false;
        if (_connection is not { } connection || session != _session) return;
        connection.Leave(process.Node, process.World.Dice.Between(TimeSpan.Zero, TimeSpan.FromMilliseconds(3)), "closed by the peer");
        Drop();
    }

    /// <summary>The process is gone.</summary>
    public void Die()
    {
        _connection?.Leave(process.Node, process.World.Dice.Between(TimeSpan.Zero, TimeSpan.FromMilliseconds(3)), "connection reset");
        Drop();
    }

    /// <summary>A stranger failed to prove who it is. The link tells the engine nothing of it while it has a connection.</summary>
    public void Knocked()
    {
        if (_connection is null && IsWanted) process.Deliver(ReplicaEvent.LinkDown(++_session, "somebody without our key tried"));
    }

    /// <summary>Bytes from the peer.</summary>
    public void Arrived(SimConnection connection, ReadOnlySpan<byte> bytes)
    {
        if (connection != _connection) return;
        _received.Append(bytes);
        if (!_starved) process.WhenRunning(() => TakeFrames(connection));
    }

    /// <summary>The connection has ended.</summary>
    public void Ended(SimConnection connection, string words)
    {
        if (connection == _connection) process.WhenRunning(() => { if (connection == _connection) Down(words); });
    }

    private void TakeFrames(SimConnection connection)
    {
        _starved = false;
        while (connection == _connection && process.IsAlive)
        {
            var bytes = _received.Waiting;
            var step = _reader.Next(ref bytes);
            _received.Keep(bytes.Length);
            switch (step)
            {
                case FrameStep.Frame:
                    process.World.Oracle.Received(process, _reader.Header);
                    process.Deliver(ReplicaEvent.Frame(_session, _reader.Header, _reader.TakeBuffer()));
                    break;
                case FrameStep.NoBuffer:
                    _starved = true; // As TCP would: nothing more is read until there is memory.
                    process.World.Timeline.After(TimeSpan.FromMilliseconds(1), () => process.WhenRunning(() => TakeFrames(connection)));
                    return;
                case FrameStep.Fault: Refuse(_reader.Fault); return;
                default: return;
            }
        }
    }

    private void Refuse(string words)
    {
        _connection?.Leave(process.Node, TimeSpan.FromMilliseconds(1), "connection reset");
        Down(words);
    }

    private void Down(string words)
    {
        Drop();
        process.Deliver(ReplicaEvent.LinkDown(_session, words));
    }

    private void Drop()
    {
        _connection = null;
        _reader.Drop();
        while (_sending.TryDequeue(out var frame))
            if (frame.Buffer != BlockBuffers.None) process.Buffers.Release(frame.Buffer);
    }

    /// <summary>The kernel takes bytes a little later: whoever changes a buffer meanwhile changes what is sent.</summary>
    private void Leave()
    {
        if (_leaving || _connection is not { } connection) return;
        _leaving = true;
        process.World.Timeline.After(
            process.World.Dice.Between(TimeSpan.Zero, TimeSpan.FromMicroseconds(300)), () =>
            {
                _leaving = false;
                process.WhenRunning(() => Depart(connection));
            });
    }

    private void Depart(SimConnection connection)
    {
        if (connection != _connection)
        {
            if (_connection is not null && _sending.Count > 0) Leave();
            return;
        }

        var pipe = connection.PipeFrom(process.Node);
        while (pipe.HasRoom && _sending.TryDequeue(out var frame))
        {
            var payload = frame.Buffer == BlockBuffers.None ? default : process.Buffers.Of(frame.Buffer, frame.Header.Length);
            process.World.Oracle.Sent(process, frame.Header, payload);
            pipe.Put(FrameBytes.Encode(frame.Header, payload));
            if (frame.Buffer != BlockBuffers.None) process.Buffers.Release(frame.Buffer);
        }

        if (_sending.Count == 0) process.Deliver(ReplicaEvent.SendDone(_session));
    }
}
