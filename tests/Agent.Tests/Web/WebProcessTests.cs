using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Appliance.Agent.Control;
using Appliance.Agent.Tests.Control;
using Appliance.Agent.Tests.Status;
using Appliance.Agent.Web;
using Appliance.Drivers.Tests.Web;

namespace Appliance.Agent.Tests.Web;

/// <summary>The whole process against an agent's socket, by HTTP.</summary>
public sealed class WebProcessTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("appliance-web-");
    private readonly SocketFixture _agent = new();
    private readonly HttpClient _http = new() { Timeout = Bound };
    private readonly StringWriter _journal = new();
    private readonly WebProcess _process;
    private readonly Thread _thread;
    private int _port = FreePort();

    public WebProcessTests()
    {
        _agent.Agent.View = WebSnapshots.Full;
        Configure($"[web]\nlisten = \"127.0.0.1:{_port}\"\n");
        _process = new WebProcess(ConfigPath, _agent.Path, text =>
        {
            lock (_journal) _journal.WriteLine(text);
        });
        _thread = new Thread(() => _process.Run());
        _thread.Start();
    }

    private string ConfigPath => Path.Combine(_folder.FullName, "appliance.toml");

    [WebFact]
    public void Page_status_and_metrics_are_served()
    {
        Assert.Contains("<title>Appliance</title>", Get("/"), StringComparison.Ordinal);
        Assert.Contains("EventSource", Get("/page.js"), StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme", Get("/page.css"), StringComparison.Ordinal);
        using var json = JsonDocument.Parse(Get("/status.json"));
        Assert.Equal("", json.RootElement.GetProperty("problem").GetString());
        Assert.True(JsonElement.DeepEquals(
            JsonSerializer.SerializeToElement(WebSnapshots.Full, ControlJson.Readable.StatusView), json.RootElement.GetProperty("status")));
        Assert.Contains("appliance_up 1\n", Get("/metrics"), StringComparison.Ordinal);
    }

    [WebFact]
    public void The_page_is_small_and_loads_nothing_from_elsewhere()
    {
        string[] files = [Get("/"), Get("/page.js"), Get("/page.css")];
        Assert.InRange(files.Sum(Encoding.UTF8.GetByteCount), 1, 60_000);
        Assert.All(files, file => Assert.DoesNotMatch("https?://(?!www\\.w3\\.org/2000/svg)", file));
        Assert.DoesNotContain("innerHTML", files[1], StringComparison.Ordinal);
        Assert.DoesNotMatch("<script[^>]*>[^<]|style=|onclick", files[0]);
    }

    [WebFact]
    public void Every_field_that_the_page_reads_is_one_of_the_status()
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        using var json = JsonDocument.Parse(Get("/status.json"));
        Names(json.RootElement);
        // Fields with an underscore are ours, not the browser's.
        var read = System.Text.RegularExpressions.Regex.Matches(Get("/page.js"), "\\.([a-z]+(?:_[a-z]+)+)\\b").Select(match => match.Groups[1].Value);
        Assert.All(read, name => Assert.Contains(name, known));
        void Names(JsonElement element)
        {
            if (element.ValueKind == JsonValueKind.Array)
                foreach (var item in element.EnumerateArray()) Names(item);
            if (element.ValueKind != JsonValueKind.Object) return;
            foreach (var property in element.EnumerateObject())
            {
                known.Add(property.Name);
                Names(property.Value);
            }
        }
    }

    [WebFact]
    public void Nothing_can_be_ordered()
    {
        foreach (var method in new[] { HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Options })
        {
            using var request = new HttpRequestMessage(method, Address("/status.json"));
            using var reply = _http.Send(request);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, reply.StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, Send("/../etc/passwd").Status);
        Assert.Equal(HttpStatusCode.NotFound, Send("/etc/passwd").Status);
    }

    [WebFact]
    public void The_stream_tells_of_news_within_a_second_or_two()
    {
        using var reader = Live();
        Assert.Contains(WebSnapshots.Full.Cluster, reader.ReadLine()!, StringComparison.Ordinal);
        _agent.Agent.View = Snapshots.Healthy with { Cluster = "renamed" };
        Until(() => reader.ReadLine()!.Contains("renamed", StringComparison.Ordinal));
    }

    [WebFact]
    public void An_agent_that_is_gone_is_told_and_one_that_is_back_is_found()
    {
        Get("/status.json");
        _agent.StopServer();
        Until(() => Send("/status.json").Status == HttpStatusCode.ServiceUnavailable);
        Assert.Contains("appliance_up 0\n", Get("/metrics"), StringComparison.Ordinal);
        Assert.Contains("the agent is not running", Send("/status.json").Text, StringComparison.Ordinal);
        _agent.StartAgain();
        Until(() => Send("/status.json").Status == HttpStatusCode.OK);
    }

    [WebFact]
    public void It_follows_the_file()
    {
        Get("/metrics");
        var before = _port;
        _port = FreePort();
        Configure($"[web]\nlisten = \"127.0.0.1:{_port}\"\n");
        Get("/metrics");
        Assert.Throws<HttpRequestException>(() => _http.GetStringAsync(new Uri($"http://127.0.0.1:{before}/metrics")).GetAwaiter().GetResult());
        Configure("[web]\nlisten = \"nonsense\"\n");
        Until(() => Said().Contains("cannot be used", StringComparison.Ordinal));
        Get("/metrics");
        Configure("");
        Until(() => Said().Contains("has no [web]: nothing is served", StringComparison.Ordinal));
        Assert.Throws<HttpRequestException>(() => _http.GetStringAsync(Address("/metrics")).GetAwaiter().GetResult());
    }

    [WebFact]
    public void A_port_that_is_taken_is_told_once_and_tried_again()
    {
        Get("/metrics");
        using var squatter = new TcpListener(IPAddress.Loopback, 0);
        squatter.Start();
        _port = ((IPEndPoint)squatter.LocalEndpoint).Port;
        Configure($"[web]\nlisten = \"127.0.0.1:{_port}\"\n");
        Until(() => Said().Contains($"cannot listen on 127.0.0.1:{_port}", StringComparison.Ordinal));
        squatter.Stop();
        Get("/metrics");
        Assert.Equal(2, Said().Split($"127.0.0.1:{_port}").Length - 1);
    }

    private void Configure(string web)
    {
        var text = File.ReadAllText(RepositoryFiles.PathOf("docs", "appliance.minimal.toml")) + "\n" + web;
        File.WriteAllText(ConfigPath + ".new", text);
        File.Move(ConfigPath + ".new", ConfigPath, overwrite: true);
    }

    private string Said()
    {
        lock (_journal) return _journal.ToString();
    }

    private Uri Address(string path) => new($"http://127.0.0.1:{_port}{path}");

    /// <summary>Asked again until there is an answer of 200: the process may be between two addresses.</summary>
    private string Get(string path)
    {
        var text = "";
        Until(() =>
        {
            try
            {
                var (status, said) = Send(path);
                text = said;
                return status == HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        return text;
    }

    private (HttpStatusCode Status, string Text) Send(string path)
    {
        using var reply = _http.Send(new HttpRequestMessage(HttpMethod.Get, Address(path)));
        using var reader = new StreamReader(reply.Content.ReadAsStream());
        return (reply.StatusCode, reader.ReadToEnd());
    }

    private StreamReader Live()
    {
        Get("/status.json");
        var reply = _http.Send(new HttpRequestMessage(HttpMethod.Get, Address("/live")), HttpCompletionOption.ResponseHeadersRead);
        return new StreamReader(reply.Content.ReadAsStream());
    }

    private static void Until(Func<bool> reached)
    {
        var end = DateTime.UtcNow + Bound;
        while (!reached())
        {
            Assert.True(DateTime.UtcNow < end, "not within time");
            Thread.Sleep(50);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        _process.Stop();
        Assert.True(_thread.Join(Bound), "the process does not end");
        _process.Dispose();
        _http.Dispose();
        _agent.Dispose();
        _folder.Delete(recursive: true);
    }
}
