using System.Diagnostics;

namespace Appliance.Lab.Host;

/// <summary>Waits for a condition by asking every few milliseconds, never longer than the limit.</summary>
public static class Waiting
{
    /// <summary>True as soon as the condition holds, false when it has not within the limit.</summary>
    public static bool Until(TimeSpan limit, Func<bool> condition) => Until(limit, TimeSpan.FromMilliseconds(20), condition);

    /// <summary>The same, asking less often.</summary>
    public static bool Until(TimeSpan limit, TimeSpan interval, Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed > limit) return false;
            Thread.Sleep(interval);
        }
        return true;
    }
}
