using Appliance.Core.Cluster;
using Appliance.Core.Configuration;

namespace Appliance.Agent.Decision;

/// <summary>Tells the machine when a daily failback window opens and closes. The only place that looks at local wall time.</summary>
public sealed class FailbackWindows : IDisposable
{
    private readonly (int Group, FailbackConfig.Daily Window)[] _windows;
    private readonly bool[] _open;
    private readonly Action<Event> _post;
    private readonly Timer? _timer;

    public FailbackWindows(ApplianceConfig config, Action<Event> post)
    {
        _post = post;
        _windows = [.. config.Groups.Select((group, number) => (number, group.Failback as FailbackConfig.Daily))
            .Where(pair => pair.Item2 is not null)!];
        _open = new bool[_windows.Length];
        if (_windows.Length > 0)
            _timer = new Timer(_ => Look(TimeOnly.FromDateTime(DateTime.Now)), null, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    /// <summary>Posts what changed since the last look.</summary>
    public void Look(TimeOnly now)
    {
        for (var index = 0; index < _windows.Length; index++)
        {
            var (group, window) = _windows[index];
            // Handles a window over midnight.
            var open = now.IsBetween(window.From, window.To);
            if (open == _open[index]) continue;
            _open[index] = open;
            _post(new Event.FailbackWindow(group, open));
        }
    }

    public void Dispose() => _timer?.Dispose();
}
