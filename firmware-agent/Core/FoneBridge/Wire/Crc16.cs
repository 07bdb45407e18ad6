namespace Appliance.Core.FoneBridge.Wire;

/// <summary>CRC-16/SPI-FUJITSU: polynomial 0x1021, start 0x1D0F, most significant bit first. Not the
/// CCITT-FALSE of many libraries.</summary>
public static class Crc16
{
    private const ushort Start = 0x1D0F;
    private const ushort Polynomial = 0x1021;

    public static ushort Of(ReadOnlySpan<byte> bytes) => Continue(Start, bytes);

    /// <summary>CRC of two pieces that follow each other.</summary>
    public static ushort Of(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) => Continue(Continue(Start, first), second);

    private static ushort Continue(ushort crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            crc ^= (ushort)(value << 8);
            for (var bit = 0; bit < 8; bit++) crc = (ushort)((crc & 0x8000) != 0 ? (crc << 1) ^ Polynomial : crc << 1);
        }

        return crc;
    }
}
