using System.Runtime.InteropServices;

namespace Appliance.Drivers.IoLoop;

/// <summary>struct msghdr of sendmsg(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    public void* Name;
    public uint NameLength;
    public IoVector* Parts;
    public nuint Count;
    public void* Control;
    public nuint ControlLength;
    public int Flags;
}
