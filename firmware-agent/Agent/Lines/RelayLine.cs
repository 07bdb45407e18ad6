using Appliance.Agent.Resources;
using Appliance.Core.Cluster;
using Appliance.Core.Time;
using Appliance.Core;
using Appliance.Drivers.Systemd;

namespace Appliance.Agent.Lines;

/// <summary>What a relay's client is made of.</summary>
/// <param name="Group">Number of the group that uses it.</param>
/// <param name="Path">The keeper's socket.</param>
/// <param name="Keepalive">Pause between two renewals of the lease.</param>
/// <param name="Deadtime">The lines are let go this long after the decision loop last turned.</param>
public sealed record RelayLineOptions(string Name, string Driver, int Group, string Path, TimeSpan Keepalive, TimeSpan Deadtime);

/// <summary>
/// The agent's side of a relay's keeper: while the tdm resource is started it renews the lease every keepalive, for as long as the decision
/// loop's last turn allows. If the loop hangs, the lease ends; if the agent dies, nobody renews it.
/// </summary>
public sealed class RelayLine : ILine
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LookPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan EndBound = TimeSpan.FromSeconds(1);

    /// <summary>A keeper that is restarted, or a contact that is repaired, is back within this.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>After that a relay that is out of reach has let go as far as anybody can make it.</summary>
    private static readonly TimeSpan ReleasePatience = TimeSpan.FromSeconds(1);

    private readonly RelayLineOptions _options;
    private readonly Func<Instant> _clock;
    private readonly Func<ISystemd> _systemd;
    private readonly Action _changed;
    private readonly Thread _thread;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Lock _asking = new();
    private readonly KeeperSocket _socket;
    private volatile LineMandate _mandate = LineMandate.None;
    private volatile LineView _view;
    private volatile Action<string>? _failed;
    private volatile bool _held;
    private volatile bool _end;
    private Instant? _troubleSince;

    /// <param name="changed">Told, on any thread, that <see cref="View"/> says something else.</param>
    public RelayLine(RelayLineOptions options, Func<Instant> clock, Func<ISystemd> systemd, Action changed)
    {
        (_options, _clock, _systemd, _changed, _socket) = (options, clock, systemd, changed, new KeeperSocket(options.Path));
        _view = new LineView(options.Name, options.Driver, LineStanding.Unknown, "its keeper was not heard yet");
        _thread = new Thread(Run, Limits.ThreadStackBytes) { IsBackground = true, Name = $"line {options.Name}" };
    }

    public string Name => _options.Name;

    public LineView View => _view;

    public void Begin() => _thread.Start();

    public void Publish(NodeState state) => _mandate = LineMandate.Of(state, _options.Group);

    public Verdict Take(CancellationToken abandon)
    {
        while (true)
        {
            var why = Lease(out var place);
            if (why.Length == 0)
            {
                _held = true;
                _wake.Set();
                return Verdict.Done($"the lines are {place}");
            }

            if (!abandon.WaitHandle.WaitOne(Pause)) continue;
            Ask(new LineRequest(LineCommands.Drop), out _);
            return Verdict.Failed($"the lines of {Name} do not come here: {why}");
        }
    }

    public Verdict Release(CancellationToken abandon)
    {
        _held = false;
        var since = _clock();
        var command = LineCommands.Drop;
        while (true)
        {
            var reply = Ask(new LineRequest(command), out var why);
            if (reply is { Ok: true, Status: { } status })
            {
                command = LineCommands.Status;
                if (status.Wanted is null) return Verdict.Done("the switch is the other node's to command");
                if (status.Hold == status.Own) return Verdict.Done("an operator keeps the lines here");
                if (status.Wanted == status.Position && status.IsWell) return Verdict.Done($"the lines are {status.Place}");
                why = status.Place;
                if (status.Problem.Length > 0 && _clock() - since >= ReleasePatience)
                    return Verdict.Done($"the lines were let go, but the relay does not confirm it: {status.Problem}");
            }
            else if (reply is not null)
            {
                why = reply.Error ?? "refused without a reason";
            }

            if (abandon.WaitHandle.WaitOne(Pause)) return Verdict.Failed($"the lines of {Name} are not let go: {why}");
        }
    }

    /// <summary>A keeper that does not get its relay to let go is ended; the new one begins with letting go. The lease is over
    /// anyway.</summary>
    public Verdict Kill(CancellationToken abandon)
    {
        _held = false;
        var unit = LineControl.UnitOf(Name);
        var killed = _systemd().Kill(unit, abandon);
        var started = _systemd().Start(unit, abandon);
        var text = started.Outcome == UnitOutcome.Done ? "runs again" : $"does not start again: {started.Text}";
        return killed.Outcome == UnitOutcome.Done
            ? Verdict.Done($"{unit} was killed and {text}; where the lines are is not confirmed")
            : Verdict.Failed($"{unit} cannot be killed: {killed.Text}");
    }

    public Verdict IsHere(CancellationToken abandon)
    {
        while (true)
        {
            var reply = Ask(new LineRequest(LineCommands.Status), out var why);
            if (reply?.Status is { } status)
            {
                var isHere = status.LeaseTerm is not null && status.Position == status.Own;
                if (!isHere) return new(Core.Resources.Outcome.NotRunning, $"the lines are {status.Place}");
                _held = true;
                _wake.Set();
                return Verdict.Done($"the lines are {status.Place}");
            }

            if (abandon.WaitHandle.WaitOne(Pause)) return Verdict.Failed(why);
        }
    }

    public void Watch(Action<string>? failed) => _failed = failed;

    /// <summary>An agent that leaves during a maintenance with its resources running leaves them the lines, too.</summary>
    public void Dispose()
    {
        if (_end) return;
        _end = true;
        var mandate = _mandate;
        if (_held && mandate is { Holds: true, MaintenanceUntil: { } until } && until > _clock())
            Ask(new LineRequest(LineCommands.Renew, mandate.Term, (long)Math.Min((until - _clock()).TotalMilliseconds, 3_600_000)), out _);
        _wake.Set();
        if (_thread.IsAlive && !_thread.Join(EndBound)) return;
        lock (_asking) _socket.Dispose();
        _wake.Dispose();
    }

    private void Run()
    {
        while (!_end)
        {
            _wake.WaitOne(_held ? _options.Keepalive : LookPause);
            if (_end) return;
            var mandate = _mandate;
            var left = mandate.Left(_clock(), _options.Deadtime);
            if (_held && mandate.Holds && left > TimeSpan.Zero) Renew(mandate, left);
            else Look();
        }
    }

    private void Renew(LineMandate mandate, TimeSpan left)
    {
        var reply = Ask(new LineRequest(LineCommands.Renew, mandate.Term, Ms(left)), out var why);
        if (reply is null) Trouble(why);
        else if (reply.Ok || !_held) Judge(reply.Status);
        else
        {
            // Taking it back is a start: the sequencer knows what has to run first.
            _held = false;
            _failed?.Invoke($"the lines were lost: {reply.Error}");
        }
    }

    private void Look()
    {
        if (Ask(new LineRequest(LineCommands.Status), out var why) is { } reply) Judge(reply.Status);
        else Trouble(why);
    }

    private void Judge(RelayStatus? status)
    {
        if (status is { IsWell: true } && (!_held || status.Position == status.Own)) _troubleSince = null;
        else Trouble(status is null ? "its keeper says nothing" : $"the lines are {status.Place}");
    }

    /// <summary>Told after a while, and again after as long.</summary>
    private void Trouble(string why)
    {
        var now = _clock();
        _troubleSince ??= now;
        if (!_held || now - _troubleSince < Grace) return;
        _troubleSince = null;
        _failed?.Invoke(why);
    }

    /// <summary>Empty when the lines are here under our lease; else why they are not yet.</summary>
    private string Lease(out string place)
    {
        place = "";
        var mandate = _mandate;
        if (!mandate.MayTake) return "the group is not held here, or this node still looks around";
        if (mandate.Left(_clock(), _options.Deadtime) is not { Ticks: > 0 } left) return "the agent's decision loop does not turn";
        var reply = Ask(new LineRequest(LineCommands.Lease, mandate.Term, Ms(left)), out var why);
        if (reply is not { Ok: true, Status: { } status }) return reply?.Error ?? why;
        place = status.Place;
        return status.Position == status.Own && status.IsWell ? "" : $"they are {status.Place}";
    }

    private static long Ms(TimeSpan span) => Math.Max(1, (long)span.TotalMilliseconds);

    private LineReply? Ask(LineRequest request, out string error)
    {
        LineReply? reply;
        lock (_asking) reply = _socket.Ask(request, out error);
        var view = reply?.Status is { } status
            ? new LineView(Name, _options.Driver, Standing(status), status.Place, status.LastSwitch)
            : new LineView(
                Name, _options.Driver, LineStanding.Unknown, error.Length > 0 ? error : reply?.Error ?? "its keeper says nothing");
        var before = Interlocked.Exchange(ref _view, view);
        if (before != view && !_end) _changed();
        return reply;
    }

    private static LineStanding Standing(RelayStatus status) =>
        !status.IsWell ? LineStanding.Unknown : status.Position == status.Own ? LineStanding.Here : LineStanding.There;
}
