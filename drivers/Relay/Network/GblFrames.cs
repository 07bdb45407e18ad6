using System.Buffers.Binary;
using System.Net;

namespace Appliance.Drivers.Relay.Network;

/// <summary>What a bero*fos says of itself.</summary>
/// <param name="Mac">Six bytes.</param>
/// <param name="Hardware">0x0050 or 0x00BB.</param>
/// <param name="Firmware">"1.3".</param>
/// <param name="Address">Its own.</param>
/// <param name="HttpPort">Of its web server.</param>
/// <param name="NeedsLogin">Its web server asks for one.</param>
public sealed record BerofosIdentity(byte[] Mac, ushort Hardware, string Firmware, IPAddress Address, int HttpPort, bool NeedsLogin)
{
    /// <summary>beroNet makes other things that speak the same protocol.</summary>
    public bool IsFos => Hardware is 0x0050 or 0x00BB;
}

/// <summary>beroNet's datagrams: <c>'G' 'B' 'L' 04 command payload checksum</c>; the checksum is the XOR of all bytes before it.</summary>
internal static class GblFrames
{
    public const int Port = 50123;

    public const byte GetIdentity = 1;
    public const byte ResetBox = 5;
    public const byte Ping = 9;
    public const byte KickWatchdog = 11;

    public const int MacBytes = 6;
    private const int IdentityBytes = 30;
    private const byte NeedsLoginBit = 1 << 1;

    private static ReadOnlySpan<byte> Start => [(byte)'G', (byte)'B', (byte)'L', 4];

    public static byte[] Make(byte command, params ReadOnlySpan<byte> payload)
    {
        byte[] frame = [.. Start, command, .. payload, 0];
        frame[^1] = Checksum(frame.AsSpan(0, frame.Length - 1));
        return frame;
    }

    /// <summary>The payload of a frame with this command; false when it is none, or damaged.</summary>
    public static bool TryPayload(ReadOnlySpan<byte> frame, byte command, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (frame.Length < Start.Length + 2 || !frame.StartsWith(Start) || frame[Start.Length] != command) return false;
        if (Checksum(frame[..^1]) != frame[^1]) return false;
        payload = frame[(Start.Length + 1)..^1];
        return true;
    }

    /// <summary>Null when it is too short.</summary>
    public static BerofosIdentity? Identity(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < IdentityBytes) return null;
        return new BerofosIdentity(
            payload[..MacBytes].ToArray(), BinaryPrimitives.ReadUInt16BigEndian(payload[6..]), $"{payload[10]}.{payload[11]}",
            new IPAddress(payload.Slice(13, 4)), BinaryPrimitives.ReadUInt16BigEndian(payload[28..]), (payload[27] & NeedsLoginBit) != 0);
    }

    /// <summary>For the twin.</summary>
    public static byte[] Identity(BerofosIdentity box)
    {
        var payload = new byte[IdentityBytes];
        box.Mac.CopyTo(payload, 0);
        BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(6), box.Hardware);
        (payload[10], payload[11]) = ((byte)(box.Firmware[0] - '0'), (byte)(box.Firmware[^1] - '0'));
        box.Address.MapToIPv4().GetAddressBytes().CopyTo(payload, 13);
        payload[27] = box.NeedsLogin ? NeedsLoginBit : (byte)0;
        BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(28), (ushort)box.HttpPort);
        return payload;
    }

    private static byte Checksum(ReadOnlySpan<byte> bytes)
    {
        byte sum = 0;
        foreach (var value in bytes) sum ^= value;
        return sum;
    }
}
