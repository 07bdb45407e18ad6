using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Appliance.Drivers.FoneBridge;

/// <summary>A simulated bridge on a UDP port of its own, for clients that are not ours. It answers from the address it was asked
/// at.</summary>
public sealed class SimulatedBridgeServer : IDisposable
{
    private const int DatagramMax = 1500;
    private static readonly TimeSpan LookAround = TimeSpan.FromMilliseconds(20);
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly List<(byte[] Reply, EndPoint To, long Due)> _late = [];
    private readonly SimulatedFoneBridge _bridge;
    private readonly Action<byte[], byte[]?>? _heard;
    private readonly Thread _thread;
    private volatile bool _stopped;

    /// <param name="bridge">Touched under <see cref="Gate"/> only.</param>
    /// <param name="listen">Port 0: any, see <see cref="EndPoint"/>.</param>
    /// <param name="heard">Told every request and its reply, on the server's thread.</param>
    /// <exception cref="SocketException">The address is not ours or the port is taken.</exception>
    public SimulatedBridgeServer(SimulatedFoneBridge bridge, IPEndPoint listen, Action<byte[], byte[]?>? heard = null)
    {
        (_bridge, _heard) = (bridge, heard);
        try
        {
            _socket.Bind(listen);
        }
        catch (SocketException)
        {
            _socket.Dispose();
            throw;
        }

        EndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        _thread = new Thread(Run) { IsBackground = true, Name = "fonebridge" };
        _thread.Start();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Held while the bridge answers; who looks at the bridge or changes its faults holds it too.</summary>
    public Lock Gate { get; } = new();

    public void Dispose()
    {
        _stopped = true;
        _thread.Join();
        _socket.Dispose();
    }

    private void Run()
    {
        var room = new byte[DatagramMax];
        while (!_stopped)
        {
            SendLate();
            if (!_socket.Poll(_late.Count > 0 ? TimeSpan.FromMilliseconds(1) : LookAround, SelectMode.SelectRead)) continue;
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            try
            {
                Answer(room.AsSpan(0, _socket.ReceiveFrom(room, ref from)), from);
            }
            catch (SocketException)
            {
                // A datagram that is too long, or an ICMP for a client that has gone: nobody to answer.
            }
        }
    }

    private void Answer(ReadOnlySpan<byte> request, EndPoint from)
    {
        lock (Gate)
        {
            var reply = _bridge.Answer(request);
            _heard?.Invoke(request.ToArray(), reply);
            if (reply is null) return;
            var due = Stopwatch.GetTimestamp() + (long)(_bridge.Faults.Delay.TotalSeconds * Stopwatch.Frequency);
            for (var copies = _bridge.Faults.Duplicates ? 2 : 1; copies > 0; copies--) _late.Add((reply, from, due));
        }

        SendLate();
    }

    private void SendLate()
    {
        var now = Stopwatch.GetTimestamp();
        for (var at = 0; at < _late.Count; at++)
        {
            if (_late[at].Due > now) continue;
            try
            {
                _socket.SendTo(_late[at].Reply, _late[at].To);
            }
            catch (SocketException)
            {
                // The client has gone.
            }

            _late.RemoveAt(at--);
        }
    }
}
