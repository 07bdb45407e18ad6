using Appliance.Core.Time;

namespace Appliance.Core.Incidents;

/// <summary>
/// Estimates the peer's boot clock from heartbeats. Nothing is known of the delays but that they are not negative, so every heartbeat gives
/// bounds and no guess: said at S by the peer's clock and heard at R by ours, the peer is ahead by at least S - R; it echoes what we said
/// at T, so the peer is ahead by at most S - T. The heartbeat with the least delay gives the best bound (a minimum-delay filter), the
/// middle of the bounds is the estimate and half their distance its error. The peer's own lower bound for us, told over the network, is the
/// better upper one: it lacks the time that an echo waits for the next heartbeat.
/// </summary>
public sealed class ClockEstimator
{
    /// <summary>Two clocks drift apart by at most this: two crystals of 100 ppm; milliseconds a millisecond.</summary>
    public const double Drift = 200e-6;

    /// <summary>A frame is not older than this; a difference that fell by more is another clock.</summary>
    private const double DelayMaxMs = 60_000;

    /// <summary>Sent times are whole milliseconds: one is lost by cutting.</summary>
    private const double Grain = 1;

    private const int Buckets = 8;

    private static readonly TimeSpan BucketSpan = TimeSpan.FromSeconds(30);

    private readonly Bucket[] _buckets = new Bucket[Buckets];
    private uint _anchor;
    private ulong _incarnation;
    private int _current;
    private bool _begun;

    /// <summary>Best bounds of a span, relative to the anchor; infinite: none.</summary>
    private struct Bucket
    {
        public Instant Start;
        public double Low;
        public Instant LowAt;
        public double High;
        public Instant HighAt;
    }

    /// <summary>Since when the present clock of the peer is known: before, it was another one (a reboot, a pause, a step).</summary>
    public Instant Since { get; private set; }

    /// <summary>The estimate for the peer's clock before <see cref="Since"/>; null: there was none.</summary>
    public ClockOffset? Earlier { get; private set; }

    /// <summary>How often the peer's clock was found to be another one.</summary>
    public int Steps { get; private set; }

    /// <summary>A heartbeat of the peer arrived, on any link, a copy or not.</summary>
    /// <param name="incarnation">Of the sender.</param>
    /// <param name="sentMs">Its clock, whole milliseconds modulo 2^32.</param>
    /// <param name="at">Our clock when it arrived.</param>
    /// <param name="echoSaidAt">When we said what it echoes; null: it echoes nothing that we remember.</param>
    public void Hear(ulong incarnation, uint sentMs, Instant at, Instant? echoSaidAt)
    {
        if (!_begun) Begin(sentMs, at);
        var low = Ahead(sentMs, at);
        var high = echoSaidAt is { } said ? Ahead(sentMs, said) + Grain : double.PositiveInfinity;
        if (IsAnotherClock(low, high, incarnation, at))
        {
            Earlier = Estimate(at) ?? Earlier;
            Steps++;
            Begin(sentMs, at);
            low = Ahead(sentMs, at);
            high = echoSaidAt is { } heard ? Ahead(sentMs, heard) + Grain : double.PositiveInfinity;
        }

        _incarnation = incarnation;
        Add(low, high, at);
    }

    /// <summary>The peer told its lower bound for how far we are ahead of it. What contradicts what we heard is left out.</summary>
    /// <param name="half">Milliseconds modulo 2^32, as <see cref="Half"/> of the peer gave it.</param>
    /// <param name="at">When it was told.</param>
    public bool Learn(uint half, Instant at)
    {
        if (!_begun) return false;
        double high = (int)(0u - half - _anchor);
        if (Bounds(at) is not var (low, _) || high < low) return false;
        Add(double.NegativeInfinity, high, at);
        return true;
    }

    /// <summary>Our lower bound for how far the peer is ahead, for the peer; milliseconds modulo 2^32. Null: it was never heard.</summary>
    public uint? Half(Instant now)
    {
        if (Bounds(now) is not var (low, _) || double.IsInfinity(low)) return null;
        return _anchor + (uint)(int)Math.Floor(low);
    }

    /// <summary>The estimate now; null: one of the two directions is not known.</summary>
    public ClockOffset? Estimate(Instant now)
    {
        if (Bounds(now) is not var (low, high) || double.IsInfinity(low) || double.IsInfinity(high)) return null;
        var middle = Math.Round((low + high) / 2);
        var error = Math.Ceiling(Math.Max(high - middle, middle - low));
        return new ClockOffset(_anchor + (uint)(int)middle, (long)Math.Max(error, 0));
    }

    private void Begin(uint sentMs, Instant at)
    {
        (_begun, _anchor, Since, _current) = (true, sentMs - (uint)Whole(at), at, 0);
        for (var number = 0; number < Buckets; number++)
            _buckets[number] = new Bucket { Start = at, Low = double.NegativeInfinity, High = double.PositiveInfinity };
    }

    private void Add(double low, double high, Instant at)
    {
        if (at - _buckets[_current].Start >= BucketSpan)
        {
            _current = (_current + 1) % Buckets;
            _buckets[_current] = new Bucket { Start = at, Low = double.NegativeInfinity, High = double.PositiveInfinity };
        }

        ref var bucket = ref _buckets[_current];
        if (low > bucket.Low - Aged(bucket.LowAt, at)) (bucket.Low, bucket.LowAt) = (low, at);
        if (high < bucket.High + Aged(bucket.HighAt, at)) (bucket.High, bucket.HighAt) = (high, at);
    }

    /// <summary>What was heard contradicts what was known.</summary>
    private bool IsAnotherClock(double low, double high, ulong incarnation, Instant at)
    {
        if (Bounds(at) is not var (known, most)) return false;
        if (low > most + Grain || high < known - Grain) return true;
        var fell = known - low;
        return fell > DelayMaxMs || (incarnation != _incarnation && fell > DelayMaxMs / 10);
    }

    private (double Low, double High)? Bounds(Instant now)
    {
        if (!_begun) return null;
        var (low, high) = (double.NegativeInfinity, double.PositiveInfinity);
        foreach (ref readonly var bucket in _buckets.AsSpan())
        {
            low = Math.Max(low, bucket.Low - Aged(bucket.LowAt, now));
            high = Math.Min(high, bucket.High + Aged(bucket.HighAt, now));
        }

        return (low, high);
    }

    private static double Aged(Instant at, Instant now) => now > at ? (now - at).TotalMilliseconds * Drift : 0;

    /// <summary>Relative to the anchor, milliseconds.</summary>
    private double Ahead(uint sentMs, Instant own)
    {
        var whole = Whole(own);
        return (int)(sentMs - (uint)whole - _anchor) - (own.SinceBoot.TotalMilliseconds - whole);
    }

    private static long Whole(Instant at) => at.SinceBoot.Ticks / TimeSpan.TicksPerMillisecond;
}
