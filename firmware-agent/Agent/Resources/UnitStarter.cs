using Appliance.Core.Cluster;
using Appliance.Core;
using Appliance.Drivers.Systemd;

namespace Appliance.Agent.Resources;

/// <summary>A unit of ours that has to run whoever serves.</summary>
/// <param name="Name">Of the replica or relay it belongs to.</param>
/// <param name="IsThere">Its process answers: nothing has to be started.</param>
internal sealed record UnitToStart(string Name, string Unit, Func<bool> IsThere);

/// <summary>
/// Starts the units of an agent's other processes. systemd restarts one that dies; one that nobody started, or that an operator stopped, is
/// started here.
/// </summary>
internal sealed class UnitStarter : IDisposable
{
    private static readonly TimeSpan StartAgain = TimeSpan.FromSeconds(10);
    private readonly string _kind;
    private readonly Func<ISystemd> _connect;
    private readonly Action<Report> _tell;
    private readonly CancellationToken _end;
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private ISystemd? _systemd;

    private UnitStarter(string kind, Func<ISystemd> connect, Action<Report> tell, CancellationToken end) =>
        (_kind, _connect, _tell, _end) = (kind, connect, tell, end);

    /// <summary>Returns at once; a thread tries until all of them run.</summary>
    /// <param name="kind">What the names are names of: replica, relay.</param>
    public static void Begin(
        string kind, IReadOnlyList<UnitToStart> units, Func<ISystemd> connect, Action<Report> tell, CancellationToken end) =>
        new Thread(() => Run(kind, units, connect, tell, end), Limits.ThreadStackBytes) { IsBackground = true, Name = $"{kind} units" }
            .Start();

    public void Dispose() => _systemd?.Dispose();

    private static void Run(
        string kind, IReadOnlyList<UnitToStart> units, Func<ISystemd> connect, Action<Report> tell, CancellationToken end)
    {
        using var starter = new UnitStarter(kind, connect, tell, end);
        starter.StartAll([.. units]);
    }

    private void StartAll(List<UnitToStart> left)
    {
        while (true)
        {
            for (var at = left.Count - 1; at >= 0; at--) // One that does not start must not keep the others waiting.
            {
                var why = left[at].IsThere() ? "" : Start(left[at].Unit);
                if (why.Length == 0) left.RemoveAt(at);
                else if (_told.Add(left[at].Name)) Tell(left[at].Name, why);
            }

            if (left.Count == 0 || _end.WaitHandle.WaitOne(StartAgain)) return;
        }
    }

    private void Tell(string name, string why) =>
        _tell(new Report(ReportKind.Alarm, $"{_kind} {name}: {why}; trying again", Resource: name));

    private string Start(string unit)
    {
        try
        {
            _systemd ??= _connect();
            if (_systemd.State(unit).IsRunning) return "";
            var change = _systemd.Start(unit, _end);
            return change.Outcome == UnitOutcome.Done ? "" : $"{unit} does not start: {change.Text}";
        }
        catch (IOException fault)
        {
            return $"{unit} cannot be started: {fault.Message}";
        }
    }
}
