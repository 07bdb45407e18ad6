using System.Buffers.Binary;

namespace Appliance.Drivers.BlockFront.Nbd;

/// <summary>A request as it stands on the wire; the payload of a write follows it.</summary>
/// <param name="Cookie">The client's own; the reply carries it.</param>
/// <param name="Offset">Bytes; may be nonsense until <see cref="NbdRules.Check"/> has seen it.</param>
/// <param name="Length">Bytes.</param>
public readonly record struct NbdRequest(NbdCommandFlags Flags, NbdCommand Command, ulong Cookie, ulong Offset, uint Length)
{
    /// <summary>Bytes of a request without payload.</summary>
    public const int Bytes = 28;

    /// <summary>Bytes that follow on the wire.</summary>
    public uint Payload => Command == NbdCommand.Write ? Length : 0;

    /// <param name="wire">At least <see cref="Bytes"/>.</param>
    /// <returns>False: this is no request, and nothing after it can be understood.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> wire, out NbdRequest request)
    {
        request = new NbdRequest(
            (NbdCommandFlags)BinaryPrimitives.ReadUInt16BigEndian(wire[4..]),
            (NbdCommand)BinaryPrimitives.ReadUInt16BigEndian(wire[6..]),
            BinaryPrimitives.ReadUInt64BigEndian(wire[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(wire[16..]),
            BinaryPrimitives.ReadUInt32BigEndian(wire[24..]));
        return BinaryPrimitives.ReadUInt32BigEndian(wire) == NbdProtocol.RequestMagic;
    }

    public void Encode(Span<byte> wire)
    {
        BinaryPrimitives.WriteUInt32BigEndian(wire, NbdProtocol.RequestMagic);
        BinaryPrimitives.WriteUInt16BigEndian(wire[4..], (ushort)Flags);
        BinaryPrimitives.WriteUInt16BigEndian(wire[6..], (ushort)Command);
        BinaryPrimitives.WriteUInt64BigEndian(wire[8..], Cookie);
        BinaryPrimitives.WriteUInt64BigEndian(wire[16..], Offset);
        BinaryPrimitives.WriteUInt32BigEndian(wire[24..], Length);
    }
}
