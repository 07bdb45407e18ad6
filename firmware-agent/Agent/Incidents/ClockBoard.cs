using Appliance.Agent.Heartbeat;
using Appliance.Core.Incidents;
using Appliance.Core.Time;

namespace Appliance.Agent.Incidents;

/// <summary>What heartbeats tell of the peer's clock: written by the decision loop's thread, read by the incidents'.</summary>
public sealed class ClockBoard
{
    private readonly Lock _gate = new();
    private readonly ClockEstimator _estimator = new();

    /// <summary>A heartbeat of the peer.</summary>
    public void Hear(in HeardItem item)
    {
        lock (_gate) _estimator.Hear(item.Heartbeat.Incarnation, item.Heartbeat.SentAt, item.At, item.EchoSaidAt);
    }

    /// <summary>The peer told its half; false: it contradicts what was heard and is left out.</summary>
    public bool Learn(uint half, Instant at)
    {
        lock (_gate) return _estimator.Learn(half, at);
    }

    /// <summary>Our half, for the peer.</summary>
    public uint? Half(Instant now)
    {
        lock (_gate) return _estimator.Half(now);
    }

    /// <summary>All that is known now.</summary>
    public PeerClock Read(Instant now)
    {
        lock (_gate) return new PeerClock(_estimator.Estimate(now), _estimator.Earlier, _estimator.Since);
    }
}

/// <summary>The peer's clock, as known at one moment.</summary>
/// <param name="Now">Null: not known by heartbeats.</param>
/// <param name="Earlier">Before <paramref name="Since"/>; null: not known.</param>
/// <param name="Since">Our boot clock.</param>
public sealed record PeerClock(ClockOffset? Now, ClockOffset? Earlier, Instant Since);
