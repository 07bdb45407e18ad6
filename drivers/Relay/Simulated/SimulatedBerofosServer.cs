using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Appliance.Drivers.Relay.Simulated;

/// <summary>A simulated bero*fos on a real network: its web server, and its datagrams if asked. Faults it adds: hanging, an answer that
/// never ends, an answer in drops, switched off.</summary>
public sealed class SimulatedBerofosServer : IDisposable
{
    private const int RequestMax = 8192;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly SimulatedBerofos _box;
    private readonly Action<string>? _tell;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _end = new();
    private readonly UdpClient? _datagrams;
    private readonly IPEndPoint _http;
    private TcpListener? _listener;

    /// <param name="box">Answers; one request at a time.</param>
    /// <param name="http">Port 0: any.</param>
    /// <param name="gblPort">UDP port of beroNet's protocol; negative: none, 0: any.</param>
    /// <param name="tell">Given each command; from a thread of the twin.</param>
    public SimulatedBerofosServer(SimulatedBerofos box, IPEndPoint http, int gblPort = -1, Action<string>? tell = null)
    {
        (_box, _tell) = (box, tell);
        _listener = new TcpListener(http);
        _listener.Start();
        _http = (IPEndPoint)_listener.LocalEndpoint;
        _ = Serve(_listener);
        if (gblPort < 0) return;
        _datagrams = new UdpClient(new IPEndPoint(http.Address, gblPort));
        _ = Hear(_datagrams);
    }

    /// <summary>Of its web server.</summary>
    public IPEndPoint EndPoint => _http;

    public int GblPort => ((IPEndPoint?)_datagrams?.Client.LocalEndPoint)?.Port ?? -1;

    /// <summary>Takes connections and never answers.</summary>
    public bool Hangs { get; set; }

    /// <summary>Its pages never end.</summary>
    public bool Endless { get; set; }

    /// <summary>So much later comes an answer.</summary>
    public TimeSpan Late { get; set; }

    /// <summary>Without power it joins A and D, and answers nobody.</summary>
    public void PowerOff()
    {
        _listener?.Stop();
        _listener = null;
        lock (_gate) _box.Contacts.LosePower();
    }

    public void PowerOn()
    {
        _listener = new TcpListener(_http);
        _listener.Start();
        _ = Serve(_listener);
    }

    public void Dispose()
    {
        _end.Cancel();
        _listener?.Stop();
        _datagrams?.Dispose();
    }

    private async Task Serve(TcpListener listener)
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptSocketAsync(_end.Token).ConfigureAwait(false);
                _ = Converse(client);
            }
            catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException
                or InvalidOperationException)
            {
                return; // Switched off.
            }
        }
    }

    private async Task Converse(Socket client)
    {
        using var socket = client;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        end.CancelAfter(Patience);
        try
        {
            var head = await ReadHead(socket, end.Token).ConfigureAwait(false);
            if (Hangs) await Task.Delay(Timeout.Infinite, end.Token).ConfigureAwait(false);
            await Task.Delay(Late, end.Token).ConfigureAwait(false);
            byte[] answer;
            lock (_gate)
            {
                answer = _box.Answer(head);
                if (_box.LastCommand.Length > 0) _tell?.Invoke(_box.LastCommand);
            }

            await socket.SendAsync(Endless ? "HTTP/1.0 200 X\r\n\r\n"u8.ToArray() : answer, end.Token).ConfigureAwait(false);
            while (Endless) await socket.SendAsync(new byte[4096], end.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException)
        {
            // The caller has gone, or the twin ends.
        }
    }

    private static async Task<string> ReadHead(Socket socket, CancellationToken end)
    {
        var bytes = new byte[RequestMax];
        var taken = 0;
        while (taken < bytes.Length)
        {
            var count = await socket.ReceiveAsync(bytes.AsMemory(taken), end).ConfigureAwait(false);
            taken += count;
            if (count == 0 || bytes.AsSpan(0, taken).IndexOf("\r\n\r\n"u8) >= 0) break;
        }

        return Encoding.ASCII.GetString(bytes, 0, taken);
    }

    private async Task Hear(UdpClient datagrams)
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                var heard = await datagrams.ReceiveAsync(_end.Token).ConfigureAwait(false);
                byte[]? answer;
                lock (_gate) answer = _box.Hear(heard.Buffer);
                if (answer is not null) await datagrams.SendAsync(answer, heard.RemoteEndPoint, _end.Token).ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                if (fault is not SocketException) return; // An ICMP answer to what we sent is no end.
            }
        }
    }
}
