using System.Diagnostics;

namespace Appliance.Drivers.Tests.Support;

public static class Eventually
{
    /// <summary>Waits until the claim holds; fails with <paramref name="what"/> after <paramref name="seconds"/>.</summary>
    public static void Holds(Func<bool> claim, string what, double seconds = 5)
    {
        var clock = Stopwatch.StartNew();
        while (!claim())
        {
            Assert.True(clock.Elapsed.TotalSeconds < seconds, $"did not happen within {seconds} s: {what}");
            Thread.Sleep(10);
        }
    }
}
