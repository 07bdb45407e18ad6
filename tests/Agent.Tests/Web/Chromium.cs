using System.Diagnostics;
using System.Net.Http;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Appliance.Agent.Tests.Web;

/// <summary>A test in a real browser; skipped with the reason where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute()
    {
        if (!File.Exists(Chromium.Program)) Skip = "the package chromium-headless-shell is not installed; tests/install-needs.sh does it";
        else Skip = Drivers.Tests.Web.MicrohttpdIsThere.Excuse!;
    }
}

/// <summary>
/// Debian's Chromium without a screen, steered by the DevTools protocol over a WebSocket. One page; everything that it asks for, says on
/// its console or throws is kept.
/// </summary>
internal sealed class Chromium : IDisposable
{
    public const string Program = "/usr/bin/chromium-headless-shell";

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _profile = Directory.CreateTempSubdirectory("appliance-chromium-");
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _late = new(TimeSpan.FromMinutes(4));
    private readonly Process _process;
    private int _calls;

    public Chromium()
    {
        var start = new ProcessStartInfo(Program)
        {
            RedirectStandardError = true,
            ArgumentList =
            {
                "--remote-debugging-port=0", $"--user-data-dir={_profile.FullName}", "--no-sandbox", "--disable-gpu",
                "--disable-dev-shm-usage", "--disable-background-networking",
                "--disable-component-update", "--no-first-run", "--hide-scrollbars", "about:blank",
            },
        };
        _process = Process.Start(start)!;
        // What it says is nobody's business, but a full pipe would stop it.
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginErrorReadLine();
        _socket.ConnectAsync(PageAddress(), _late.Token).GetAwaiter().GetResult();
        foreach (var domain in new[] { "Page", "Network", "Runtime", "Log" }) Call($"{domain}.enable");
    }

    /// <summary>Addresses asked for since the last <see cref="Open"/>.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Errors on the console, exceptions, requests that failed, rules of the page that were broken.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>Loads a page and waits until it is loaded.</summary>
    public void Open(Uri address)
    {
        Requests.Clear();
        Complaints.Clear();
        Call("Page.navigate", new JsonObject { ["url"] = address.ToString() });
        Until($"document.readyState === 'complete' && location.href === '{address}'");
    }

    /// <summary>The value of an expression; promises are waited for.</summary>
    public JsonElement Value(string expression)
    {
        var result = Call("Runtime.evaluate", new JsonObject
        {
            ["expression"] = expression, ["awaitPromise"] = true, ["returnByValue"] = true,
        });
        Assert.False(result.TryGetProperty("exceptionDetails", out var fault), $"{expression}: {fault}");
        return result.GetProperty("result").TryGetProperty("value", out var value) ? value.Clone() : default;
    }

    public string Text(string expression) => Value(expression).ToString();

    /// <summary>Waits until an expression is true.</summary>
    public void Until(string expression)
    {
        var end = DateTime.UtcNow + Bound;
        while (!IsTrue())
        {
            Assert.True(DateTime.UtcNow < end, $"not within time: {expression}; the page says: {Text("document.body.innerText")}\n"
                + string.Join('\n', Complaints.Take(2)));
            Thread.Sleep(30);
        }

        bool IsTrue() => Value(expression).ValueKind == JsonValueKind.True;
    }

    /// <summary>A key, down and up.</summary>
    public void Press(string key, string text = "")
    {
        var code = key switch { "Tab" => 9, "Enter" => 13, "Escape" => 27, " " => 32, _ => 0 };
        foreach (var type in new[] { "keyDown", "keyUp" })
        {
            var stroke = new JsonObject { ["type"] = type, ["key"] = key, ["code"] = key, ["windowsVirtualKeyCode"] = code };
            if (text.Length > 0 && type == "keyDown") stroke["text"] = text;
            Call("Input.dispatchKeyEvent", stroke);
        }
    }

    public void Type(string text) => Call("Input.insertText", new JsonObject { ["text"] = text });

    /// <summary>A window of that size, in pixels.</summary>
    public void Resize(int width, int height) => Call("Emulation.setDeviceMetricsOverride", new JsonObject
    {
        ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = width < 500,
    });

    /// <param name="scheme">light or dark.</param>
    public void Prefer(string scheme) => Call("Emulation.setEmulatedMedia", new JsonObject
    {
        ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = scheme }),
    });

    /// <summary>A PNG of the window.</summary>
    public byte[] Picture() =>
        Convert.FromBase64String(Call("Page.captureScreenshot", new JsonObject { ["format"] = "png" }).GetProperty("data").GetString()!);

    private Uri PageAddress()
    {
        var file = Path.Combine(_profile.FullName, "DevToolsActivePort");
        var end = DateTime.UtcNow + Bound;
        while (!File.Exists(file) || File.ReadAllLines(file) is not [_, ..])
        {
            Assert.True(DateTime.UtcNow < end && !_process.HasExited, "Chromium does not begin");
            Thread.Sleep(50);
        }

        using var http = new HttpClient();
        while (true)
        {
            var pages = http.GetStringAsync(new Uri($"http://127.0.0.1:{File.ReadAllLines(file)[0]}/json/list")).GetAwaiter().GetResult();
            foreach (var page in JsonDocument.Parse(pages).RootElement.EnumerateArray())
                if (page.GetProperty("type").GetString() == "page") return new Uri(page.GetProperty("webSocketDebuggerUrl").GetString()!);
            Assert.True(DateTime.UtcNow < end, "Chromium has no page");
            Thread.Sleep(50);
        }
    }

    private JsonElement Call(string method, JsonObject? parameters = null)
    {
        var id = ++_calls;
        var call = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        var bytes = Encoding.UTF8.GetBytes(call.ToJsonString());
        _socket.SendAsync(bytes, WebSocketMessageType.Text, true, _late.Token).GetAwaiter().GetResult();
        while (true)
        {
            var said = Receive();
            if (!said.TryGetProperty("id", out var answered))
            {
                Keep(said.GetProperty("method").GetString()!, said.GetProperty("params"));
                continue;
            }

            Assert.Equal(id, answered.GetInt32());
            Assert.True(said.TryGetProperty("result", out var result), $"{method}: {said}");
            return result;
        }
    }

    private JsonElement Receive()
    {
        using var whole = new MemoryStream();
        var buffer = new byte[65536];
        while (true)
        {
            var part = _socket.ReceiveAsync(buffer, _late.Token).GetAwaiter().GetResult();
            whole.Write(buffer, 0, part.Count);
            if (part.EndOfMessage) return JsonDocument.Parse(whole.ToArray()).RootElement;
        }
    }

    private void Keep(string method, JsonElement said)
    {
        switch (method)
        {
            case "Network.requestWillBeSent":
                Requests.Add(said.GetProperty("request").GetProperty("url").GetString()!);
                break;
            case "Network.loadingFailed" or "Runtime.exceptionThrown" or "Runtime.consoleAPICalled":
            case "Log.entryAdded" when said.GetProperty("entry").GetProperty("level").GetString() is "error" or "warning":
                Complaints.Add($"{method} {said}");
                break;
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _late.Dispose();
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        try
        {
            _profile.Delete(recursive: true);
        }
        catch (IOException)
        {
            // A child of it that is still ending wrote once more; the system clears its temporary files.
        }
    }
}
