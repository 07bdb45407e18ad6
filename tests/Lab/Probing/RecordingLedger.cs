using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Serialization;
using Appliance.Lab.Host;
using Appliance.Lab.Setup;

namespace Appliance.Lab.Probing;

/// <summary>The recordings a node said to be safe, by hash. Compared at the end with the files on the node that serves then.</summary>
public sealed class RecordingLedger : IDisposable
{
    private const int Port = 4711;
    private const string Folder = "/var/spool/asterisk/lab";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _promised = [];
    private readonly Thread _thread;
    private volatile bool _end;

    /// <summary>Listens in the client's namespace.</summary>
    public RecordingLedger(LabPlace place)
    {
        _thread = new Thread(() => Listen(place)) { IsBackground = true, Name = "recordings" };
        _thread.Start();
    }

    /// <summary>Recordings promised so far, with their SHA-256.</summary>
    public IReadOnlyDictionary<string, string> Promised
    {
        get
        {
            lock (_gate) return new Dictionary<string, string>(_promised);
        }
    }

    /// <summary>What became of them, read on a node.</summary>
    public FileCount CompareOn(NodeMachine node)
    {
        var promised = Promised;
        var there = node.Run("bash", "-c", $"mkdir --parents {Folder} && cd {Folder} && find -maxdepth 1 -type f ! -name '*.part' " +
                "-printf '%f\\0' | xargs --null --no-run-if-empty sha256sum").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToDictionary(words => words[1], words => words[0]);
        var present = promised.Count(file => there.TryGetValue(file.Key, out var hash) && hash == file.Value);
        return new FileCount(promised.Count, present, promised.Count - present);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _end = true;
        _thread.Join();
    }

    private void Listen(LabPlace place)
    {
        NetworkNamespace.EnterOnThisThread(place.ClientNamespace);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 200 };
        socket.Bind(new IPEndPoint(IPAddress.Parse(NodePlan.ClientAddress), Port));
        var buffer = new byte[256];
        while (!_end)
        {
            try
            {
                var words = Encoding.ASCII.GetString(buffer, 0, socket.Receive(buffer)).Split(' ', '\n');
                lock (_gate) _promised[words[0]] = words[1];
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
            {
                // Nothing for a while: look whether to end.
            }
        }
    }
}

/// <summary>Files by what became of them.</summary>
/// <param name="Acknowledged">Said to be safe.</param>
/// <param name="Present">There afterwards with the same hash.</param>
/// <param name="Lost">Gone or different.</param>
public sealed record FileCount(
    [property: JsonPropertyName("acknowledged")] int Acknowledged,
    [property: JsonPropertyName("present")] int Present,
    [property: JsonPropertyName("lost")] int Lost);
