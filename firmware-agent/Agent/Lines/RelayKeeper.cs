using Appliance.Agent.Commands;
using Appliance.Core;
using Appliance.Core.Lines;
using Appliance.Core.Time;
using Appliance.Drivers.Relay;

namespace Appliance.Agent.Lines;

/// <summary>Runs <see cref="LineKeeper"/>: its time, its relay, its clients. Every method returns at once, however long the relay
/// takes.</summary>
internal sealed class RelayKeeper : IDisposable
{
    private readonly Lock _gate = new();
    private readonly AutoResetEvent _changed = new(false);
    private readonly string _name;
    private readonly string _driver;
    private readonly Func<Instant> _clock;
    private readonly Action<bool, string> _tell;
    private readonly RelayThread _relay;
    private KeeperState _state;
    private bool _ended;

    /// <param name="relay">Owned.</param>
    /// <param name="tell">An alarm or not, and a sentence for the journal.</param>
    /// <param name="bug">Told of an exception that is our own bug; the process should end.</param>
    public RelayKeeper(
        string name, string driver, KeeperSettings settings, IFailoverRelay relay, Func<Instant> clock, Action<bool, string> tell,
            Action<Exception> bug)
    {
        (_name, _driver, _clock, _tell, _state) = (name, driver, clock, tell, new KeeperState(settings));
        _relay = new RelayThread(name, relay, answer => Feed(answer), bug);
    }

    /// <summary>Keeps until <paramref name="end"/> and the lines are let go, or <paramref name="patience"/> after it.</summary>
    /// <param name="every">A sign of life at least this often: a keeper that hangs would hold the lines with nobody's lease. Null: nobody
    /// asks for one.</param>
    public void Run(TimeSpan patience, TimeSpan? every, Action sign, CancellationToken end)
    {
        _relay.Start();
        Feed(new KeeperEvent.Started());
        Instant? until = null;
        using var wake = end.Register(() => _changed.Set());
        while (true)
        {
            if (end.IsCancellationRequested && until is null)
            {
                until = _clock() + patience;
                Feed(new KeeperEvent.Stopping());
            }

            sign();
            var (now, due, isLetGo) = Look();
            if (until is { } limit && (isLetGo || now >= limit)) return;
            if (until is { } last && last < due) due = last;
            if (every is { } pause && now + pause < due) due = now + pause;
            if (due > now) _changed.WaitOne(Bounded(due - now));
            else Feed(new KeeperEvent.Tick());
        }
    }

    /// <summary>Answers a client.</summary>
    /// <param name="holder">The client has the lease now: its end is news.</param>
    public LineReply Execute(LineRequest request, ref bool holder)
    {
        if (request.Command == LineCommands.Status)
            return Bare(request) ? new LineReply(true, null, Status()) : LineReply.Refused("status takes no arguments");
        if (Read(request, _state.Settings, out var error) is not { } asked) return LineReply.Refused(error, Status());
        string? refusal;
        lock (_gate)
        {
            refusal = _ended ? "the keeper ends" : LineKeeper.Refusal(_state, asked, _clock());
            if (refusal is null) Step(asked);
        }

        if (refusal is not null) return LineReply.Refused(refusal, Status());
        if (asked is KeeperEvent.Granted) holder = true;
        if (asked is KeeperEvent.Dropped) holder = false;
        return new LineReply(true, null, Status());
    }

    /// <summary>The connection of who had the lease is gone.</summary>
    public void Gone() => Feed(new KeeperEvent.ClientGone());

    public RelayStatus Status()
    {
        lock (_gate)
        {
            var (state, now) = (_state, _clock());
            return new RelayStatus(
                _name, _driver, state.Found, state.Settings.Own, LineKeeper.Wanted(state), state.ReadsBack, state.Problem, state.Hangs(now),
                state.Lease?.Term, Left(state.Lease?.Until, now), state.Hold?.Position, Left(state.Hold?.Until, now), state.LastSwitch,
                state.LastMs, Environment.ProcessId, VersionCommand.Version);
        }
    }

    /// <summary>What clients and a relay that hung say after this is heard no more.</summary>
    public void Dispose()
    {
        lock (_gate) _ended = true;
        _relay.Dispose();
        _changed.Dispose();
    }

    private static long Left(Instant? until, Instant now) => until is { } end ? Math.Max(0, (long)(end - now).TotalMilliseconds) : 0;

    private static TimeSpan Bounded(TimeSpan wait) => wait < TimeSpan.FromMinutes(1) ? wait + TimeSpan.FromMilliseconds(1)
        : TimeSpan.FromMinutes(1);

    private static bool Bare(LineRequest request) => request with { Command = null } == new LineRequest(null);

    /// <summary>The event that a request means; null and a sentence when it means none.</summary>
    public static KeeperEvent? Read(LineRequest request, KeeperSettings settings, out string error)
    {
        error = "";
        var (command, length) = (request.Command, Length(request.Ms));
        var rest = request with { Command = null, Ms = null };
        switch (command)
        {
            case LineCommands.Lease or LineCommands.Renew when request is { Term: > 0 and var term, Ms: not null, Maintenance: null }:
                return new KeeperEvent.Granted(term, length, command == LineCommands.Renew);
            case LineCommands.Drop when Bare(request):
                return new KeeperEvent.Dropped();
            case LineCommands.On when request is { Ms: not null, Term: null }:
                return new KeeperEvent.Held(settings.Own, length, request.Maintenance == true);
            case LineCommands.Off when request.Ms is not null && rest == new LineRequest(null):
                return new KeeperEvent.Held(settings.Away, length, Maintenance: false);
            case LineCommands.Auto when Bare(request):
                return new KeeperEvent.HoldEnded();
            case LineCommands.Lease or LineCommands.Renew or LineCommands.Drop or LineCommands.On or LineCommands.Off or LineCommands.Auto:
                error = $"{command} has other arguments";
                return null;
            default:
                error = $"the keeper knows no command '{Appliance.Agent.Status.Words.Clean(command ?? "")}'; are both of the same version?";
                return null;
        }
    }

    private static TimeSpan Length(long? milliseconds) =>
        milliseconds is > 0 and < int.MaxValue ? TimeSpan.FromMilliseconds(milliseconds.Value) : TimeSpan.Zero;

    private (Instant Now, Instant Due, bool IsLetGo) Look()
    {
        lock (_gate)
        {
            var isLetGo = _state.Busy is null && (_state.Settings.Shared || _state.IsAt(_state.Settings.Away));
            return (_clock(), LineKeeper.NextDeadline(_state), isLetGo);
        }
    }

    private void Feed(KeeperEvent input)
    {
        lock (_gate)
            if (!_ended) Step(input);
    }

    /// <summary>Under the lock: who asks meanwhile sees either the state before or the state behind it, effects go out in order, and the
    /// end comes before or after all of it.</summary>
    private void Step(KeeperEvent input)
    {
        var (next, effects) = LineKeeper.Step(_state, input, _clock());
        _state = next;
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case KeeperEffect.Ask ask: _relay.Ask(ask); break;
                case KeeperEffect.Abandon abandon: _relay.Abandon(abandon.Id); break;
                case KeeperEffect.Tell tell: _tell(tell.Alarm, tell.Text); break;
                default: throw new InvariantException($"{effect} is not performed");
            }
        }

        _changed.Set();
    }
}
