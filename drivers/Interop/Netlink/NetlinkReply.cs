using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop.Netlink;

/// <summary>One message from the kernel, borrowed from the receive buffer.</summary>
public readonly ref struct NetlinkReply(ushort type, uint sequence, ReadOnlySpan<byte> payload)
{
    private const int HeaderBytes = 16;

    public ushort Type { get; } = type;

    public uint Sequence { get; } = sequence;

    /// <summary>Family header and attributes.</summary>
    public ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>Takes the next message off a datagram; false at the end or when what is left is no message.</summary>
    public static bool TryTake(scoped ref ReadOnlySpan<byte> datagram, out NetlinkReply reply)
    {
        reply = default;
        if (datagram.Length < HeaderBytes) return false;
        var length = (int)Math.Min(MemoryMarshal.Read<uint>(datagram), int.MaxValue);
        if (length < HeaderBytes || length > datagram.Length) return false;
        reply = new NetlinkReply(
            MemoryMarshal.Read<ushort>(datagram[4..]), MemoryMarshal.Read<uint>(datagram[8..]), datagram[HeaderBytes..length]);
        datagram = datagram[Math.Min(NetlinkMessage.Align(length), datagram.Length)..];
        return true;
    }

    /// <summary>Takes the next attribute off a list; false at the end or when what is left is no attribute.</summary>
    public static bool TryTakeAttribute(scoped ref ReadOnlySpan<byte> attributes, out ushort type, out ReadOnlySpan<byte> value)
    {
        type = 0;
        value = default;
        if (attributes.Length < 4) return false;
        var length = MemoryMarshal.Read<ushort>(attributes);
        if (length < 4 || length > attributes.Length) return false;
        type = (ushort)(MemoryMarshal.Read<ushort>(attributes[2..]) & 0x3FFF); // Without NLA_F_NESTED and NLA_F_NET_BYTEORDER.
        value = attributes[4..length];
        attributes = attributes[Math.Min(NetlinkMessage.Align(length), attributes.Length)..];
        return true;
    }

    /// <summary>The first attribute of a type, or an empty span.</summary>
    public static ReadOnlySpan<byte> Attribute(ReadOnlySpan<byte> attributes, ushort wanted)
    {
        while (TryTakeAttribute(ref attributes, out var type, out var value))
            if (type == wanted) return value;
        return default;
    }

    /// <summary>The first attribute of a type as a number, or <paramref name="otherwise"/>.</summary>
    public static uint Number(ReadOnlySpan<byte> attributes, ushort wanted, uint otherwise)
    {
        var value = Attribute(attributes, wanted);
        return value.Length == 4 ? MemoryMarshal.Read<uint>(value) : otherwise;
    }
}
