namespace Appliance.Core.Time;

/// <summary>A point on the boot clock (CLOCK_BOOTTIME). It never goes backwards and means nothing on another node.</summary>
public readonly record struct Instant(TimeSpan SinceBoot) : IComparable<Instant>
{
    /// <summary>The moment of boot; earlier than every instant a shell can report.</summary>
    public static Instant Boot => default;

    /// <summary>Builds an instant from whole milliseconds since boot.</summary>
    public static Instant FromMilliseconds(long milliseconds) => new(TimeSpan.FromTicks(milliseconds * TimeSpan.TicksPerMillisecond));

    public static Instant operator +(Instant instant, TimeSpan span) => new(instant.SinceBoot + span);

    public static Instant operator -(Instant instant, TimeSpan span) => new(instant.SinceBoot - span);

    public static TimeSpan operator -(Instant later, Instant earlier) => later.SinceBoot - earlier.SinceBoot;

    public static bool operator <(Instant left, Instant right) => left.SinceBoot < right.SinceBoot;

    public static bool operator >(Instant left, Instant right) => left.SinceBoot > right.SinceBoot;

    public static bool operator <=(Instant left, Instant right) => left.SinceBoot <= right.SinceBoot;

    public static bool operator >=(Instant left, Instant right) => left.SinceBoot >= right.SinceBoot;

    /// <summary>The later of two instants.</summary>
    public static Instant Later(Instant left, Instant right) => left > right ? left : right;

    public static Instant Add(Instant instant, TimeSpan span) => instant + span;

    public static TimeSpan Subtract(Instant later, Instant earlier) => later - earlier;

    public int CompareTo(Instant other) => SinceBoot.CompareTo(other.SinceBoot);

    /// <summary>Seconds since boot with milliseconds, as log lines show it.</summary>
    public override string ToString() => SinceBoot.TotalSeconds.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture);
}
