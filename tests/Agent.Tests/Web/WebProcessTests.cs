using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Appliance.Agent.Control;
using Appliance.Agent.Tests.Control;
using Appliance.Agent.Tests.Status;
using Appliance.Agent.Web;
using Appliance.Drivers.Tests.Web;

namespace Appliance.Agent.Tests.Web;

/// <summary>The whole process against an agent's socket, by HTTP.</summary>
public sealed class WebProcessTests : WebFixture
{
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
        string[] files = [Get("/"), Get("/page.js"), Get("/page.css"), Get("/order.js"), Get("/icon.svg")];
        Assert.InRange(files.Sum(Encoding.UTF8.GetByteCount), 1, 60_000);
        Assert.All(files, file => Assert.DoesNotMatch("https?://(?!www\\.w3\\.org/2000/svg)", file));
        Assert.All(files, file => Assert.DoesNotMatch("innerHTML|insertAdjacentHTML|document\\.write|\\beval\\(", file));
        Assert.DoesNotMatch("<script[^>]*>[^<]|style=|onclick", files[0]);
    }

    [WebFact]
    public void Every_field_that_the_page_reads_is_one_of_the_status()
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        Agent.Agent.View = WebSnapshots.Telling;
        Agent.Agent.Records.Add(WebSnapshots.Takeover);
        Until(() => Get("/status.json").Contains("zero_unix_ms", StringComparison.Ordinal));
        using var json = JsonDocument.Parse(Get("/status.json"));
        Names(json.RootElement);
        // Fields with an underscore are ours, not the browser's.
        var read = Regex.Matches(Get("/page.js") + Get("/order.js"), "\\.([a-z]+(?:_[a-z]+)+)\\b").Select(match => match.Groups[1].Value);
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
    public void Nothing_is_taken_but_where_orders_are()
    {
        foreach (var method in new[] { HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Options })
        {
            using var request = new HttpRequestMessage(method, Address("/status.json"));
            using var reply = Http.Send(request);
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
        Agent.Agent.View = Snapshots.Healthy with { Cluster = "renamed" };
        Until(() => reader.ReadLine()!.Contains("renamed", StringComparison.Ordinal));
    }

    [WebFact]
    public void An_agent_that_is_gone_is_told_and_one_that_is_back_is_found()
    {
        Get("/status.json");
        Agent.StopServer();
        Until(() => Send("/status.json").Status == HttpStatusCode.ServiceUnavailable);
        Assert.Contains("appliance_up 0\n", Get("/metrics"), StringComparison.Ordinal);
        Assert.Contains("the agent is not running", Send("/status.json").Text, StringComparison.Ordinal);
        Agent.StartAgain();
        Until(() => Send("/status.json").Status == HttpStatusCode.OK);
    }

    [WebFact]
    public void It_follows_the_file()
    {
        Get("/metrics");
        var before = Port;
        Port = FreePort();
        ConfigureWeb($"[web]\nlisten = \"127.0.0.1:{Port}\"\n");
        Get("/metrics");
        var gone = new Uri($"http://127.0.0.1:{before}/metrics");
        Assert.Throws<HttpRequestException>(() => Http.GetStringAsync(gone).GetAwaiter().GetResult());
        ConfigureWeb("[web]\nlisten = \"nonsense\"\n");
        Until(() => Said().Contains("cannot be used", StringComparison.Ordinal));
        Get("/metrics");
        ConfigureWeb("");
        Until(() => Said().Contains("has no [web]: nothing is served", StringComparison.Ordinal));
        Assert.Throws<HttpRequestException>(() => Http.GetStringAsync(Address("/metrics")).GetAwaiter().GetResult());
    }

    [WebFact]
    public void A_port_that_is_taken_is_told_once_and_tried_again()
    {
        Get("/metrics");
        using var squatter = new TcpListener(IPAddress.Loopback, 0);
        squatter.Start();
        Port = ((IPEndPoint)squatter.LocalEndpoint).Port;
        ConfigureWeb($"[web]\nlisten = \"127.0.0.1:{Port}\"\n");
        Until(() => Said().Contains($"cannot listen on 127.0.0.1:{Port}", StringComparison.Ordinal));
        squatter.Stop();
        Get("/metrics");
        Assert.Equal(2, Said().Split($"127.0.0.1:{Port}").Length - 1);
    }
}
