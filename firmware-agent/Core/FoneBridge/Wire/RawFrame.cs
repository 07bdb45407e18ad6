using System.Buffers.Binary;

namespace Appliance.Core.FoneBridge.Wire;

/// <summary>
/// A request or reply in a raw Ethernet frame, without the Ethernet header: command, parameter, length, CRC-16, two reserved bytes,
/// payload.
/// </summary>
/// <param name="First">Request: command. Reply: 0 on success.</param>
/// <param name="Second">Request: parameter.</param>
public sealed record RawFrame(byte First, byte Second, byte[] Payload)
{
    public const ushort EtherType = 0xD00F;
    public const int Header = 8;

    public static byte[] Write(byte first, byte second, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[Header + payload.Length];
        (frame[0], frame[1]) = (first, second);
        BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(2), (ushort)payload.Length);
        payload.CopyTo(frame.AsSpan(Header));
        BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(4), Crc16.Of(frame));
        return frame;
    }

    /// <summary>Null and a reason when the frame is cut or damaged. What follows the payload is Ethernet's padding.</summary>
    public static RawFrame? Read(ReadOnlySpan<byte> frame, out string problem)
    {
        problem = "";
        if (frame.Length < Header) problem = $"{frame.Length} bytes are no frame";
        else if (BinaryPrimitives.ReadUInt16LittleEndian(frame[2..]) > frame.Length - Header) problem = "the frame is cut";
        if (problem.Length > 0) return null;
        var payload = frame.Slice(Header, BinaryPrimitives.ReadUInt16LittleEndian(frame[2..]));
        Span<byte> header = stackalloc byte[Header];
        frame[..Header].CopyTo(header);
        header[4..6].Clear();
        if (Crc16.Of(header, payload) == BinaryPrimitives.ReadUInt16LittleEndian(frame[4..]))
            return new RawFrame(frame[0], frame[1], payload.ToArray());
        problem = "the CRC does not fit";
        return null;
    }
}
