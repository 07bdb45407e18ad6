using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

/// <summary>struct timespec.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct TimeSpec
{
    public nint Seconds;
    public nint Nanoseconds;
}
