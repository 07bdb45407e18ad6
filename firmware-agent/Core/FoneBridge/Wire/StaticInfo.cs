using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Appliance.Core.FoneBridge.Wire;

/// <summary>Who a bridge is: the 352 bytes of GET_STATIC_INFO. Little-endian, but MAC and IP addresses as people write them.</summary>
public sealed class StaticInfo
{
    public const int Size = 352;

    private const int FlashConfigAt = 72;
    private readonly byte[] _bytes;

    private StaticInfo(byte[] bytes) => _bytes = bytes;

    /// <summary>Takes exactly 352 bytes; any content is somebody's firmware.</summary>
    public static StaticInfo Read(ReadOnlySpan<byte> bytes)
    {
        Invariant.Check(bytes.Length == Size);
        return new StaticInfo(bytes.ToArray());
    }

    public string Firmware => Text(0, 16);

    public string Compiled => Text(16, 32);

    public ushort FpgaVersion => U16(48);

    /// <summary>Decides what the firmware can do.</summary>
    public ushort Build => U16(50);

    /// <summary>From build 36 on priorities name the order of clock sources; before it they say master or slave.</summary>
    public bool HasClockOrder => Build >= 36;

    public byte Spans => _bytes[52];

    public byte Transceivers => _bytes[53];

    public ushort FlashBlocks => U16(56);

    /// <summary>Bytes.</summary>
    public uint FlashBlockSize => U32(64);

    /// <summary>Address and identity block as the flash keeps it.</summary>
    public FlashConfig Flash => FlashConfig.Read(_bytes.AsSpan(FlashConfigAt, FlashConfig.Size));

    public byte MaxChannels => _bytes[336];

    public bool HasDsp => MaxChannels == GpakFlash.Channels;

    public ReadOnlySpan<byte> Bytes => _bytes;

    private ushort U16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(at));

    private uint U32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(at));

    private string Text(int at, int length) => FlashConfig.Printable(_bytes.AsSpan(at, length));
}

/// <summary>The 256 bytes at the end of the flash: MAC, addresses, flags, serial number; a CRC-16 of the rest at the end.</summary>
public sealed class FlashConfig
{
    public const int Size = 256;
    private const int CrcAt = 254;
    private readonly byte[] _bytes;

    private FlashConfig(byte[] bytes) => _bytes = bytes;

    public static FlashConfig Read(ReadOnlySpan<byte> bytes)
    {
        Invariant.Check(bytes.Length == Size);
        return new FlashConfig(bytes.ToArray());
    }

    /// <summary>Of port 1.</summary>
    public EthernetAddress Mac => EthernetAddress.Read(_bytes);

    /// <summary>An inline echo canceller: it sends no TDMoE.</summary>
    public bool IsInline => (_bytes[14] & 1) != 0;

    public string Serial => Printable(_bytes.AsSpan(20, 16));

    public bool IsIntact => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(CrcAt)) == Crc16.Of(_bytes.AsSpan(0, CrcAt));

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <param name="port">1 or 2.</param>
    public IPAddress Address(int port) => new(_bytes.AsSpan(AddressAt(port), 4));

    /// <summary>A copy with another address and a CRC that fits.</summary>
    public FlashConfig With(int port, IPAddress address)
    {
        var bytes = (byte[])_bytes.Clone();
        Invariant.Check(address.TryWriteBytes(bytes.AsSpan(AddressAt(port), 4), out _));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(CrcAt), Crc16.Of(bytes.AsSpan(0, CrcAt)));
        return new FlashConfig(bytes);
    }

    /// <summary>ASCII up to the first NUL; what a terminal must not see becomes a question mark.</summary>
    internal static string Printable(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        var text = new StringBuilder();
        foreach (var value in end < 0 ? bytes : bytes[..end]) text.Append(value is >= 0x20 and < 0x7F ? (char)value : '?');
        return text.ToString();
    }

    private static int AddressAt(int port)
    {
        Invariant.Check(port is 1 or 2);
        return 6 + (4 * (port - 1));
    }
}
