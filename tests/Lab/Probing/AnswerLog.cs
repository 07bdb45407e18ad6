namespace Appliance.Lab.Probing;

/// <summary>The moments of good answers of one kind, on the monotonic clock in milliseconds.</summary>
public sealed class AnswerLog
{
    private readonly Lock _gate = new();
    private readonly List<double> _moments = [];

    /// <summary>A good answer came at this moment.</summary>
    public void Note(double momentMs)
    {
        lock (_gate) _moments.Add(momentMs);
    }

    /// <summary>The last good answer, or nothing if there was none.</summary>
    public double? Last
    {
        get
        {
            lock (_gate) return _moments.Count == 0 ? null : _moments.Max();
        }
    }

    /// <summary>How many good answers came since a moment.</summary>
    public int CountSince(double momentMs)
    {
        lock (_gate) return _moments.Count(moment => moment >= momentMs);
    }

    /// <summary>
    /// The longest gap between two good answers that follow each other, of which the second came after the moment of the fault. Nothing
    /// is subtracted: without any fault it is about the probing interval. Null when no answer came any more.
    /// </summary>
    public Outage? LongestGapSince(double faultMs, double untilMs)
    {
        double[] moments;
        lock (_gate) moments = [.. _moments.Where(moment => moment <= untilMs).Order()];
        Outage? longest = null;
        for (var index = 1; index < moments.Length; index++)
        {
            if (moments[index] < faultMs) continue;
            var gap = new Outage(moments[index - 1], moments[index]);
            if (longest is null || gap.Ms > longest.Ms) longest = gap;
        }
        return longest;
    }
}

/// <summary>From the last good answer before to the first good answer after.</summary>
public sealed record Outage(double FromMs, double ToMs)
{
    /// <summary>How long it was.</summary>
    public double Ms => ToMs - FromMs;
}
