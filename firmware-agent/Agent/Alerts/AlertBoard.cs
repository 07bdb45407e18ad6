using Appliance.Agent.Journal;
using Appliance.Core.Configuration;
using Appliance.Core.Time;

namespace Appliance.Agent.Alerts;

/// <summary>Everybody who is told what happens on this node.</summary>
internal sealed class AlertBoard : IDisposable
{
    private readonly List<(AlertConfig Config, AlertThread Thread)> _alerts = [];

    /// <param name="directory">Where it is kept what who knows.</param>
    /// <param name="complain">Any thread. Must not become an event: an alert that is not delivered would breed alerts.</param>
    public AlertBoard(
        ApplianceConfig config, int node, EventStore events, string directory, Func<Instant> clock, Func<long> unixMs,
        Action<string> complain)
    {
        foreach (var alert in config.Alerts)
            _alerts.Add((alert, new AlertThread(
                alert, config.Cluster.Name, config.Nodes[node], AlertReceiver.Of(alert, unixMs), events,
                new AlertCursor(directory, alert.Name), clock, complain)));
    }

    /// <summary>Who is not told at the moment, and why.</summary>
    public List<string> Problems
    {
        get
        {
            var problems = new List<string>();
            foreach (var (config, thread) in _alerts)
                if (thread.Problem is { Length: > 0 } problem)
                    problems.Add($"alert {config.Name} to {config.Receiver} is not delivered: {problem}");
            return problems;
        }
    }

    public void Start()
    {
        foreach (var (_, thread) in _alerts) thread.Start();
    }

    /// <summary>Something happened. Any thread; returns at once.</summary>
    public void Signal()
    {
        foreach (var (_, thread) in _alerts) thread.Signal();
    }

    public void Dispose()
    {
        foreach (var (_, thread) in _alerts) thread.Dispose();
    }
}
