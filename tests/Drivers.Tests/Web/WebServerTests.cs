using System.Net;
using System.Net.Sockets;
using System.Text;
using Appliance.Drivers.Web;

namespace Appliance.Drivers.Tests.Web;

public sealed class WebServerTests : IDisposable, IWebSite
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private readonly WebServer _server;
    private readonly List<WebQuestion> _requests = [];
    private readonly List<Socket> _clients = [];

    public WebServerTests() => _server = WebServer.Start(new IPEndPoint(IPAddress.Any, 0), this, out var problem)
        ?? throw new InvalidOperationException(problem);

    WebAnswer IWebSite.Answer(WebQuestion request)
    {
        lock (_requests) _requests.Add(request);
        return request.Path switch
        {
            "/stream" => WebAnswer.Stream,
            "/big" => new WebAnswer(200, WebAnswer.PlainText, new byte[300_000]),
            "/echo" => new WebAnswer(200, WebAnswer.PlainText, request.Body),
            _ => WebAnswer.Text(200, $"{request.Method} {request.Path} {request.Client} {request.Proof}"),
        };
    }

    [WebFact]
    public void A_request_is_answered_and_the_answer_keeps_browsers_in_bounds()
    {
        var said = Ask("GET /page?x=1 HTTP/1.1\r\nHost: h\r\nX-Appliance-Proof: secret\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", said, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nGET /page 127.0.0.1 secret\n", said, StringComparison.Ordinal);
        foreach (var header in new[]
        {
            "Content-Security-Policy: default-src 'self'; frame-ancestors 'none'", "X-Content-Type-Options: nosniff",
            "Cache-Control: no-store", "Content-Type: text/plain; charset=utf-8",
        })
            Assert.Contains(header, said, StringComparison.Ordinal);
    }

    [WebFact]
    public void A_head_has_no_body() =>
        Assert.EndsWith("\r\n\r\n", Ask("HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);

    [WebFact]
    public void One_connection_carries_many_requests()
    {
        var client = Connect();
        for (var i = 0; i < 50; i++)
        {
            Send(client, $"GET /{i} HTTP/1.1\r\nHost: h\r\n\r\n");
            Until(client, $"GET /{i} ");
        }
    }

    [WebTheory]
    [InlineData("GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "/../../etc/passwd")]
    [InlineData("GET /a%00b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "/a")]
    [InlineData("GET //server/share HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "//server/share")]
    [InlineData("GET /%zz%ff%c0%af HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", null)]
    public void Odd_paths_are_only_names(string request, string? path)
    {
        Ask(request);
        lock (_requests)
            if (path is not null) Assert.Equal(path, Assert.Single(_requests).Path);
        StillServes();
    }

    [WebTheory]
    [InlineData("\0\0\0\0\r\n\r\n")]
    [InlineData("HTTP/1.1\r\n\r\n")]
    [InlineData("GET / HTTP/9.9\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n")]
    [InlineData("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n: novalue\r\n\r\n")]
    public void Garbage_harms_nobody(string garbage)
    {
        var client = Connect();
        Send(client, garbage);
        client.Shutdown(SocketShutdown.Send);
        ReadToEnd(client);
        StillServes();
    }

    [WebFact]
    public void Random_bytes_harm_nobody()
    {
        var random = new Random(7);
        for (var i = 0; i < 300; i++)
        {
            var bytes = new byte[random.Next(1, 3000)];
            random.NextBytes(bytes);
            if (i % 2 == 0) Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n").AsSpan(0, Math.Min(16, bytes.Length)).CopyTo(bytes);
            using var client = Connect();
            try
            {
                client.Send(bytes);
            }
            catch (SocketException)
            {
                // Closed in the middle: as good an answer as any.
            }
        }

        StillServes();
    }

    [WebFact]
    public void Headers_that_are_too_long_are_refused()
    {
        var said = Ask($"GET / HTTP/1.1\r\nHost: h\r\nX-Long: {new string('x', 4 * WebBounds.ConnectionBytes)}\r\n\r\n");
        Assert.Matches("^(HTTP/1.1 (431|400|413|414) |$)", said);
        StillServes();
    }

    [WebFact]
    public void A_line_without_an_end_is_cut_off()
    {
        var client = Connect();
        var sent = 0;
        try
        {
            for (; sent < 100 << 20; sent += 65536) client.Send(new byte[65536].Select(_ => (byte)'x').ToArray());
        }
        catch (SocketException)
        {
            // The server closed, as it should.
        }

        Assert.InRange(sent, 0, 16 << 20);
        StillServes();
    }

    [WebFact]
    public void A_body_is_taken_up_to_its_bound_and_not_a_byte_more()
    {
        var most = new string('b', WebBounds.BodyBytes);
        Assert.EndsWith("\r\n\r\n" + most, Ask(Post(most)), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 413 ", Ask(Post(most + "b")), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 413 ", Ask(Post(new string('b', 1 << 20))), StringComparison.Ordinal);
        static string Post(string body) =>
            $"POST /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}";
    }

    [WebFact]
    public void Five_hundred_connections_of_one_client_leave_room_for_another()
    {
        for (var i = 0; i < 500; i++) Send(Connect(), "GET / HT");
        StillServes(IPAddress.Parse("127.0.0.2"));
    }

    [WebFact]
    public void A_client_that_does_not_read_keeps_nobody_waiting()
    {
        for (var i = 0; i < 10; i++)
        {
            var lazy = Connect();
            lazy.ReceiveBufferSize = 1024;
            Send(lazy, "GET /big HTTP/1.1\r\nHost: h\r\n\r\n");
        }

        StillServes();
    }

    [WebFact]
    public void A_stream_begins_with_what_is_current_and_goes_on()
    {
        _server.Publish("data: one\n\n"u8.ToArray());
        var client = Connect();
        Send(client, "GET /stream HTTP/1.1\r\nHost: h\r\n\r\n");
        Until(client, "data: one");
        for (var i = 2; i < 200; i++)
        {
            _server.Publish(Encoding.UTF8.GetBytes($"data: {i}.\n\n"));
            Until(client, $"data: {i}.");
        }
    }

    [WebFact]
    public void A_stream_that_does_not_read_misses_news_and_gets_the_newest()
    {
        var client = Listen();
        for (var i = 0; i < 400; i++) _server.Publish(Encoding.UTF8.GetBytes($"data: {i} {new string('x', 100_000)}\n\n"));
        _server.Publish("data: the newest\n\n"u8.ToArray());
        Until(client, "data: the newest");
        StillServes();
    }

    [WebFact]
    public void Streams_that_are_gone_make_room()
    {
        for (var round = 0; round < 20; round++)
        {
            var clients = Enumerable.Range(0, 10).Select(_ => Listen()).ToList();
            _server.Publish("data: x\n\n"u8.ToArray());
            foreach (var client in clients) client.Dispose();
        }

        // A stream that is asleep notices at the next message.
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                _server.Publish("data: y\n\n"u8.ToArray());
                return Ask("GET /stream HTTP/1.0\r\n\r\n", until: "data: y").Contains("200 OK", StringComparison.Ordinal);
            },
            Bound));
    }

    [WebFact]
    public void Streams_beyond_the_bound_are_told_to_come_again()
    {
        for (var i = 0; i < WebBounds.Streams; i++) Listen(IPAddress.Parse($"127.0.0.{2 + i / 8}"));
        var said = Ask("GET /stream HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", from: IPAddress.Parse("127.0.0.99"));
        Assert.StartsWith("HTTP/1.1 503 ", said, StringComparison.Ordinal);
        StillServes(IPAddress.Parse("127.0.0.99"));
    }

    [WebFact]
    public void It_ends_while_streams_sleep_and_while_others_are_published_to()
    {
        for (var i = 0; i < 8; i++) Listen();
        using var stop = new CancellationTokenSource();
        var publishing = new Thread(() =>
        {
            while (!stop.IsCancellationRequested) _server.Publish("data: z\n\n"u8.ToArray());
        });
        publishing.Start();
        var ending = new Thread(_server.Dispose);
        ending.Start();
        Assert.True(ending.Join(Bound));
        stop.Cancel();
        Assert.True(publishing.Join(Bound));
        foreach (var client in _clients) ReadToEnd(client);
    }

    [WebFact]
    public void A_port_that_is_taken_is_told()
    {
        Assert.Null(WebServer.Start(new IPEndPoint(IPAddress.Any, _server.Port), this, out var problem));
        Assert.Contains($"cannot listen on 0.0.0.0:{_server.Port}", problem, StringComparison.Ordinal);
    }

    /// <summary>A connection that has just ended may count for a moment: asked again until there is an answer.</summary>
    private void StillServes(IPAddress? from = null) => Assert.True(SpinWait.SpinUntil(
        () => Ask("GET /still HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", from: from)
            .Contains("GET /still ", StringComparison.Ordinal), Bound));

    private Socket Listen(IPAddress? from = null)
    {
        var client = Connect(from);
        Send(client, "GET /stream HTTP/1.1\r\nHost: h\r\n\r\n");
        Until(client, "text/event-stream");
        return client;
    }

    private string Ask(string request, string? until = null, IPAddress? from = null)
    {
        using var client = Connect(from);
        Send(client, request);
        return until is null ? ReadToEnd(client) : Until(client, until);
    }

    private Socket Connect(IPAddress? from = null)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveTimeout = (int)Bound.TotalMilliseconds, SendTimeout = (int)Bound.TotalMilliseconds,
        };
        if (from is not null) client.Bind(new IPEndPoint(from, 0));
        client.Connect(IPAddress.Loopback, _server.Port);
        _clients.Add(client);
        return client;
    }

    private static void Send(Socket client, string text)
    {
        try
        {
            client.Send(Encoding.Latin1.GetBytes(text));
        }
        catch (SocketException closed) when (closed.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            // What was said before can still be read.
        }
    }

    private static string ReadToEnd(Socket client)
    {
        var said = new StringBuilder();
        var buffer = new byte[65536];
        try
        {
            while (client.Receive(buffer) is > 0 and var count) said.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Closed with something of ours unread.
        }

        return said.ToString();
    }

    private static string Until(Socket client, string words)
    {
        var said = new StringBuilder();
        var buffer = new byte[1 << 20];
        while (!said.ToString().Contains(words, StringComparison.Ordinal))
        {
            var count = client.Receive(buffer);
            Assert.True(count > 0, $"closed before \"{words}\": {said}");
            if (said.Length > 1 << 20) said.Remove(0, said.Length - 1000);
            said.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return said.ToString();
    }

    public void Dispose()
    {
        foreach (var client in _clients) client.Dispose();
        _server.Dispose();
    }
}
