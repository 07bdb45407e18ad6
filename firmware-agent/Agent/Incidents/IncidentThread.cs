using System.Collections.Immutable;
using Appliance.Agent.Journal;
using Appliance.Agent.Status;
using Appliance.Core;
using Appliance.Core.Cluster;
using Appliance.Core.Incidents;
using Appliance.Core.Time;

namespace Appliance.Agent.Incidents;

/// <summary>
/// Follows the event store and keeps the records, on a thread of its own: neither a slow disk nor a peer that does not answer delays
/// anything but the record.
/// </summary>
internal sealed class IncidentThread : IDisposable
{
    private const int Batch = 256;

    private const int ToldMax = 16;

    /// <summary>How often the pair is looked at while an incident is open, and while one waits for the peer.</summary>
    private static readonly TimeSpan LookPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan WaitingPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SleepMax = TimeSpan.FromHours(1);
    private static readonly TimeSpan EndBound = TimeSpan.FromSeconds(2);

    private readonly IncidentBook _book;
    private readonly IncidentFolder _folder;
    private readonly EventStore _events;
    private readonly Func<StatusView> _status;
    private readonly PeerQuestion _question;
    private readonly ClockBoard _clocks;
    private readonly Func<NodeClock> _clock;
    private readonly Thread _thread;
    private readonly Lock _ending = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly Queue<(Instant Begin, Instant? End, string Id)> _told = new();
    private IncidentState _state = IncidentState.Quiet;
    private long _seen;
    private volatile bool _end;

    public IncidentThread(
        IncidentBook book, IncidentFolder folder, EventStore events, Func<StatusView> status, PeerQuestion question, ClockBoard clocks,
        Func<NodeClock> clock)
    {
        (_book, _folder, _events, _status, _question, _clocks, _clock) = (book, folder, events, status, question, clocks, clock);
        _seen = events.Last;
        _thread = new Thread(Run, Limits.ThreadStackBytes) { IsBackground = true, Name = "incidents" };
    }

    private Instant Now => Instant.FromMilliseconds(_clock().BootMs);

    public void Start() => _thread.Start();

    /// <summary>There is news in the store. Any thread; returns at once.</summary>
    public void Signal()
    {
        lock (_ending)
            if (!_end) _wake.Set();
    }

    /// <summary>The peer asked about an incident. Any thread.</summary>
    /// <param name="beginAge">How long ago it began, milliseconds.</param>
    /// <param name="endAge">How long ago it ended; 0: it is open there.</param>
    /// <param name="id">Its name there.</param>
    public void PeerTold(long beginAge, long endAge, string id)
    {
        // Ages count from now, not from when this thread has time for them: it may be waiting for the peer.
        var now = Now;
        Instant? end = endAge == 0 ? null : now - TimeSpan.FromMilliseconds(endAge);
        lock (_told)
            if (_told.Count < ToldMax) _told.Enqueue((now - TimeSpan.FromMilliseconds(beginAge), end, id));
        Signal();
    }

    /// <summary>Writes what is open, for at most two seconds; the next start goes on with it.</summary>
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
        Begin();
        while (!_end)
        {
            Hear();
            if (_state.Open is not null || !_state.Pending.IsEmpty) Look();
            else Step(new IncidentInput.Tick());
            if (_end) break;
            _wake.WaitOne(Pause());
        }

        Hear();
        if (_state.Open is { } open) _book.Keep(open.Id);
    }

    private TimeSpan Pause()
    {
        var look = _state.Open is not null ? LookPause : !_state.Pending.IsEmpty ? WaitingPause : SleepMax;
        if (IncidentMachine.NextDeadline(_state) is not { } next) return look;
        var due = next - Now + TimeSpan.FromMilliseconds(1);
        return due < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : due < look ? due : look;
    }

    /// <summary>Goes on with what an earlier run left.</summary>
    private void Begin()
    {
        _folder.Load();
        var (clock, now) = (_clock(), Now);
        OpenIncident? open = null;
        var waiting = ImmutableArray.CreateBuilder<(string Id, Instant GiveUpAt)>();
        var known = ImmutableArray.CreateBuilder<IncidentSpan>();
        foreach (var record in _folder.All)
        {
            if (known.Count == IncidentMachine.KnownMax) break;
            var age = record.Boot == clock.Boot ? clock.BootMs - record.ZeroBootMs : clock.UnixMs - record.ZeroUnixMs;
            var begin = now - TimeSpan.FromMilliseconds(Math.Max(0, age));
            var isOpen = record.Stage == IncidentStage.Open && open is null;
            if (isOpen) open = new OpenIncident(record.Id, begin, null, now, now);
            known.Insert(0, new IncidentSpan(record.Id, begin, isOpen ? null : begin + TimeSpan.FromMilliseconds(record.EndMs ?? 0)));
            if (!isOpen && !record.PeerComplete && now < begin + IncidentMachine.GiveUpAfter)
                waiting.Insert(0, (record.Id, begin + IncidentMachine.GiveUpAfter));
        }

        Step(new IncidentInput.Began(open, waiting.ToImmutable(), known.ToImmutable(), []));
    }

    private void Hear()
    {
        for (var news = _events.Since(_seen, Batch); news.Count > 0; news = _events.Since(_seen, Batch))
        {
            foreach (var happened in news)
            {
                _seen = happened.Serial;
                Step(new IncidentInput.Happened(
                    EventLine.Of(happened), Instant.FromMilliseconds(happened.BootMs), _folder.FreshId(happened.UnixMs)));
            }
        }

        while (true)
        {
            (Instant Begin, Instant? End, string Id) span;
            lock (_told)
                if (!_told.TryDequeue(out span)) return;
            var age = (long)(Now - span.Begin).TotalMilliseconds;
            Step(new IncidentInput.PeerTold(span.Begin, span.End, span.Id, _folder.FreshId(_clock().UnixMs - age)));
        }
    }

    private void Look()
    {
        var view = _status();
        Step(new IncidentInput.Look(view.Health.Level == HealthLevel.Ok && Serves(view), view.Peer.State == PeerState.Up));
    }

    /// <summary>Nothing is being started or stopped here: a service that is restarted is no alarm, but it does not serve.</summary>
    private static bool Serves(StatusView view)
    {
        foreach (var group in view.Groups)
        {
            if (group.Role is Role.Activating or Role.Deactivating) return false;
            if (group.Role == Role.Active && !group.Resources.All(static one => one.State == Core.Resources.ResourceState.Started))
                return false;
        }

        return true;
    }

    private void Step(IncidentInput input)
    {
        ImmutableArray<IncidentEffect> effects;
        (_state, effects) = IncidentMachine.Step(_state, input, Now);
        foreach (var effect in effects) Perform(effect);
    }

    private void Perform(IncidentEffect effect)
    {
        switch (effect)
        {
            case IncidentEffect.Make make: _book.Make(make.Id, make.Begin); break;
            case IncidentEffect.Keep keep: _book.Keep(keep.Id); break;
            case IncidentEffect.Close close: Close(close); break;
            case IncidentEffect.Ask ask: Ask(ask.Id, ask.WellSince); break;
            case IncidentEffect.GiveUp late: _book.GiveUp(late.Id); break;
            default: throw new InvariantException($"{effect} is not performed");
        }
    }

    private void Close(IncidentEffect.Close close)
    {
        _book.Close(close.Id, close.End, close.Complete, close.Complete ? "" : Missing());
        // It was written every second: some megabytes that a process with locked memory would keep until its next large incident. A
        // collection of all takes a few milliseconds, now that nobody is in a hurry.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    /// <summary>Why redundancy is not complete, in a few words.</summary>
    private string Missing() => string.Join("; ", _status().Health.Reasons.Take(3).Select(static reason => reason.Text));

    private void Ask(string id, Instant? wellSince)
    {
        if (_end || _book.Ages(id, wellSince) is not var (begin, end)) return;
        var asked = _clock().BootMs;
        var half = _question.Ask(begin, end, id, out var problem);
        var heard = _clock().BootMs;
        if (half is null)
        {
            _book.Missing(id, problem);
            Step(new IncidentInput.HalfFailed(id));
            return;
        }

        if (half.Half is { } theirs) _clocks.Learn(theirs, Instant.FromMilliseconds(heard));
        _book.Merge(id, half, _clocks.Read(Instant.FromMilliseconds(heard)), heard, heard - asked);
        Step(new IncidentInput.HalfCame(id));
    }
}
