using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

/// <summary>struct timespec.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct TimeSpec
{
    public nint Seconds;
    public nint Nanoseconds;

    /// <summary>A span that is not negative, to the 100 ns of a tick.</summary>
    public static TimeSpec Of(TimeSpan span) => new()
    {
        Seconds = (nint)(span.Ticks / TimeSpan.TicksPerSecond), Nanoseconds = (nint)(span.Ticks % TimeSpan.TicksPerSecond * 100),
    };
}
