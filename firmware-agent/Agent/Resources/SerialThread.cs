using Appliance.Core;

namespace Appliance.Agent.Resources;

/// <summary>Does small pieces of work one after the other in the order they came, on a thread that exists only while there is
/// work.</summary>
internal sealed class SerialThread(string name) : IDisposable
{
    private static readonly TimeSpan EndBound = TimeSpan.FromSeconds(1);
    private readonly Queue<Action> _work = [];
    private Thread? _thread;

    public void Post(Action work)
    {
        lock (_work)
        {
            _work.Enqueue(work);
            if (_thread is not null) return;
            _thread = new Thread(Run, Limits.ThreadStackBytes) { IsBackground = true, Name = name };
            _thread.Start();
        }
    }

    /// <summary>Waits a moment for what is queued.</summary>
    public void Dispose()
    {
        Thread? thread;
        lock (_work) thread = _thread;
        thread?.Join(EndBound);
    }

    private void Run()
    {
        while (true)
        {
            Action? work;
            lock (_work)
            {
                if (!_work.TryDequeue(out work))
                {
                    _thread = null;
                    return;
                }
            }

            work();
        }
    }
}
