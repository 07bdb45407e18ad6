using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Drivers.Interop;
using Lib = Appliance.Drivers.Web.MicrohttpdLibrary;

namespace Appliance.Drivers.Web;

/// <summary>
/// HTTP/1.1 by libmicrohttpd: one thread for all connections, every bound of <see cref="WebBounds"/> kept by the library. Every reply
/// forbids to be framed, cached, guessed at, or to load anything from elsewhere.
/// </summary>
public sealed unsafe class WebServer : IDisposable
{
    private const int StackBytes = 256 * 1024;

    private static readonly KeyValuePair<string, string>[] Everywhere =
    [
        new("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
        new("X-Content-Type-Options", "nosniff"),
        new("Referrer-Policy", "no-referrer"),
        new("Cache-Control", "no-store"),
    ];

    private readonly IWebSite _site;
    private readonly HashSet<WebStream> _streams = [];
    private GCHandle _self;
    private nint _daemon;
    private ReadOnlyMemory<byte> _last;
    private int _works;
    private bool _ending;

    private WebServer(IWebSite site) => _site = site;

    /// <summary>Port it listens on; another than asked for when that was 0.</summary>
    public int Port { get; private set; }

    /// <summary>Begins to serve. Null and a sentence when it cannot.</summary>
    public static WebServer? Start(IPEndPoint listen, IWebSite site, out string problem)
    {
        var server = new WebServer(site);
        problem = server.Listen(listen);
        if (problem.Length == 0) return server;
        server.Dispose();
        return null;
    }

    private string Listen(IPEndPoint listen)
    {
        try
        {
            using var socket = new Socket(listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (listen.Address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            socket.Blocking = false;
            socket.Bind(listen);
            socket.Listen(WebBounds.Connections);
            Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
            _self = GCHandle.Alloc(this);
            // The library closes its own.
            var copy = Libc.dup((int)socket.Handle);
            _daemon = copy < 0 ? 0 : StartDaemon(copy);
            if (_daemon != 0) return "";
            if (copy >= 0) _ = Libc.close(copy);
            return $"libmicrohttpd does not start on {listen}: out of memory, threads or descriptors";
        }
        catch (SocketException fault)
        {
            return $"cannot listen on {listen}: {fault.Message}";
        }
        catch (DllNotFoundException)
        {
            return "libmicrohttpd.so.12 is not there: install libmicrohttpd12 (Debian 13: libmicrohttpd12t64)";
        }
    }

    private nint StartDaemon(int socket)
    {
        Lib.OptionItem* options = stackalloc Lib.OptionItem[]
        {
            new() { Option = Lib.OptionListenSocket, Value = socket },
            new() { Option = Lib.OptionConnectionLimit, Value = WebBounds.Connections },
            new() { Option = Lib.OptionPerAddressLimit, Value = WebBounds.ConnectionsPerAddress },
            new() { Option = Lib.OptionConnectionMemoryLimit, Value = WebBounds.ConnectionBytes },
            new() { Option = Lib.OptionConnectionTimeout, Value = WebBounds.IdleSeconds },
            new() { Option = Lib.OptionThreadStackSize, Value = StackBytes },
            new()
            {
                Option = Lib.OptionNotifyCompleted, Pointer = null,
                Value = (nint)(delegate* unmanaged[Cdecl]<nint, nint, nint*, int, void>)&Completed,
            },
            new() { Option = Lib.OptionEnd },
        };
        return Lib.MHD_start_daemon(
            Lib.Flags, 0, null, null, (delegate* unmanaged[Cdecl]<nint, nint, byte*, byte*, byte*, byte*, nuint*, nint*, int>)&Handle,
            (void*)GCHandle.ToIntPtr(_self), Lib.OptionArray, options, Lib.OptionEnd);
    }

    /// <summary>Gives a message to every stream, and to those that come later until there is a newer one. Any thread.</summary>
    public void Publish(ReadOnlyMemory<byte> message)
    {
        if (message.Length > WebBounds.MessageBytes)
            throw new ArgumentException($"a message of {message.Length} bytes is longer than {WebBounds.MessageBytes}", nameof(message));
        WebStream[] streams;
        lock (_streams)
        {
            _last = message;
            streams = [.. _streams];
        }

        // Outside: the library's thread takes our lock when a stream goes, and this may wait for that thread.
        foreach (var stream in streams) stream.Publish(message);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Handle(
        nint self, nint connection, byte* path, byte* method, byte* version, byte* upload, nuint* uploaded, nint* request)
    {
        var server = (WebServer)GCHandle.FromIntPtr(self).Target!;
        if (*request == 0)
        {
            *request = GCHandle.ToIntPtr(GCHandle.Alloc(new WebUpload()));
            return 1;
        }

        var body = (WebUpload)GCHandle.FromIntPtr(*request).Target!;
        if (*uploaded > 0)
        {
            body.Take(new ReadOnlySpan<byte>(upload, (int)Math.Min(*uploaded, int.MaxValue)));
            *uploaded = 0;
            return 1;
        }

        return server.Answer(connection, Text(method), Text(path), body) ? 1 : 0;
    }

    private bool Answer(nint connection, string method, string path, WebUpload body)
    {
        var reply = body.IsTooLong ? WebAnswer.Text(413, $"the body of a request has at most {WebBounds.BodyBytes} bytes")
            : body.Found ?? _site.Answer(new WebQuestion(method, path, ClientOf(connection), body.Bytes)
            {
                Proof = HeaderOf(connection, WebQuestion.ProofHeader),
                Host = HeaderOf(connection, "Host"),
                Origin = HeaderOf(connection, "Origin"),
                Site = HeaderOf(connection, "Sec-Fetch-Site"),
            });
        if (reply.Work is { } work)
        {
            if (Begin(connection, body, work)) return true;
            reply = WebAnswer.Text(503, $"{WebBounds.Works} orders are on their way; try again in a moment");
        }

        var response = reply.IsStream ? Stream(connection, ref reply) : Whole(reply);
        if (response == 0) return false;
        foreach (var (name, value) in Everywhere) _ = Lib.MHD_add_response_header(response, name, value);
        _ = Lib.MHD_add_response_header(response, "Content-Type", reply.ContentType);
        foreach (var (name, value) in reply.Headers) _ = Lib.MHD_add_response_header(response, name, value);
        var queued = Lib.MHD_queue_response(connection, (uint)reply.Status, response);
        Lib.MHD_destroy_response(response);
        return queued == 1;
    }

    /// <summary>The connection sleeps until the work is done; then <see cref="Handle"/> is called once more. False: too much is under
    /// way.</summary>
    private bool Begin(nint connection, WebUpload body, Func<WebAnswer> work)
    {
        lock (_streams)
        {
            if (_ending || _works >= WebBounds.Works) return false;
            _works++;
        }

        Lib.MHD_suspend_connection(connection);
        new Thread(Run, StackBytes) { IsBackground = true, Name = "web order" }.Start();
        return true;

        void Run()
        {
            body.Found = work();
            // Not within the lock: this may wait for the library's thread. The server does not end before the count is down.
            Lib.MHD_resume_connection(connection);
            lock (_streams)
            {
                _works--;
                Monitor.PulseAll(_streams);
            }
        }
    }

    private static nint Whole(WebAnswer reply)
    {
        fixed (byte* bytes = reply.Body.Span)
            return Lib.MHD_create_response_from_buffer((nuint)reply.Body.Length, bytes, Lib.MustCopy);
    }

    private nint Stream(nint connection, ref WebAnswer reply)
    {
        var stream = new WebStream(connection);
        lock (_streams)
        {
            if (_ending || _streams.Count >= WebBounds.Streams)
            {
                reply = WebAnswer.Text(503, $"{WebBounds.Streams} clients are listening; try again in a moment");
                return Whole(reply);
            }

            _streams.Add(stream);
            if (!_last.IsEmpty) stream.Publish(_last);
        }

        var state = GCHandle.ToIntPtr(GCHandle.Alloc((this, stream)));
        var response = Lib.MHD_create_response_from_callback(
            Lib.SizeUnknown, 4096, (delegate* unmanaged[Cdecl]<nint, ulong, byte*, nuint, nint>)&ReadStream, (void*)state,
            (delegate* unmanaged[Cdecl]<nint, void>)&FreeStream);
        if (response == 0) Forget(state);
        return response;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint ReadStream(nint state, ulong position, byte* buffer, nuint most) =>
        (((WebServer Server, WebStream Stream))GCHandle.FromIntPtr(state).Target!).Stream.Read(buffer, most);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void FreeStream(nint state) => Forget(state);

    private static void Forget(nint state)
    {
        var handle = GCHandle.FromIntPtr(state);
        var (server, stream) = ((WebServer, WebStream))handle.Target!;
        handle.Free();
        lock (server._streams) server._streams.Remove(stream);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Completed(nint self, nint connection, nint* request, int why)
    {
        if (*request == 0) return;
        GCHandle.FromIntPtr(*request).Free();
        *request = 0;
    }

    private static string HeaderOf(nint connection, string name) => Text(Lib.MHD_lookup_connection_value(connection, Lib.HeaderKind, name));

    private static string Text(byte* bytes) => bytes == null ? "" : Marshal.PtrToStringUTF8((nint)bytes) ?? "";

    private static string ClientOf(nint connection)
    {
        var info = Lib.MHD_get_connection_info(connection, Lib.InfoClientAddress);
        if (info == null || *info == null) return "unknown";
        // sockaddr_in: family, port, address at 4; sockaddr_in6: family, port, flow, address at 8.
        var address = (byte*)*info;
        return *(ushort*)address switch
        {
            (ushort)2 => new IPAddress(new ReadOnlySpan<byte>(address + 4, 4)).ToString(),
            (ushort)10 => Plain(new IPAddress(new ReadOnlySpan<byte>(address + 8, 16))),
            _ => "unknown",
        };

        static string Plain(IPAddress address) => (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
    }

    /// <summary>Closes every connection.</summary>
    public void Dispose()
    {
        WebStream[] streams;
        lock (_streams)
        {
            _ending = true;
            streams = [.. _streams];
            while (_works > 0) Monitor.Wait(_streams);
        }

        // The library does not end while a connection is suspended.
        foreach (var stream in streams) stream.End();
        if (_daemon != 0) Lib.MHD_stop_daemon(_daemon);
        _daemon = 0;
        if (_self.IsAllocated) _self.Free();
    }
}
