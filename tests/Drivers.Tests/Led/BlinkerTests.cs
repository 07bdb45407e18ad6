using Appliance.Core.Panel;
using Appliance.Drivers.Led;

namespace Appliance.Drivers.Tests.Led;

/// <summary>The thread that blinks what the kernel does not.</summary>
public class BlinkerTests
{
    [Fact]
    public void The_next_rhythm_ends_the_one_before()
    {
        var (changes, lit) = (0, false);
        using var blinker = new Blinker("test", now =>
        {
            Volatile.Write(ref lit, now);
            Interlocked.Increment(ref changes);
        });
        blinker.Show(LedRhythm.Fast);
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref changes) >= 3, 20_000));
        blinker.Show(LedRhythm.On);
        var after = Volatile.Read(ref changes);
        Thread.Sleep(1000); // Several periods of the fast rhythm.
        Assert.Equal(after, Volatile.Read(ref changes));
        Assert.True(Volatile.Read(ref lit));
    }
}
