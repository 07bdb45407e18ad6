using System.Buffers.Binary;
using System.Net;
using System.Text;
using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Drivers.FoneBridge;

/// <summary>What a simulated bridge is.</summary>
public sealed record BridgeIdentity
{
    public int Spans { get; init; } = 4;

    public bool HasDsp { get; init; }

    /// <summary>Sends no TDMoE.</summary>
    public bool IsInline { get; init; }

    /// <summary>Below 36: the older way to name clock sources.</summary>
    public ushort Build { get; init; } = 41;

    /// <summary>What the DSP has in flash.</summary>
    public Companding Law { get; init; } = Companding.MuLaw;

    public EthernetAddress Mac { get; init; } = new(0x0050c265d002);

    public IPAddress FirstAddress { get; init; } = IPAddress.Parse("192.168.1.254");

    public IPAddress SecondAddress { get; init; } = IPAddress.Parse("192.168.1.253");

    /// <summary>The address block as it lies in flash.</summary>
    public FlashConfig FlashBlock()
    {
        var bytes = new byte[FlashConfig.Size];
        Mac.Write(bytes);
        bytes[14] = (byte)(IsInline ? 1 : 0);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), 0x11E1A300); // Made about nine and a half years after 2000.
        Encoding.ASCII.GetBytes("FB2TEST000000001", bytes.AsSpan(20));
        bytes[40] = 1;
        return FlashConfig.Read(bytes).With(1, FirstAddress).With(2, SecondAddress);
    }

    /// <summary>The 352 bytes of GET_STATIC_INFO around an address block.</summary>
    public byte[] Describe(FlashConfig flash)
    {
        var bytes = new byte[StaticInfo.Size];
        Encoding.ASCII.GetBytes("2.0.0", bytes);
        Encoding.ASCII.GetBytes("Jan  1 2010 12:00:00", bytes.AsSpan(16));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(48), 0x0203);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(50), Build);
        (bytes[52], bytes[53], bytes[54]) = ((byte)Spans, (byte)Math.Max(1, (Spans + 1) / 2), 2);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(56), BridgeFlash.Blocks);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(64), BridgeFlash.BlockSize);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(68), BridgeFlash.Blocks * BridgeFlash.BlockSize);
        flash.Bytes.CopyTo(bytes.AsSpan(72));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(328), 0x12345678);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(332), 0x4B3D3B00);
        if (HasDsp) bytes.AsSpan(336, 2).Fill(GpakFlash.Channels);
        bytes[344] = 0x20;
        return bytes;
    }
}
