using System.Net;
using System.Text.Json;
using Appliance.Agent.Tests.Status;
using Appliance.Core.Incidents;
using Appliance.Drivers.Tests.Web;

namespace Appliance.Agent.Tests.Web;

/// <summary>What went wrong, on the page: as a list, a picture and a text; and calls and health beside it.</summary>
public sealed class WebIncidentTests : WebFixture
{
    private static readonly Incident Record = WebSnapshots.Takeover;

    public WebIncidentTests()
    {
        Agent.Agent.View = WebSnapshots.Telling;
        Agent.Agent.Records.Add(Record);
    }

    [WebFact]
    public void Records_are_served_as_data_picture_and_text()
    {
        using var json = JsonDocument.Parse(GetWith("zero_unix_ms"));
        var listed = Assert.Single(json.RootElement.GetProperty("incidents").EnumerateArray().ToArray());
        Assert.Equal(Record.Id, listed.GetProperty("id").GetString());
        Assert.Equal(0, listed.GetProperty("events").GetArrayLength());
        Assert.Equal(IncidentPicture.Of(Record), Get($"/incidents/{Record.Id}.svg"));
        Assert.Equal(string.Join('\n', IncidentText.Of(Record)) + "\n", Get($"/incidents/{Record.Id}.txt"));
    }

    [WebFact]
    public void Record_that_changed_is_fetched_again()
    {
        GetWith("zero_unix_ms");
        Agent.Agent.Records[0] = Record with { Cause = "the cause is known now" };
        Until(() => Get($"/incidents/{Record.Id}.txt").Contains("the cause is known now", StringComparison.Ordinal));
    }

    [WebFact]
    public void Only_the_newest_are_kept_and_a_stranger_asks_nothing_of_the_agent()
    {
        for (var i = 1; i < 15; i++) Agent.Agent.Records.Add(Record with { Id = $"20261121-0800{i:00}" });
        Until(() => Send("/incidents/20261121-080009.svg").Status == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.NotFound, Send("/incidents/20261121-080010.svg").Status);
        var asked = Agent.Agent.IncidentsAsked;
        foreach (var name in new[]
        {
            "", "last.svg", "last", "..%2f..%2fetc%2fpasswd", "20261122-080000", "20261122-080000.svg.svg", ".svg", "x.txt",
        })
            for (var i = 0; i < 20; i++) Assert.Equal(HttpStatusCode.NotFound, Send($"/incidents/{name}").Status);
        // One look at the list may have fallen due meanwhile, and what it found then.
        Assert.InRange(Agent.Agent.IncidentsAsked - asked, 0, 30);
    }

    [ChromiumFact]
    public void An_incident_is_opened_by_keyboard_and_its_picture_is_drawn()
    {
        GetWith("zero_unix_ms");
        using var browser = Opened();
        browser.Until("document.querySelectorAll('#incidents details').length === 1");
        Assert.Contains("silence of 0.641 s", browser.Text("document.getElementById('incidents').innerText"), StringComparison.Ordinal);
        browser.Value("document.querySelector('#incidents summary').focus()");
        browser.Press("Enter", "\r");
        browser.Until("(document.querySelector('#incidents img')?.naturalWidth ?? 0) > 0");
        // A second record comes: the first one stays open.
        Agent.Agent.Records.Insert(0, Record with { Id = "20261122-090000", Cause = "another <i>cause</i>" });
        browser.Until("document.querySelectorAll('#incidents details').length === 2");
        Assert.Equal([false, true], browser.Value("[...document.querySelectorAll('#incidents details')].map((part) => part.open)")
            .EnumerateArray().Select(open => open.GetBoolean()));
        browser.Until("document.querySelectorAll('#incidents details')[1].querySelector('img')?.complete");
        Assert.Contains("another <i>cause</i>", browser.Text("document.getElementById('incidents').innerText"), StringComparison.Ordinal);
        browser.Resize(320, 844);
        Assert.InRange(browser.Value("document.documentElement.scrollWidth").GetInt32(), 1, 320);
        Assert.Empty(browser.Complaints);
    }

    [ChromiumFact]
    public void Calls_and_health_are_told()
    {
        using var browser = Opened();
        browser.Until("document.querySelectorAll('#health tr').length === 3");
        var health = browser.Text("document.getElementById('health').innerText");
        Assert.True(health.IndexOf("space /var", StringComparison.Ordinal) < health.IndexOf("memory", StringComparison.Ordinal), health);
        Assert.Contains("health 850 of 1000", browser.Text("document.getElementById('nodes').innerText"), StringComparison.Ordinal);
        var calls = browser.Text("document.getElementById('calls').innerText");
        foreach (var words in new[]
        {
            "3 calls, 6 channels, 2 registered, 1 not registered, 0 tasks wait", "voice: cli", "voice: sip",
            "no answer from 192.0.2.10:5060 within 500 ms",
        })
            Assert.Contains(words, calls, StringComparison.Ordinal);
        Agent.Agent.View = Snapshots.Healthy;
        browser.Until("document.getElementById('calls-part').hidden && document.getElementById('health-part').hidden");
        Assert.Empty(browser.Complaints);
    }

    private string GetWith(string words)
    {
        Until(() => Get("/status.json").Contains(words, StringComparison.Ordinal));
        return Get("/status.json");
    }

    private Chromium Opened()
    {
        Get("/status.json");
        var browser = new Chromium();
        browser.Resize(1024, 900);
        browser.Open(Address("/"));
        browser.Until("document.querySelectorAll('#nodes .card').length === 2");
        return browser;
    }
}
