using System.Collections.Concurrent;
using Appliance.Agent.Clock;
using Appliance.Core.Time;
using Appliance.Drivers.IoLoop;

namespace Appliance.Agent.Replica.Process;

/// <summary>
/// One thread that owns a loop and everything that hangs on it: front ends, disk, link, engine. What comes from elsewhere comes through a
/// bounded inbox. An exception here is our own bug: the process ends at once, because half an engine is worse than none.
/// </summary>
internal sealed class LoopThread : IDisposable
{
    /// <summary>Longest sleep: the watchdog wants to see a turn.</summary>
    private static readonly TimeSpan Rhythm = TimeSpan.FromSeconds(1);

    private const int InboxMax = 256;
    private const int StackBytes = 512 << 10;

    private readonly ILoopWork _work;
    private readonly IoLoopKind _kind;
    private readonly Action<string, Exception> _abort;
    private readonly ConcurrentQueue<Action> _inbox = new();
    private readonly ManualResetEventSlim _open = new();
    private readonly Thread _thread;
    private IoLoop? _loop;
    private string? _problem;
    private long _turns;

    /// <param name="abort">Ends the process; does not return.</param>
    public LoopThread(ILoopWork work, IoLoopKind kind, Action<string, Exception> abort)
    {
        (_work, _kind, _abort) = (work, kind, abort);
        _thread = new Thread(Run, StackBytes) { IsBackground = true, Name = "replica" };
    }

    /// <summary>Which loop it is, and why.</summary>
    public string LoopWords { get; private set; } = "";

    public long Turns => Volatile.Read(ref _turns);

    /// <summary>Called on the thread before it begins: its scheduling.</summary>
    public Action Prepare { get; init; } = () => { };

    /// <summary>Returns when the work has begun: null, or why it could not (a socket that is taken); then the thread has ended.</summary>
    public string? Start()
    {
        _thread.Start();
        _open.Wait();
        return _problem;
    }

    /// <summary>True when the work has ended within the time.</summary>
    public bool Join(TimeSpan time) => _thread.Join(time);

    /// <summary>Runs <paramref name="action"/> on the thread soon. False: too much is waiting already. Any thread.</summary>
    public bool Post(Action action)
    {
        if (_inbox.Count >= InboxMax) return false;
        _inbox.Enqueue(action);
        _loop?.Wake();
        return true;
    }

    /// <summary>Makes the thread look around. Any thread.</summary>
    public void Wake() => _loop?.Wake();

    /// <summary>Of a thread that has ended.</summary>
    public void Dispose()
    {
        _loop?.Dispose();
        _open.Dispose();
    }

    private void Run()
    {
        try
        {
            Prepare();
            _loop = IoLoops.Open(_kind, out var words);
            LoopWords = words;
            if (!TryBegin()) return;
            Turn();
            _work.End();
        }
        catch (Exception bug)
        {
            _open.Set();
            _abort("the replica's thread failed", bug);
        }
    }

    private bool TryBegin()
    {
        try
        {
            _work.Begin(_loop!);
        }
        catch (IOException world)
        {
            _problem = world.Message;
        }

        _open.Set();
        return _problem is null;
    }

    private void Turn()
    {
        var due = BootClock.Now;
        while (!_work.Ended)
        {
            _loop!.Turn(Until(due));
            Volatile.Write(ref _turns, _turns + 1);
            if (!_inbox.IsEmpty) TakeInbox();
            due = _work.Turned(BootClock.Now);
        }
    }

    private static TimeSpan Until(Instant due)
    {
        var wait = due - BootClock.Now;
        return wait > Rhythm ? Rhythm : wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private void TakeInbox()
    {
        for (var left = InboxMax; left > 0 && _inbox.TryDequeue(out var action); left--) action();
        if (!_inbox.IsEmpty) _loop!.Wake();
    }
}
