using System.Net.Sockets;
using System.Text.Json;
using Appliance.Agent.Control;
using Appliance.Agent.Replica.Control;
using Appliance.Core.Replica;

namespace Appliance.Agent.Tests.Replica.Client;

/// <summary>A replica's process as its clients see it: the socket, and a state that orders change. It can die and come back.</summary>
internal sealed class FakeReplica : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("appliance-replica-").FullName;
    private readonly Lock _gate = new();
    private readonly List<Socket> _open = [];
    private Socket? _listener;

    public FakeReplica(string name = "data")
    {
        Name = name;
        Path = System.IO.Path.Combine(_directory, $"replica-{name}.sock");
        Now = new ReplicaWatch(
            name, ConnectionState.Connected, ReplicaRole.Secondary, ReplicaRole.Secondary, DiskState.UpToDate, DiskState.UpToDate, "", "",
            false, false, false, true, 3, 1L << 30, null, false);
        Revive();
    }

    public string Name { get; }

    public string Path { get; }

    /// <summary>Beside which the agent's socket would be.</summary>
    public string AgentSocket => System.IO.Path.Combine(_directory, "agent.sock");

    public ReplicaWatch Now { get; private set; }

    /// <summary>Orders as they came.</summary>
    public List<ReplicaRequest> Orders { get; } = [];

    /// <summary>Refuses orders of this name with this sentence.</summary>
    public Dictionary<string, string> Refuses { get; } = [];

    public ReplicaStatus Status { get; set; } = Example;

    public static ReplicaStatus Example => new()
    {
        Name = "data", Node = 1, Connection = ConnectionState.SyncTarget, Why = "", Role = ReplicaRole.Secondary,
        PeerRole = ReplicaRole.Primary, Disk = DiskState.Inconsistent, PeerDisk = DiskState.UpToDate, Protocol = Protocol.C, Frozen = "",
        Alone = false, PeerOutdated = false, PeerSeen = true, Term = 3, Current = 1, Base = 0, DataBytes = 2928512L << 10, NetSentKiB = 0,
        NetReceivedKiB = 459920, DiskWrittenKiB = 459664, DiskReadKiB = 0, IntentWrites = 0, BitmapWrites = 28, LocalPending = 3,
        PeerPending = 1279, Unacknowledged = 4, FrontPending = 0, OutOfSyncKiB = 2469104, HotRegions = 0,
        Progress = new SyncProgress(2928512, 2469104, 22896, 21876, 30720, 107), VerifyDiffered = -1,
    };

    public int OrdersOf(string name)
    {
        lock (_gate) return Orders.Count(order => order.Order == name);
    }

    public void Become(Func<ReplicaWatch, ReplicaWatch> change)
    {
        lock (_gate) Now = change(Now);
    }

    /// <summary>The process is gone: its socket stays behind, as after SIGKILL.</summary>
    public void Die()
    {
        lock (_gate)
        {
            _listener?.Dispose();
            _listener = null;
            foreach (var socket in _open) socket.Dispose();
            _open.Clear();
        }
    }

    /// <summary>systemd started it again.</summary>
    public void Revive()
    {
        File.Delete(Path);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Path));
        listener.Listen(16);
        _listener = listener;
        new Thread(() => Accept(listener)) { IsBackground = true }.Start();
    }

    public void Dispose()
    {
        Die();
        Directory.Delete(_directory, recursive: true);
    }

    private void Accept(Socket listener)
    {
        try
        {
            while (true)
            {
                var socket = listener.Accept();
                lock (_gate) _open.Add(socket);
                new Thread(() => Serve(socket)) { IsBackground = true }.Start();
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Died.
        }
    }

    private void Serve(Socket socket)
    {
        try
        {
            var lines = new SocketLines(socket, ControlLimits.RequestBytesMax);
            if (lines.Read(TimeSpan.FromSeconds(5), out var line) != LineEnd.Line) return;
            var request = JsonSerializer.Deserialize(line.Span, ReplicaRequestJson.Strict.ReplicaRequest)!;
            if (request.Command == ReplicaCommands.Watch) Stream(socket);
            else Send(socket, request.Command == ReplicaCommands.Status ? new ReplicaReply(true, Status: Status) : Obey(request));
            socket.Dispose();
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The client is gone, or we are.
        }
    }

    private void Stream(Socket socket)
    {
        ReplicaWatch? told = null;
        var due = 0L;
        while (true)
        {
            ReplicaWatch now;
            lock (_gate) now = Now;
            if (now != told || Environment.TickCount64 >= due)
            {
                Send(socket, new ReplicaReply(true, Watch: now));
                (told, due) = (now, Environment.TickCount64 + (long)ReplicaControl.WatchPeriod.TotalMilliseconds);
            }

            Thread.Sleep(5);
        }
    }

    private ReplicaReply Obey(ReplicaRequest request)
    {
        lock (_gate)
        {
            Orders.Add(request);
            if (ReplicaOrderNames.Read(request.Order, request.Arguments, out var error) is null && request.Order != "attach")
                return ReplicaReply.Refused(error);
            if (Refuses.TryGetValue(request.Order!, out var why)) return ReplicaReply.Refused(why);
            if (request.Order == ReplicaOrderNames.Primary) Now = Now with { Role = ReplicaRole.Primary, Device = "/dev/appliance/data" };
            if (request.Order == ReplicaOrderNames.Secondary) Now = Now with { Role = ReplicaRole.Secondary, Device = null };
            return new ReplicaReply(true, Text: $"{request.Order} done");
        }
    }

    private static void Send(Socket socket, ReplicaReply reply) =>
        socket.Send([.. JsonSerializer.SerializeToUtf8Bytes(reply, ReplicaReplyJson.Readable.ReplicaReply), (byte)'\n']);
}
