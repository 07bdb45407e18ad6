using Appliance.Core.Resources;
using Appliance.Drivers.Systemd;

namespace Appliance.Agent.Resources;

/// <summary>A systemd unit. Its death comes as a signal.</summary>
/// <param name="capture">Notes how it stands when it hangs; null: nobody does.</param>
/// <param name="prepare">Done before each start: what became of it, in words, when there is something to tell; else empty. Null: there is
/// nothing to do.</param>
public sealed class ServiceResource(ISystemd systemd, string unit, HangCapture? capture = null, Func<string>? prepare = null) : IResource
{
    private static readonly TimeSpan SettlePoll = TimeSpan.FromMilliseconds(100);
    private IDisposable? _watch;

    public bool IsPolled => false;

    public Verdict Start(CancellationToken abandon)
    {
        var told = prepare?.Invoke() ?? "";
        var verdict = Of(systemd.Start(unit, abandon));
        return told.Length == 0 ? verdict : verdict with { Text = $"{verdict.Text}; {told}" };
    }

    public Verdict Stop(CancellationToken abandon) => Of(systemd.Stop(unit, abandon));

    public Verdict Kill(CancellationToken abandon) => Of(systemd.Kill(unit, abandon));

    public string Progress()
    {
        try
        {
            return systemd.State(unit).IsChanging ? systemd.StatusText(unit) : "";
        }
        catch (IOException)
        {
            return ""; // Who cannot be asked shows no progress; the operation ends in its own words.
        }
    }

    public string Capture(CancellationToken abandon)
    {
        if (capture is null) return "";
        try
        {
            return capture.Take(unit, systemd.Members(unit), abandon);
        }
        catch (IOException fault)
        {
            return $"could not be captured: {fault.Message}";
        }
    }

    public Verdict Monitor(CancellationToken abandon)
    {
        try
        {
            while (true)
            {
                var state = systemd.State(unit);
                if (state.IsRunning) return Verdict.Done($"{unit} is {state}");
                if (state.IsStopped) return new(Outcome.NotRunning, $"{unit} is {state}");
                if (abandon.WaitHandle.WaitOne(SettlePoll)) return Verdict.Failed($"{unit} stays {state}");
            }
        }
        catch (IOException fault)
        {
            return Verdict.Failed($"{unit}: {fault.Message}");
        }
    }

    public void Watch(Action<string>? failed)
    {
        _watch?.Dispose();
        _watch = null;
        if (failed is null) return;
        try
        {
            _watch = systemd.Watch(unit, Judge);
            Judge(systemd.State(unit)); // It may have died between its start and this.
        }
        catch (IOException fault)
        {
            failed($"{unit} cannot be watched: {fault.Message}");
        }

        void Judge(UnitState state)
        {
            if (!state.IsRunning) failed($"{unit} is {state}: see journalctl -u {unit}");
        }
    }

    public void Dispose() => Watch(null);

    private static Verdict Of(UnitChange change) => new(
        change.Outcome switch
        {
            UnitOutcome.Done => Outcome.Success,
            UnitOutcome.Impossible => Outcome.Impossible,
            _ => Outcome.Failed,
        },
        change.Text);
}
