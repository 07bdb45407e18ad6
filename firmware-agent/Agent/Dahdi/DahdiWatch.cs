using Appliance.Agent.Status;
using Appliance.Core.Cluster;
using Appliance.Core.Dahdi;
using Appliance.Core;
using Appliance.Drivers.Dahdi;

namespace Appliance.Agent.Dahdi;

/// <summary>Reads the spans once a second on a thread of its own: status shows them, and every change of an alarm is an event.</summary>
public sealed class DahdiWatch : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Without DAHDI there is nothing to be early for.</summary>
    private static readonly TimeSpan PauseWithout = TimeSpan.FromSeconds(10);

    private readonly IDahdi _dahdi;
    private readonly Action<Report> _tell;
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private DahdiReading _last = new([], "");
    private volatile IReadOnlyList<SpanStatus> _status = [];

    public DahdiWatch(IDahdi dahdi, Action<Report> tell)
    {
        (_dahdi, _tell) = (dahdi, tell);
        _thread = new Thread(Run, Limits.ThreadStackBytes) { IsBackground = true, Name = "dahdi" };
    }

    /// <summary>As last read.</summary>
    public IReadOnlyList<SpanStatus> Status => _status;

    public void Start() => _thread.Start();

    /// <summary>Reads once and tells what changed since the last time.</summary>
    public void Look()
    {
        var reading = _dahdi.Read();
        foreach (var change in DahdiNews.Of(_last, reading))
        {
            // A new span without an alarm is no news for anybody.
            if (change is { IsAlarm: false, From: "missing" }) continue;
            _tell(new Report(change.IsAlarm ? ReportKind.Alarm : ReportKind.Link, change.Text, Resource: $"span {change.Span}",
                From: change.From, To: change.To));
        }

        if (reading.Problem.Length > 0 && reading.Problem != _last.Problem && reading.Spans.Length > 0)
            _tell(new Report(ReportKind.Alarm, $"spans cannot be read: {reading.Problem}"));
        _last = reading;
        _status = [.. reading.Spans.Select(SpanStatus.Of)];
    }

    public void Dispose() => _stop.Cancel();

    private void Run()
    {
        do Look();
        while (!_stop.Token.WaitHandle.WaitOne(_last.Spans.IsEmpty ? PauseWithout : Pause));
    }
}
