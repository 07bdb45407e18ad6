using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Appliance.Core;
using Appliance.Drivers.Interop;

namespace Appliance.Agent.Control;

/// <summary>
/// Listens on a unix socket for operators' commands. Plain threads with small stacks, so that a client costs neither the thread pool
/// nor locked megabytes; at most <see cref="ControlLimits.Clients"/> at once.
/// </summary>
public sealed class ControlServer : IDisposable
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    private const string AgentWords = "another agent already answers on {0}; stop it first (systemctl stop appliance-agent)";

    private static readonly TimeSpan EndBound = TimeSpan.FromSeconds(2);

    private readonly Socket _listener;
    private readonly string _path;
    private readonly Action<Socket, Func<bool>> _serve;
    private readonly Action<Exception> _bug;
    private readonly uint _ownUser = Libc.geteuid();
    private readonly uint? _allowedGroup;
    private readonly HashSet<Socket> _clients = [];
    private readonly Thread _accepting;
    private volatile bool _stopping;

    private ControlServer(
        Socket listener, string path, Action<Socket, Func<bool>> serve, Action<Exception> bug, uint? allowedGroup)
    {
        (_listener, _path, _serve, _bug, _allowedGroup) = (listener, path, serve, bug, allowedGroup);
        _accepting = new Thread(Guarded(Accept), Limits.ThreadStackBytes) { IsBackground = true, Name = "control" };
    }

    /// <summary>Begins to listen as the agent. Null and an error in words when it cannot.</summary>
    /// <param name="path">Of the socket; a stale one of an agent that died is replaced.</param>
    /// <param name="agent">Answers.</param>
    /// <param name="bug">Told of an exception that is our own bug; the process should end.</param>
    public static ControlServer? Start(string path, IAgentControl agent, Action<Exception> bug, out string error) =>
        Start(path, (client, stopping) => new ControlSession(client, agent, stopping).Run(), bug, AgentWords, out error);

    /// <summary>Begins to listen for any line protocol. Null and an error in words when it cannot.</summary>
    /// <param name="serve">Serves one client on a thread of its own until it is done or the function says that the server ends.</param>
    /// <param name="taken">What to say when somebody living has the socket; {0}: the path.</param>
    public static ControlServer? Start(
        string path, Action<Socket, Func<bool>> serve, Action<Exception> bug, string taken, out string error)
    {
        error = "";
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            var group = File.Exists("/etc/group") ? PeerCredentials.GroupNumber(ControlLimits.Group, File.ReadLines("/etc/group")) : null;
            error = Prepare(path, taken);
            if (error.Length == 0)
            {
                Bind(listener, path, group);
                var server = new ControlServer(listener, path, serve, bug, group);
                server._accepting.Start();
                return server;
            }
        }
        catch (Exception world) when (world is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            error = $"cannot listen on {path}: {world.Message}";
        }

        listener.Dispose();
        return null;
    }

    /// <summary>Makes way for the socket. A living agent's socket is not taken away.</summary>
    private static string Prepare(string path, string taken)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { Length: > 0 } directory) Directory.CreateDirectory(directory);
        if (!File.Exists(path)) return "";
        if (new FileInfo(path).Length > 0) return $"{path} is a file, not a socket; it is not touched";
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        // A full queue of a hanging agent must not hang us.
        probe.SendTimeout = 1000;
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException stale) when (stale.SocketErrorCode is SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return "";
        }

        return string.Format(CultureInfo.InvariantCulture, taken, path);
    }

    private static void Bind(Socket listener, string path, uint? group)
    {
        listener.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, Mode);
        // Without the group only root may connect, which is what its absence asks for.
        if (group is { } number) _ = Libc.chown(path, uint.MaxValue, number);
        listener.Listen(ControlLimits.Clients * 2);
    }

    private void Accept()
    {
        while (!_stopping)
        {
            Socket client;
            try
            {
                client = _listener.Accept();
            }
            catch (Exception closed) when (closed is ObjectDisposedException || _stopping)
            {
                return;
            }
            catch (SocketException)
            {
                // Out of descriptors or memory: the clients that are there will end; try again then.
                Thread.Sleep(100);
                continue;
            }

            Admit(client);
        }
    }

    private void Admit(Socket client)
    {
        client.SendTimeout = (int)ControlLimits.ReplyDeadline.TotalMilliseconds;
        var refusal = Refusal(client);
        if (refusal is not null)
        {
            Refuse(client, refusal);
            return;
        }

        lock (_clients) _clients.Add(client);
        new Thread(Guarded(() => Serve(client)), Limits.ThreadStackBytes) { IsBackground = true, Name = "control client" }.Start();
    }

    private string? Refusal(Socket client)
    {
        lock (_clients)
            if (_clients.Count >= ControlLimits.Clients) return $"{ControlLimits.Clients} clients are being served; try again in a moment";
        if (PeerCredentials.Of(client) is not { } who) return "the kernel does not say who you are";
        return who.MayCommand(_ownUser, _allowedGroup)
            ? null
            : $"user {who.UserId} may not command this node: be root or a member of the group {ControlLimits.Group}";
    }

    /// <summary>The sentence fits into the empty socket buffer, so this does not wait.</summary>
    private static void Refuse(Socket client, string why)
    {
        using (client)
        {
            try
            {
                client.Blocking = false;
                client.Send(JsonSerializer.SerializeToUtf8Bytes(ControlReply.Refused(why), ControlJson.Readable.ControlReply));
                client.Send("\n"u8);
            }
            catch (SocketException)
            {
                // It did not wait for the answer.
            }
        }
    }

    private void Serve(Socket client)
    {
        try
        {
            _serve(client, () => _stopping);
        }
        finally
        {
            lock (_clients)
            {
                _clients.Remove(client);
                client.Dispose();
                Monitor.PulseAll(_clients);
            }
        }
    }

    private ThreadStart Guarded(Action work) => () =>
    {
        try
        {
            work();
        }
        catch (Exception bug)
        {
            _bug(bug);
        }
    };

    private static void Deafen(Socket client)
    {
        try
        {
            client.Shutdown(SocketShutdown.Receive);
        }
        catch (SocketException)
        {
            // The other side has closed already.
        }
    }

    /// <summary>How long the end waits for answers that are on their way: who ordered the end is to hear that it came.</summary>
    public TimeSpan LastAnswers { get; set; }

    /// <summary>Stops listening, drops every client, removes the socket. Who answered them may go afterwards: their threads have ended,
    /// but for one that still carries out what it was asked to after <see cref="EndBound"/>.</summary>
    public void Dispose()
    {
        if (_stopping) return;
        _stopping = true;
        _listener.Dispose();
        lock (_clients)
        {
            // No request comes in any more; who waits for one finds the end of the line.
            foreach (var client in _clients) Deafen(client);
            var until = Environment.TickCount64 + (long)LastAnswers.TotalMilliseconds;
            while (_clients.Count > 0 && until - Environment.TickCount64 is > 0 and var left) Monitor.Wait(_clients, (int)left);
            foreach (var client in _clients) client.Dispose();
            until = Environment.TickCount64 + (long)EndBound.TotalMilliseconds;
            while (_clients.Count > 0 && until - Environment.TickCount64 is > 0 and var left) Monitor.Wait(_clients, (int)left);
        }

        _accepting.Join(EndBound);
        if (File.Exists(_path)) File.Delete(_path);
    }
}
