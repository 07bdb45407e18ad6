using Appliance.Core.Replica;
using Appliance.Drivers.Drbd;

namespace Appliance.Agent.Replica.Drbd;

/// <summary>
/// Between DRBD, which runs a fence-peer handler and holds users' writes until that has ended, and the agent, which judges the peer. The
/// handler asks here (<see cref="Order"/>) and waits; the status says that it asks; the agent answers with peer-fenced or peer-dead.
/// </summary>
internal sealed class DrbdFencing
{
    /// <summary>What the handler orders. Only a process whose backend is DRBD knows it.</summary>
    public const string Order = "fence-peer";

    /// <summary>A refusal after which the handler asks again.</summary>
    public const string StillWaiting = "nobody has said yet whether the peer is harmless";

    private readonly object _gate = new();
    private int _waiting;
    private bool _harmless;

    /// <summary>A handler waits.</summary>
    public bool Asks
    {
        get
        {
            lock (_gate) return _waiting > 0;
        }
    }

    /// <summary>The agent's word; it holds until the two are connected again.</summary>
    public void PeerIsHarmless()
    {
        lock (_gate)
        {
            _harmless = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>What DRBD said last: after a meeting every word about the peer is old.</summary>
    public void Seen(DrbdStatus now)
    {
        if (now.Connection < ConnectionState.Connected) return;
        lock (_gate) _harmless = false;
    }

    /// <summary>Null: the peer is harmless. Else why DRBD must not count on that.</summary>
    /// <param name="now">Read after the handler asked; null: DRBD did not answer.</param>
    /// <param name="patience">Longest wait of a primary whose users wait anyway.</param>
    public string? Ask(DrbdStatus? now, TimeSpan patience)
    {
        lock (_gate)
        {
            if (now is { Connection: >= ConnectionState.Connected }) return "the peer is connected";
            if (_harmless) return null;
            // Not primary yet: somebody promotes this copy now, and that does not wait.
            if (now is { Role: not ReplicaRole.Primary })
                return "the peer's copy may be newer or in use, nobody has vouched for it; replica primary --force gives up the question";
            _waiting++;
            try
            {
                var until = Environment.TickCount64 + (long)patience.TotalMilliseconds;
                while (!_harmless)
                {
                    var left = until - Environment.TickCount64;
                    if (left <= 0) return StillWaiting;
                    Monitor.Wait(_gate, (int)left);
                }

                return null;
            }
            finally
            {
                _waiting--;
            }
        }
    }
}
