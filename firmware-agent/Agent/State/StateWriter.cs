using Appliance.Core.Cluster;
using Appliance.Core;

namespace Appliance.Agent.State;

/// <summary>Writes states on a thread of its own, so that a slow disk never holds up a decision. Only the newest waiting state is written:
/// each is whole.</summary>
public sealed class StateWriter : IDisposable
{
    private readonly StateFile _file;
    private readonly Action<Event> _post;
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _work = new();
    private readonly Thread _thread;
    private Effect.Persist? _next;
    private bool _stopped;

    public StateWriter(StateFile file, Action<Event> post)
    {
        (_file, _post) = (file, post);
        _thread = new Thread(Run, Limits.ThreadStackBytes) { Name = "state", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Takes over a write; its end is posted as <see cref="Event.Persisted"/>. A newer one replaces one that has not
    /// begun.</summary>
    public void Write(Effect.Persist persist)
    {
        lock (_gate) _next = persist;
        _work.Set();
    }

    public void Dispose()
    {
        lock (_gate) _stopped = true;
        _work.Set();
        _thread.Join();
        _work.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _work.Wait();
            Effect.Persist? persist;
            lock (_gate)
            {
                _work.Reset();
                (persist, _next) = (_next, null);
                if (persist is null && _stopped) return;
            }

            if (persist is not null) _post(new Event.Persisted(persist.Serial, _file.Write(persist.State)));
        }
    }
}
