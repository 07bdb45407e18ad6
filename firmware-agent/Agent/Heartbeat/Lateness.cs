namespace Appliance.Agent.Heartbeat;

/// <summary>How late we woke for our heartbeats: a histogram of fixed size, four steps to every doubling. One writer; readers see it a
/// little torn, never wrong by more than a step.</summary>
public sealed class Lateness
{
    private const int StepsPerDoubling = 4;

    private readonly long[] _counts = new long[32 * StepsPerDoubling];
    private long _total;

    /// <summary>Worst so far.</summary>
    public long MaxMicroseconds { get; private set; }

    public void Add(TimeSpan late)
    {
        var microseconds = Math.Max(0, (long)late.TotalMicroseconds);
        if (microseconds > MaxMicroseconds) MaxMicroseconds = microseconds;
        _counts[Step(microseconds)]++;
        _total++;
    }

    /// <summary>Upper bound of the step in which that share (0 to 1) of all heartbeats lies, microseconds.</summary>
    public long Quantile(double share)
    {
        var wanted = (long)Math.Ceiling(_total * share);
        var seen = 0L;
        for (var step = 0; step < _counts.Length; step++)
        {
            seen += _counts[step];
            if (seen >= wanted && seen > 0) return Math.Min(MaxMicroseconds, Bound(step));
        }

        return MaxMicroseconds;
    }

    private int Step(long microseconds) =>
        microseconds < 1 ? 0 : Math.Min(_counts.Length - 1, 1 + (int)(Math.Log2(microseconds) * StepsPerDoubling));

    private static long Bound(int step) => (long)Math.Ceiling(Math.Pow(2, (double)step / StepsPerDoubling));
}
