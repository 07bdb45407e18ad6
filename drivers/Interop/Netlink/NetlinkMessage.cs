using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop.Netlink;

/// <summary>Builds one netlink request: nlmsghdr, a fixed family header, attributes. Everything is in the host's byte order (RFC 3549
/// §2.3.2).</summary>
public sealed class NetlinkMessage
{
    private const int HeaderBytes = 16;
    private readonly byte[] _bytes = new byte[1024];
    private int _length = HeaderBytes;

    public NetlinkMessage(ushort type, ushort flags)
    {
        Write(4, type);
        Write(6, flags);
    }

    /// <summary>Appends the family header (ifinfomsg, ifaddrmsg, rtmsg) as its bytes stand in memory.</summary>
    public NetlinkMessage Header(ReadOnlySpan<byte> header)
    {
        header.CopyTo(_bytes.AsSpan(_length));
        _length = Align(_length + header.Length);
        return this;
    }

    /// <summary>Appends one rtattr.</summary>
    public NetlinkMessage Attribute(ushort type, ReadOnlySpan<byte> value)
    {
        Write(_length, (ushort)(4 + value.Length));
        Write(_length + 2, type);
        value.CopyTo(_bytes.AsSpan(_length + 4));
        _length = Align(_length + 4 + value.Length);
        return this;
    }

    public NetlinkMessage Attribute(ushort type, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        MemoryMarshal.Write(bytes, value);
        return Attribute(type, bytes);
    }

    /// <summary>The finished request.</summary>
    public ReadOnlySpan<byte> Finish(uint sequence)
    {
        Write(0, (uint)_length);
        Write(8, sequence);
        return _bytes.AsSpan(0, _length);
    }

    internal static int Align(int length) => (length + 3) & ~3;

    private void Write<T>(int offset, T value) where T : struct => MemoryMarshal.Write(_bytes.AsSpan(offset), value);
}
