using System.Text;
using Appliance.Drivers.Web;

namespace Appliance.Agent.Web;

/// <summary>What is found where.</summary>
internal sealed class WebSite(WebOrders orders, WebIncidents incidents) : IWebSite
{
    private readonly IReadOnlyDictionary<string, WebAnswer> _page = WebPage.Read();
    private volatile WebNews _news = new(null, "the agent has not been asked yet", [], [], "");

    /// <summary>What is shown from now on.</summary>
    public void Show(WebNews news) => _news = news;

    public WebAnswer Answer(WebQuestion question)
    {
        if (question.Path == "/order") return question.Method == "POST" ? orders.Order(question) : NotThatWay("POST");
        if (question.Method is not ("GET" or "HEAD")) return NotThatWay("GET, HEAD");
        if (_page.TryGetValue(question.Path, out var file)) return file;
        if (incidents.Answer(question.Path) is { } record) return record;
        var news = _news;
        return question.Path switch
        {
            "/live" when question.Method == "GET" => WebAnswer.Stream,
            "/nonce" => orders.Nonce(),
            "/status.json" => new WebAnswer(news.Current is null ? 503 : 200, "application/json", news.Json()),
            "/metrics" => new WebAnswer(200, MetricsText.ContentType, Encoding.UTF8.GetBytes(Metrics.Of(news.Current))),
            _ => WebAnswer.Text(
                404, "there is: / /status.json /live /metrics /incidents/ID.svg /incidents/ID.txt, and for orders /nonce /order"),
        };
    }

    private static WebAnswer NotThatWay(string allowed) =>
        WebAnswer.Text(405, $"only {allowed}") with { Headers = [new("Allow", allowed)] };
}
