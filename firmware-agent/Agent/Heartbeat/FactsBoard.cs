using Facts = Appliance.Core.Cluster.Heartbeat;

namespace Appliance.Agent.Heartbeat;

/// <summary>
/// Carries the newest facts from the decision loop to the heartbeat thread. Three buffers change hands by one exchange, so neither side
/// ever waits: a reader of real-time priority that waited for a preempted writer would wait for ever. One writer, one reader.
/// </summary>
public sealed class FactsBoard
{
    private const int Fresh = 4;

    private readonly Facts[] _buffers = new Facts[3];
    private int _writing;
    private int _between = 1;
    private int _reading = 2;

    /// <summary>Called by the decision loop after every step.</summary>
    public void Publish(in Facts facts)
    {
        _buffers[_writing] = facts;
        _writing = Interlocked.Exchange(ref _between, _writing | Fresh) & ~Fresh;
    }

    /// <summary>The newest facts; valid until the next call. Only for the heartbeat thread.</summary>
    public ref readonly Facts Read()
    {
        if ((Volatile.Read(ref _between) & Fresh) != 0) _reading = Interlocked.Exchange(ref _between, _reading) & ~Fresh;
        return ref _buffers[_reading];
    }
}
