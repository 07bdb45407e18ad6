using Appliance.Core.Time;

namespace Appliance.Core.Replica.Engine;

/// <summary>How fast a background copy may go: never above the ceiling; never below the floor for long; between them by the number of
/// chunks in flight, which its owner makes small while users work. Also remembers what was done, for people.</summary>
internal sealed class Pace(ReplicaConfig config)
{
    private const int Slots = 30;
    private readonly long[] _bytes = new long[Slots];
    private Instant _freeAt;
    private Instant _beganAt;
    private long _second;
    private long _all;

    public void Begin(Instant now)
    {
        (_freeAt, _beganAt, _second, _all) = (now, now, Second(now), 0);
        Array.Clear(_bytes);
    }

    /// <summary>May another chunk begin?</summary>
    public bool May(Instant now) => now >= _freeAt;

    public Instant? NextAt(Instant now) => _freeAt > now ? _freeAt : null;

    public void Took(Instant now, int bytes)
    {
        Advance(now);
        _bytes[Second(now) % Slots] += bytes;
        _all += bytes;
        var wait = TimeSpan.FromTicks((long)(bytes * (double)TimeSpan.TicksPerSecond / config.ResyncMax));
        // A burst of a few milliseconds is allowed, or a slow tick would cost speed.
        _freeAt = Instant.Later(_freeAt, now - TimeSpan.FromMilliseconds(20)) + wait;
    }

    /// <summary>Bytes a second over the last seconds.</summary>
    public long Now(Instant now)
    {
        Advance(now);
        var span = Math.Clamp((now - _beganAt).TotalSeconds, 0.1, Slots - 1);
        var sum = 0L;
        foreach (var bytes in _bytes) sum += bytes;
        return (long)(sum / span);
    }

    public long Average(Instant now) => (long)(_all / Math.Max(0.1, (now - _beganAt).TotalSeconds));

    private static long Second(Instant now) => (long)now.SinceBoot.TotalSeconds;

    private void Advance(Instant now)
    {
        for (; _second < Second(now); _second++) _bytes[(_second + 1) % Slots] = 0;
    }
}
