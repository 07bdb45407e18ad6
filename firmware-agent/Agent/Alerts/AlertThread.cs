using System.Collections.Immutable;
using Appliance.Agent.Journal;
using Appliance.Core;
using Appliance.Core.Alerts;
using Appliance.Core.Configuration;
using Appliance.Core.Time;

namespace Appliance.Agent.Alerts;

/// <summary>
/// Tells one receiver what the event store holds, on a thread of its own: a mail server that is slow or gone holds up nobody. The store is
/// the queue, so what a restart interrupted is told afterwards.
/// </summary>
internal sealed class AlertThread : IDisposable
{
    private const int Batch = 256;
    private static readonly TimeSpan EndBound = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SleepMax = TimeSpan.FromHours(1);
    private readonly AlertConfig _config;
    private readonly string _site;
    private readonly string _node;
    private readonly AlertReceiver _receiver;
    private readonly EventStore _events;
    private readonly AlertCursor _cursor;
    private readonly Func<Instant> _clock;
    private readonly Action<string> _complain;
    private readonly Lock _ending = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private AlertState _state = new(0);
    private volatile string _problem = "";
    private volatile bool _end;

    /// <param name="complain">Told in words when delivery fails, and when it works again. This thread.</param>
    public AlertThread(
        AlertConfig config, string site, string node, AlertReceiver receiver, EventStore events, AlertCursor cursor, Func<Instant> clock,
        Action<string> complain)
    {
        (_config, _site, _node, _receiver, _events, _cursor, _clock, _complain) =
            (config, site, node, receiver, events, cursor, clock, complain);
        _thread = new Thread(Run, Limits.ThreadStackBytes) { IsBackground = true, Name = $"alert {config.Name}" };
    }

    /// <summary>Why nothing is delivered now; empty: it is.</summary>
    public string Problem => _problem;

    public void Start() => _thread.Start();

    /// <summary>There is news in the store. Any thread, also after the end, when the next start tells it; returns at once.</summary>
    public void Signal()
    {
        lock (_ending)
            if (!_end) _wake.Set();
    }

    /// <summary>What is on its way has two seconds; it is told again after the next start otherwise.</summary>
    public void Dispose()
    {
        lock (_ending)
        {
            if (_end) return;
            _end = true;
            _wake.Set();
        }

        if (_thread.IsAlive && !_thread.Join(EndBound)) return;
        _wake.Dispose();
    }

    private void Run()
    {
        _state = new AlertState(Begin());
        while (true)
        {
            Hear();
            Step(new AlertEvent.Tick());
            if (_end) return;
            var due = AlertMachine.NextDeadline(_state) is { } next ? next - _clock() : SleepMax;
            if (due > TimeSpan.Zero) _wake.WaitOne(due < SleepMax ? due + TimeSpan.FromMilliseconds(1) : SleepMax);
            if (_end) return;
        }
    }

    /// <summary>A receiver that is new hears what happens from now on; one that was there goes on where it was.</summary>
    private long Begin()
    {
        var last = _events.Last;
        // A store that begins again has lower serials.
        if (_cursor.Read() is { } kept && kept <= last) return kept;
        Remember(last);
        return last;
    }

    private void Hear()
    {
        var news = _events.Since(_state.Seen, Batch);
        while (news.Count > 0)
        {
            // The store keeps some thousand events; what it has forgotten is counted.
            if (news[0].Serial - _state.Seen - 1 is > 0 and var gap) Step(new AlertEvent.Missed(gap));
            foreach (var happened in news) Step(new AlertEvent.News(Line(happened).Bounded()));
            news = _events.Since(_state.Seen, Batch);
        }
    }

    private static AlertLine Line(EventView happened) => new(
        happened.Serial, happened.UnixMs, happened.Node, happened.Kind, happened.Group, happened.Resource, happened.Text);

    private void Step(AlertEvent input)
    {
        ImmutableArray<AlertEffect> effects;
        (_state, effects) = AlertMachine.Step(_state, _config.Settings, input, _clock());
        foreach (var effect in effects) Perform(effect);
        _problem = _state.Problem;
    }

    private void Perform(AlertEffect effect)
    {
        switch (effect)
        {
            case AlertEffect.Send send:
                var why = _receiver.Tell(new AlertMessage(_site, _node, send.Lines, send.Dropped));
                Step(why is null ? new AlertEvent.Delivered() : new AlertEvent.Failed(why));
                break;
            case AlertEffect.Remember remember:
                Remember(remember.Serial);
                break;
            case AlertEffect.Complain complain:
                _complain($"alert {_config.Name} to {_config.Receiver} {complain.Text}");
                break;
            default:
                throw new InvariantException($"{effect} is not performed");
        }
    }

    /// <summary>A disk that does not take it costs a second telling after the next start, and is complained of elsewhere.</summary>
    private void Remember(long serial)
    {
        if (_cursor.Write(serial) is { } fault) _complain($"alert {_config.Name}: {fault}; after a restart it is told again");
    }
}
