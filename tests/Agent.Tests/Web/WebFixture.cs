using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using Appliance.Agent.Tests.Control;
using Appliance.Agent.Web;

namespace Appliance.Agent.Tests.Web;

/// <summary>The whole process against an agent's socket, by HTTP.</summary>
public abstract class WebFixture : IDisposable
{
    protected static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("appliance-web-");
    private readonly StringWriter _journal = new();
    private readonly WebProcess _process;
    private readonly Thread _thread;

    protected WebFixture()
    {
        Agent.Agent.View = WebSnapshots.Full;
        ConfigureWeb($"[web]\nlisten = \"127.0.0.1:{Port}\"\n");
        _process = new WebProcess(ConfigPath, Agent.Path, text =>
        {
            lock (_journal) _journal.WriteLine(text);
        });
        _thread = new Thread(() => _process.Run());
        _thread.Start();
    }

    private protected SocketFixture Agent { get; } = new();

    protected HttpClient Http { get; } = new() { Timeout = Bound };

    protected int Port { get; set; } = FreePort();

    protected string Folder => _folder.FullName;

    private string ConfigPath => Path.Combine(Folder, "appliance.toml");

    protected void ConfigureWeb(string web)
    {
        var text = File.ReadAllText(RepositoryFiles.PathOf("docs", "appliance.minimal.toml")) + "\n" + web;
        File.WriteAllText(ConfigPath + ".new", text);
        File.Move(ConfigPath + ".new", ConfigPath, overwrite: true);
    }

    protected string Said()
    {
        lock (_journal) return _journal.ToString();
    }

    protected Uri Address(string path) => new($"http://127.0.0.1:{Port}{path}");

    /// <summary>Asked again until there is an answer of 200: the process may be between two addresses.</summary>
    protected string Get(string path)
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

    protected (HttpStatusCode Status, string Text) Send(string path)
    {
        using var reply = Http.Send(new HttpRequestMessage(HttpMethod.Get, Address(path)));
        using var reader = new StreamReader(reply.Content.ReadAsStream());
        return (reply.StatusCode, reader.ReadToEnd());
    }

    protected StreamReader Live()
    {
        Get("/status.json");
        var reply = Http.Send(new HttpRequestMessage(HttpMethod.Get, Address("/live")), HttpCompletionOption.ResponseHeadersRead);
        return new StreamReader(reply.Content.ReadAsStream());
    }

    protected static void Until(Func<bool> reached)
    {
        var end = DateTime.UtcNow + Bound;
        while (!reached())
        {
            Assert.True(DateTime.UtcNow < end, "not within time");
            Thread.Sleep(50);
        }
    }

    protected static int FreePort()
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
        Http.Dispose();
        Agent.Dispose();
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }
}
