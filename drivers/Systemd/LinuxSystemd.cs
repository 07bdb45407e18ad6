using System.Collections.Concurrent;
using System.Globalization;

namespace Appliance.Drivers.Systemd;

/// <summary>
/// systemd over D-Bus (org.freedesktop.systemd1(5)). The end of a job and the state of a watched unit come as signals. But systemd
/// loses signals while it reloads its unit files, and whole subscriptions with them (seen with 257), and whoever trusts them alone
/// waits for ever. So jobs that are waited for are looked at every second, and watched units every two seconds when all is quiet.
/// </summary>
public sealed class LinuxSystemd : ISystemd
{
    private const string SystemBus = "unix:path=/run/dbus/system_bus_socket";
    private const string PrivateSocket = "unix:path=/run/systemd/private";
    private const string LostJob = "lost";
    private const int SigKill = 9;
    private static readonly TimeSpan SettlePoll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LostSignalLook = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WatchAudit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan KillAgain = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _jobs = [];
    private readonly ConcurrentDictionary<UnitWatch, bool> _watches = [];
    private readonly SystemdBus _bus;

    /// <summary>
    /// Connects when first needed: to systemd's own socket, which needs no bus daemon and sends every signal to everybody; else to the
    /// system bus. A subscription made over the bus while that starts at boot was seen to get no signals.
    /// </summary>
    public LinuxSystemd() : this((PrivateSocket, false), (SystemBus, true))
    {
    }

    /// <param name="addresses">D-Bus addresses, tried in order; the flag says whether a bus daemon stands in between.</param>
    public LinuxSystemd(params (string Address, bool IsBus)[] addresses)
    {
        _bus = new SystemdBus(addresses) { Connected = Subscribe, Lost = ForgetJobs, Signalled = Hear, Idle = Audit };
    }

    public UnitChange Start(string unit, CancellationToken abandon) => Guarded(unit, () =>
    {
        var before = State(unit);
        if (before.Unusable is { } reason) return new(UnitOutcome.Impossible, $"{unit}: {reason}");
        if (before.Active == "failed") _bus.Call(bus => ManagerCalls.ResetFailed(bus, unit));
        var result = Wait(unit, RunJob(bus => ManagerCalls.Start(bus, unit)), abandon);
        var after = Settled(unit, abandon);
        if (result is "done" or LostJob && !after.IsStopped) return new(UnitOutcome.Done, $"{unit} is {after}");
        if (result == "done" && after.Active == "inactive") return new(UnitOutcome.Done, $"{unit} ran to its end"); // Type=oneshot
        return new(UnitOutcome.Failed, $"{unit} did not start (job {result}), it is {after}: see journalctl -u {unit}");
    });

    public UnitChange Stop(string unit, CancellationToken abandon) => Guarded(unit, () =>
    {
        if (State(unit) is { IsStopped: true } before) return new(UnitOutcome.Done, $"{unit} was {before}");
        var result = Wait(unit, RunJob(bus => ManagerCalls.Stop(bus, unit)), abandon);
        var after = Settled(unit, abandon);
        return after.IsStopped
            ? new(UnitOutcome.Done, $"{unit} is {after}")
            : new(UnitOutcome.Failed, $"{unit} did not stop (job {result}), it is {after}");
    });

    public UnitChange Kill(string unit, CancellationToken abandon) => Guarded(unit, () =>
    {
        if (State(unit) is { IsStopped: true } before) return new(UnitOutcome.Done, $"{unit} was {before}");
        var job = RunJob(bus => ManagerCalls.Stop(bus, unit)); // So that systemd does not restart what is killed.
        do
        {
            abandon.ThrowIfCancellationRequested();
            _bus.Call(bus => ManagerCalls.Kill(bus, unit, SigKill));
        }
        while (!job.Wait((int)KillAgain.TotalMilliseconds, abandon));

        var after = Settled(unit, abandon);
        return after.IsStopped ? new(UnitOutcome.Done, $"{unit} was killed")
            : new(UnitOutcome.Failed, $"{unit} survived SIGKILL, it is {after}");
    });

    public UnitState State(string unit) => _bus.Call(bus => ManagerCalls.State(bus, unit));

    public string StatusText(string unit) => _bus.Call(bus => ManagerCalls.StatusText(bus, unit));

    public IReadOnlyList<int> Members(string unit)
    {
        var group = _bus.Call(bus => ManagerCalls.ControlGroup(bus, unit));
        var list = $"/sys/fs/cgroup{group}/cgroup.procs";
        if (group.Length == 0 || !File.Exists(list)) return [];
        var members = new List<int>();
        foreach (var line in File.ReadLines(list))
            if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var id)) members.Add(id);
        return members;
    }

    public IDisposable Watch(string unit, Action<UnitState> changed)
    {
        var watch = new UnitWatch(unit, changed, Unwatch);
        _watches[watch] = true;
        _bus.Call(bus =>
        {
            watch.Begin(bus);
            return true;
        });
        return watch;
    }

    public void Dispose() => _bus.Dispose();

    private static UnitChange Guarded(string unit, Func<UnitChange> work)
    {
        try
        {
            return work();
        }
        catch (OperationCanceledException)
        {
            return new(UnitOutcome.Failed, $"{unit}: abandoned");
        }
        catch (BusFault fault) when (fault.Name is "org.freedesktop.systemd1.NoSuchUnit" or "org.freedesktop.DBus.Error.InvalidArgs")
        {
            return new(UnitOutcome.Impossible, $"{unit}: {fault.Message}");
        }
        catch (IOException fault)
        {
            return new(UnitOutcome.Failed, $"{unit}: {fault.Message}");
        }
    }

    /// <summary>The end of a job comes as a signal. A look now and then makes a lost signal a delay instead of a hang.</summary>
    private string Wait(string unit, Task<string> job, CancellationToken abandon)
    {
        while (!job.Wait((int)LostSignalLook.TotalMilliseconds, abandon))
            if (!_bus.Call(bus => ManagerCalls.HasJob(bus, unit)) && !job.Wait(0, abandon)) return LostJob;
        return job.Result;
    }

    /// <summary>Queues a job; the task ends with systemd's result: done, failed, canceled, timeout, dependency, skipped… or
    /// "lost".</summary>
    private Task<string> RunJob(Func<BusConnection, string> call) => _bus.Call(bus =>
    {
        var end = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        _jobs[call(bus)] = end; // On the bus thread: the signal cannot be looked at before this.
        return end.Task;
    });

    /// <summary>A unit may be between two states when its job ends, and jobs are lost with the bus: look until it has come to
    /// rest.</summary>
    private UnitState Settled(string unit, CancellationToken abandon)
    {
        for (var state = State(unit); ; state = State(unit))
        {
            if (!state.IsChanging || state.Sub == "auto-restart") return state;
            if (abandon.WaitHandle.WaitOne(SettlePoll)) throw new OperationCanceledException(abandon);
        }
    }

    private void Subscribe(BusConnection bus)
    {
        ManagerCalls.Subscribe(bus);
        foreach (var watch in _watches.Keys) watch.Begin(bus);
    }

    private TimeSpan? Audit(BusConnection? bus)
    {
        if (_watches.IsEmpty) return null;
        if (bus is null) return WatchAudit;
        ManagerCalls.SubscribeAgain(bus);
        foreach (var watch in _watches.Keys) watch.Look(bus);
        return null;
    }

    private void ForgetJobs()
    {
        foreach (var path in _jobs.Keys)
            if (_jobs.TryRemove(path, out var job)) job.TrySetResult(LostJob);
    }

    private void Hear(BusConnection bus, nint message)
    {
        if (BusConnection.IsSignal(message, ManagerCalls.Manager, "JobRemoved"))
        {
            _ = BusConnection.ReadNumber(message);
            var path = BusConnection.ReadString(message, 'o');
            _ = BusConnection.ReadString(message);
            if (_jobs.TryRemove(path, out var job)) job.TrySetResult(BusConnection.ReadString(message));
        }
        else if (BusConnection.IsSignal(message, ManagerCalls.Properties, "PropertiesChanged"))
        {
            var path = BusConnection.PathOf(message);
            foreach (var watch in _watches.Keys)
                if (watch.Path == path) watch.Look(bus);
        }
    }

    private void Unwatch(UnitWatch watch)
    {
        if (!_watches.TryRemove(watch, out _)) return;
        try
        {
            _bus.Call(bus =>
            {
                watch.End(bus, othersRemain: _watches.Keys.Any(other => other.Path == watch.Path));
                return true;
            });
        }
        catch (IOException)
        {
            // The bus is away: its match went with it.
        }
    }
}
