using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Appliance.Lab.Host;

/// <summary>Frames or packets of one interface, as packet(7) gives them, in the network namespace of the thread that opens it.</summary>
public sealed partial class LinkLayerSocket : IDisposable
{
    private const int PacketFamily = 17;
    private const int PacketLevel = 263;
    private const short PollIn = 1;

    private readonly int _descriptor;

    /// <param name="withHeader">Whole frames; else what is behind the link-layer header.</param>
    /// <param name="protocol">EtherType.</param>
    public LinkLayerSocket(string interfaceName, bool withHeader, ushort protocol)
    {
        var wanted = BinaryPrimitives.ReverseEndianness(protocol);
        _descriptor = socket(PacketFamily, withHeader ? 3 : 2, wanted);
        if (_descriptor < 0) throw new LabException($"no packet socket for {interfaceName}: error {Marshal.GetLastPInvokeError()}");
        var address = new LinkLayerAddress { Family = PacketFamily, Protocol = wanted, Interface = (int)if_nametoindex(interfaceName) };
        if (bind(_descriptor, in address, Marshal.SizeOf<LinkLayerAddress>()) != 0)
            throw new LabException($"the packet socket cannot use {interfaceName}: error {Marshal.GetLastPInvokeError()}");
    }

    /// <summary>Hears only what arrives at the interface (PACKET_IGNORE_OUTGOING).</summary>
    public unsafe void IgnoreOutgoing()
    {
        var yes = 1;
        if (setsockopt(_descriptor, PacketLevel, 23, &yes, sizeof(int)) != 0)
            throw new LabException($"the kernel does not take PACKET_IGNORE_OUTGOING: error {Marshal.GetLastPInvokeError()}");
    }

    /// <summary>Whether something can be taken within this time.</summary>
    public unsafe bool Wait(TimeSpan limit)
    {
        var waiting = new PollDescriptor { Descriptor = _descriptor, Wanted = PollIn };
        return poll(&waiting, 1, Math.Max(0, (int)limit.TotalMilliseconds)) > 0;
    }

    /// <summary>Takes one; bytes of it that fitted.</summary>
    public unsafe int Take(Span<byte> room)
    {
        fixed (byte* first = room) return (int)recv(_descriptor, first, (nuint)room.Length, 0);
    }

    /// <summary>Whether all of it went out.</summary>
    public unsafe bool Send(ReadOnlySpan<byte> frame)
    {
        fixed (byte* first = frame) return send(_descriptor, first, (nuint)frame.Length, 0) == frame.Length;
    }

    /// <inheritdoc/>
    public void Dispose() => _ = close(_descriptor);

    [StructLayout(LayoutKind.Sequential)]
    private struct LinkLayerAddress
    {
        public ushort Family;
        public ushort Protocol;
        public int Interface;
        public ushort HardwareType;
        public byte PacketType;
        public byte AddressLength;
        public ulong Address;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Wanted;
        public short Seen;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int setsockopt(int descriptor, int level, int option, void* value, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(int descriptor, in LinkLayerAddress address, int length);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint if_nametoindex(string name);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint send(int descriptor, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint recv(int descriptor, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int poll(PollDescriptor* descriptors, nuint count, int timeoutMs);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);
}
