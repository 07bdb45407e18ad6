using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Appliance.Agent.Control;
using Appliance.Agent.Web;
using Appliance.Core.Cluster;
using Appliance.Drivers.Tests.Web;
using Appliance.Drivers.Web;

namespace Appliance.Agent.Tests.Web;

/// <summary>Orders by HTTP, from those who may and from those who may not.</summary>
public sealed class WebOrderTests : WebFixture
{
    private const string Token = "correct horse battery staple";
    private const string Standby = """{"command":"standby"}""";

    public WebOrderTests()
    {
        WriteToken(Token);
        ConfigureWeb($"[web]\nlisten = \"127.0.0.1:{Port}\"\ntoken-file = \"{TokenFile}\"\n");
        Until(() => Get("/status.json").Contains("\"read_only\":\"\"", StringComparison.Ordinal));
    }

    private string TokenFile => Path.Combine(Folder, "web.token");

    private List<Command> Taken => Agent.Agent.Commands;

    [WebFact]
    public void The_five_orders_reach_the_agent_and_are_noted_with_who_gave_them()
    {
        foreach (var body in new[]
        {
            Standby, """{"command":"online","arguments":{"node":"pbx-a"}}""", """{"command":"switchover","arguments":{"group":"pbx"}}""",
            """{"command":"maintenance","arguments":{"seconds":1800}}""", """{"command":"maintenance"}""",
            """{"command":"cleanup","arguments":{"group":"pbx","resource":"asterisk"}}""",
        })
        {
            var (status, said) = Order(body);
            Assert.Equal((HttpStatusCode.OK, true), (status, said.Ok));
            Assert.Equal("it is being done", said.Text);
        }

        Assert.Equal(
            [
                new Command.Standby(), new Command.Online(), new Command.Switchover("pbx"),
                new Command.Maintenance(TimeSpan.FromMinutes(30)), new Command.Maintenance(null), new Command.Cleanup("pbx", "asterisk"),
            ],
            Taken);
        Assert.Equal("127.0.0.1 (status page) ordered switchover pbx: it is being done", Agent.Agent.Notes[2]);
        Assert.Equal("127.0.0.1 (status page) ordered maintenance for 30 min: it is being done", Agent.Agent.Notes[3]);
        Assert.Contains("127.0.0.1 ordered cleanup pbx/asterisk: it is being done", Said(), StringComparison.Ordinal);
    }

    [WebFact]
    public void What_the_agent_refuses_is_told_and_noted()
    {
        Agent.Agent.Reply = new CommandReply(false, "pbx-b is not heard");
        var (status, said) = Order(Standby);
        Assert.Equal((HttpStatusCode.Conflict, "pbx-b is not heard"), (status, said.Error));
        Assert.Equal("127.0.0.1 (status page) ordered standby: refused: pbx-b is not heard", Assert.Single(Agent.Agent.Notes));
        Assert.Equal(HttpStatusCode.Conflict, Order("""{"command":"switchover","arguments":{"group":"nobody"}}""").Status);
        Agent.StopServer();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, Order(Standby).Status);
    }

    [WebTheory]
    [InlineData("""{"command":"restart","arguments":{"group":"pbx","resource":"asterisk"}}""")]
    [InlineData("""{"command":"reload"}""")]
    [InlineData("""{"command":"fence-confirm","arguments":{"node":"pbx-b"}}""")]
    [InlineData("""{"command":"events","arguments":{"follow":true}}""")]
    [InlineData("""{"command":"standby","by":"somebody else"}""")]
    [InlineData("""{"command":"standby","sudo":true}""")]
    [InlineData("""{"command":"Standby"}""")]
    [InlineData("""[{"command":"standby"}]""")]
    [InlineData("{\"command\":\"standby\"}\n{\"command\":\"standby\"}")]
    [InlineData("standby")]
    [InlineData("")]
    public void Only_five_orders_are_taken_in_their_own_form(string body)
    {
        Assert.Equal(HttpStatusCode.BadRequest, Order(body).Status);
        Assert.Empty(Taken);
        Assert.Equal(0, Agent.Agent.Reloads);
    }

    [WebFact]
    public void Without_a_right_proof_nothing_happens()
    {
        var nonce = Nonce();
        var right = Proof(nonce, Standby);
        foreach (var proof in new[] { null, "", nonce, Token, $"{nonce} {Token}", $" {right[(nonce.Length + 1)..]}" })
            Assert.Equal(HttpStatusCode.Unauthorized, Post(Standby, proof).Status);
        Assert.Empty(Taken);
    }

    [WebFact]
    public void Another_body_or_number_spoils_the_proof()
    {
        var nonce = Nonce();
        Assert.Equal(HttpStatusCode.Unauthorized, Post("""{"command":"online"}""", Proof(nonce, Standby)).Status);
        var moved = Proof(nonce, Standby).Replace(nonce, Nonce(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, Post(Standby, moved).Status);
        // Proven with the right token, but the number is nobody's.
        Assert.Equal(HttpStatusCode.Unauthorized, Post(Standby, Proof(new string('a', 64), Standby)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, Post(Standby, Proof("x", Standby)).Status);
        Assert.Empty(Taken);
    }

    [WebFact]
    public void What_was_overheard_cannot_be_said_again()
    {
        var nonce = Nonce();
        Assert.Equal(HttpStatusCode.OK, Post(Standby, Proof(nonce, Standby)).Status);
        for (var i = 0; i < 20; i++) Assert.Equal(HttpStatusCode.Conflict, Post(Standby, Proof(nonce, Standby)).Status);
        Assert.Equal(HttpStatusCode.Conflict, Post(Standby, Proof(nonce.ToUpperInvariant(), Standby)).Status);
        Assert.Single(Taken);
    }

    [WebTheory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://127.0.0.1")]
    [InlineData("Origin", "http://127.0.0.1:1@evil.example")]
    [InlineData("Origin", "file://")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Sec-Fetch-Site", "none")]
    public void A_page_from_elsewhere_orders_nothing_even_with_the_token(string header, string value)
    {
        Assert.Equal(HttpStatusCode.Forbidden, Post(Standby, Proof(Nonce(), Standby), (header, value)).Status);
        Assert.Empty(Taken);
    }

    [WebFact]
    public void The_page_itself_orders_with_what_a_browser_says_of_it()
    {
        var own = ("Origin", $"http://127.0.0.1:{Port}");
        Assert.Equal(HttpStatusCode.OK, Post(Standby, Proof(Nonce(), Standby), own, ("Sec-Fetch-Site", "same-origin")).Status);
        Assert.Single(Taken);
        using var preflight = new HttpRequestMessage(HttpMethod.Options, Address("/order"));
        using var reply = Http.Send(preflight);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, reply.StatusCode);
        Assert.DoesNotContain(reply.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [WebFact]
    public void A_thousand_wrong_tokens_lock_their_sender_out_and_nobody_else()
    {
        var counts = new Dictionary<HttpStatusCode, int>();
        for (var i = 0; i < 1000; i++)
        {
            var status = Post(Standby, Proof(new string('0', 64), Standby, $"guess number {i}")).Status;
            counts[status] = counts.GetValueOrDefault(status) + 1;
        }

        Assert.Equal(Lockout.Tries, counts[HttpStatusCode.Unauthorized]);
        Assert.Equal(1000 - Lockout.Tries, counts[HttpStatusCode.TooManyRequests]);
        Assert.Equal(HttpStatusCode.TooManyRequests, Post(Standby, Proof(Nonce(), Standby)).Status);
        Assert.Empty(Taken);
        Assert.Equal(2, Said().Split("gave 5 wrong tokens").Length);
        using var other = new HttpClient(new SocketsHttpHandler { ConnectCallback = From(IPAddress.Parse("127.0.0.2")) });
        Assert.Equal(HttpStatusCode.OK, Post(other, Standby, Proof(Nonce(), Standby)).Status);
        Assert.Single(Taken);
    }

    [WebFact]
    public void Bodies_that_are_too_long_and_wrong_methods_are_refused()
    {
        var body = new string(' ', WebBounds.BodyBytes) + Standby;
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, Post(body, Proof(Nonce(), body)).Status);
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Patch })
        {
            using var request = new HttpRequestMessage(method, Address("/order"));
            using var reply = Http.Send(request);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, reply.StatusCode);
            Assert.Equal(["POST"], reply.Content.Headers.Allow);
        }

        Assert.Empty(Taken);
        // A path ends at a zero byte, and "/nonce/../order" is "/order" before it is sent: they are the same place, with the same proof.
        foreach (var (path, found) in new[]
        {
            ("/order/", false), ("//order", false), ("/Order", false), ("/./%2e%2e/order", true), ("/order%00", true), ("/%2forder", false),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Address(path)) { Content = new StringContent(Standby) };
            request.Headers.Add(WebQuestion.ProofHeader, Proof(Nonce(), Standby));
            using var reply = Http.Send(request);
            Assert.True(reply.StatusCode == HttpStatusCode.OK == found, $"{path}: {reply.StatusCode}");
        }

        Assert.Equal(2, Taken.Count);
    }

    [WebFact]
    public void An_agent_that_hangs_keeps_only_those_waiting_who_order()
    {
        Agent.Agent.Hangs = true;
        var waiting = Enumerable.Range(0, WebBounds.Works).Select(_ =>
        {
            var proof = Proof(Nonce(), Standby);
            return Task.Factory.StartNew(() => Post(Standby, proof).Status, TaskCreationOptions.LongRunning);
        }).ToArray();
        Until(() => { lock (Taken) return Taken.Count == WebBounds.Works; });
        Assert.Contains("<title>", Get("/"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, PostRaw(Standby, Proof(Nonce(), Standby)));
        Assert.All(waiting, task => Assert.False(task.IsCompleted));
        Task.WaitAll(waiting);
        Assert.All(waiting, task => Assert.Equal(HttpStatusCode.Conflict, task.Result));
    }

    [WebFact]
    public void The_token_is_read_at_every_order_and_must_be_a_secret()
    {
        WriteToken("another token of 24 chars");
        Assert.Equal(HttpStatusCode.Unauthorized, Order(Standby).Status);
        WriteToken("short");
        AssertReadOnly("expected at least 16 characters, found 5");
        WriteToken(Token);
        Assert.Equal(HttpStatusCode.OK, Order(Standby).Status);
        File.SetUnixFileMode(TokenFile, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        AssertReadOnly("can be read by others than its owner: chmod 600");
        File.Delete(TokenFile);
        AssertReadOnly("web.token");
        Assert.Single(Taken);
        ConfigureWeb($"[web]\nlisten = \"127.0.0.1:{Port}\"\n");
        Until(() => Get("/status.json").Contains("this page only shows", StringComparison.Ordinal));
        AssertReadOnly("this page only shows: [web] in appliance.toml has no token-file");
    }

    private void AssertReadOnly(string why)
    {
        using var reply = Http.Send(new HttpRequestMessage(HttpMethod.Get, Address("/nonce")));
        Assert.Equal(HttpStatusCode.Forbidden, reply.StatusCode);
        var (status, said) = Post(Standby, Proof(new string('a', 64), Standby));
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains(why, said.Error, StringComparison.Ordinal);
    }

    private void WriteToken(string token)
    {
        File.WriteAllText(TokenFile + ".new", token + "\n");
        File.SetUnixFileMode(TokenFile + ".new", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Move(TokenFile + ".new", TokenFile, overwrite: true);
    }

    private string Nonce() => Get("/nonce").Trim();

    private static string Proof(string nonce, string body, string token = Token)
    {
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes($"{nonce}\n{body}"));
        return $"{nonce} {Convert.ToHexStringLower(mac)}";
    }

    private (HttpStatusCode Status, ControlReply Said) Order(string body) => Post(body, Proof(Nonce(), body));

    private (HttpStatusCode Status, ControlReply Said) Post(string body, string? proof, params (string Name, string Value)[] headers) =>
        Post(Http, body, proof, headers);

    private (HttpStatusCode Status, ControlReply Said) Post(
        HttpClient http, string body, string? proof, params (string Name, string Value)[] headers)
    {
        using var reply = Raw(http, body, proof, headers);
        using var reader = new StreamReader(reply.Content.ReadAsStream());
        var text = reader.ReadToEnd();
        var said = text.StartsWith('{') ? JsonSerializer.Deserialize(text, ControlJson.Readable.ControlReply)! : ControlReply.Refused(text);
        return (reply.StatusCode, said);
    }

    private HttpStatusCode PostRaw(string body, string proof)
    {
        using var reply = Raw(Http, body, proof);
        return reply.StatusCode;
    }

    private HttpResponseMessage Raw(HttpClient http, string body, string? proof, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Address("/order"));
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (proof is not null) request.Headers.TryAddWithoutValidation(WebQuestion.ProofHeader, proof);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return http.Send(request);
    }

    private static Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> From(IPAddress address) =>
        async (context, stop) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, 0));
            await socket.ConnectAsync(context.DnsEndPoint, stop);
            return new NetworkStream(socket, ownsSocket: true);
        };
}
