using Appliance.Core;
using Appliance.Core.Time;
using Appliance.Drivers.Interop;

namespace Appliance.Agent.Clock;

/// <summary>The only reader of time in the agent: CLOCK_BOOTTIME, which no operator and no NTP can set and which counts a suspended
/// machine's sleep.</summary>
public static unsafe class BootClock
{
    private const int Boottime = 7; // CLOCK_BOOTTIME
    private const int NanosecondsPerTick = 100;

    public static Instant Now
    {
        get
        {
            TimeSpec time;
            var got = Libc.clock_gettime(Boottime, &time);
            Invariant.Check(got == 0);
            return new Instant(new TimeSpan((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / NanosecondsPerTick)));
        }
    }
}
