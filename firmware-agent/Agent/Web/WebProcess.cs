using System.Net;
using System.Runtime.InteropServices;
using Appliance.Agent.Commands;
using Appliance.Agent.Live;
using Appliance.Core.Configuration;
using Appliance.Drivers.Web;

namespace Appliance.Agent.Web;

/// <summary>
/// <c>appliance web</c>: a process of its own, so that nothing a stranger sends can reach the heartbeat. It asks the agent as every
/// command does, and reads the configuration again when the file changes.
/// </summary>
internal sealed class WebProcess : IDisposable
{
    private const int RefreshMs = 1000;

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);

    private readonly WebOrders _orders;
    private readonly WebIncidents _incidents;
    private readonly WebSite _site;
    private readonly AgentFeed _feed;
    private readonly string _config;
    private readonly Action<string> _say;
    private WebServer? _server;
    private WebConfig? _wanted;
    private DateTime _read;
    private string _said = "";
    private volatile bool _stop;

    /// <param name="config">Path of appliance.toml.</param>
    /// <param name="socket">Of the agent.</param>
    /// <param name="say">Told what a person should read. Any thread.</param>
    public WebProcess(string config, string socket, Action<string> say)
    {
        (_config, _say, _feed) = (config, say, new AgentFeed(socket));
        _orders = new WebOrders(socket, () => Environment.TickCount64, say);
        _incidents = new WebIncidents(socket, () => Environment.TickCount64);
        _site = new WebSite(_orders, _incidents);
    }

    /// <summary>Runs until SIGTERM, SIGINT or <see cref="Stop"/>.</summary>
    public ExitCode Run()
    {
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        while (!_stop)
        {
            Configure();
            if (_server is { } server) Tell(server);
            var until = Environment.TickCount64 + RefreshMs;
            while (!_stop && Environment.TickCount64 < until)
            {
                var news = _feed.Wait(Glance);
                // Events that come together are told together.
                while (news && _feed.Wait(TimeSpan.Zero)) news = true;
                if (news) break;
            }
        }

        return ExitCode.Ok;

        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            Stop();
        }
    }

    /// <summary>Any thread.</summary>
    public void Stop() => _stop = true;

    private void Tell(WebServer server)
    {
        _feed.Refresh();
        if (_feed.Problem.Length == 0) _incidents.Refresh();
        var news = new WebNews(_feed.View, _feed.Problem, [.. _feed.Events], _incidents.List, _orders.ReadOnly());
        _site.Show(news);
        var message = WebNews.Message(news.Json());
        if (message.Length <= WebBounds.MessageBytes) server.Publish(message);
        else Say($"the status has {message.Length} bytes: too long for the page");
    }

    /// <summary>Opens, moves or closes the door when the file says so. A file that cannot be used changes nothing.</summary>
    private void Configure()
    {
        var changed = File.GetLastWriteTimeUtc(_config);
        if (changed == _read && (_server is not null || _wanted is null)) return;
        if (changed != _read)
        {
            if (ConfigFile.Usable(_config, out var problem) is not { } file)
            {
                Say(problem);
                return;
            }

            _read = changed;
            _orders.TokenFile = file.Web?.TokenFile ?? "";
            var moved = file.Web?.Listen != _wanted?.Listen;
            _wanted = file.Web;
            if (_server is not null && !moved) return;
            _server?.Dispose();
            _server = null;
            if (_wanted is null) Say($"{_config} has no [web]: nothing is served");
        }

        if (_wanted is null) return;
        _server = WebServer.Start(new IPEndPoint(IPAddress.Parse(_wanted.Listen.Address), _wanted.Listen.Port), _site, out var refused);
        // The address may come with a service that has not moved here yet: tried again every second.
        Say(_server is null ? refused : $"the status page is on http://{_wanted.Listen}/");
    }

    private void Say(string text)
    {
        if (text == _said) return;
        _said = text;
        _say(text);
    }

    public void Dispose()
    {
        _server?.Dispose();
        _feed.Dispose();
    }
}
