using System.Buffers.Binary;

namespace Appliance.Core.FoneBridge.Wire;

/// <summary>One request and what its reply must look like.</summary>
/// <param name="Command">What to do.</param>
/// <param name="Parameter">Span, mask, port or operation: the command says which.</param>
/// <param name="Payload">Bytes behind the header.</param>
/// <param name="ReplyBytes">Payload of a good reply, bytes.</param>
/// <param name="Words">What it does, for messages: "stop TX".</param>
public sealed record BridgeRequest(BridgeCommand Command, byte Parameter, byte[] Payload, int ReplyBytes, string Words)
{
    /// <summary>UDP: parameter, command; replies: a byte nobody looks at, status.</summary>
    public const int UdpHeader = 2;

    private const int Link = 16;
    private const int Links = 4;

    /// <summary>It may be repeated without harm: everything but flash and reset.</summary>
    public bool IsIdempotent => Command is not (BridgeCommand.Reset or BridgeCommand.StartWrite or BridgeCommand.StoreConfig
        or BridgeCommand.ClearConfig or BridgeCommand.WriteKey);

    /// <summary>After it, until a <see cref="StartTransmit"/> succeeded, voice may be stopped.</summary>
    public bool StopsTransmit => Command == BridgeCommand.TransmitControl && Parameter != 1;

    public bool StartsTransmit => Command == BridgeCommand.TransmitControl && Parameter == 1;

    public static BridgeRequest GetStaticInfo() => new(BridgeCommand.GetStaticInfo, 0, [], StaticInfo.Size, "read who it is");

    public static BridgeRequest StopTransmit() => new(BridgeCommand.TransmitControl, 0, [], 0, "stop TX");

    public static BridgeRequest StartTransmit() => new(BridgeCommand.TransmitControl, 1, [], 0, "start TX");

    /// <param name="port">1 or 2, as on the housing and in the configuration.</param>
    /// <param name="mac">Where voice goes.</param>
    public static BridgeRequest SetDestination(int port, EthernetAddress mac)
    {
        Invariant.Check(port is 1 or 2);
        return new(BridgeCommand.DestinationMac, (byte)(port - 1), mac.ToBytes(), 0, $"send voice of port {port} to {mac}");
    }

    public static BridgeRequest ReadLinks() =>
        new(BridgeCommand.Reconfig, 0, new byte[Links * Link], Links * Link, "read the spans' configuration");

    /// <param name="links">Four times sixteen bytes.</param>
    public static BridgeRequest WriteLinks(byte[] links)
    {
        Invariant.Check(links.Length == Links * Link);
        return new(BridgeCommand.Reconfig, 0x0F, links, Links * Link, "configure the spans");
    }

    /// <summary>Reads them; the device ignores the values, the vendor's client sends them all the same.</summary>
    public static BridgeRequest ReadPriorities(byte[] wanted) =>
        new(BridgeCommand.SetPriority, 0, wanted, Links, "read the clock priorities");

    public static BridgeRequest WritePriorities(byte[] wanted) =>
        new(BridgeCommand.SetPriority, 0x0F, wanted, Links, "set the clock priorities");

    /// <summary>Bit 12 of the clock register disables the reference buffer, which turns the WPLL off.</summary>
    public static BridgeRequest ClockPll(bool on)
    {
        var mask = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(mask, 0x1000);
        var operation = on ? RegisterOperation.Clear : RegisterOperation.Set;
        return new(BridgeCommand.ClockSelect, (byte)operation, mask, mask.Length, on ? "turn the WPLL on" : "turn the WPLL off");
    }

    public static BridgeRequest BypassDsp(bool on) => new(
        BridgeCommand.LoopbackSelect, (byte)(on ? RegisterOperation.Set : RegisterOperation.Clear), [1], 1,
        on ? "bypass the DSP" : "put the DSP into the path");

    public static BridgeRequest GetGpakFlash() => new(BridgeCommand.GetGpakFlash, 0, [], GpakFlash.Size, "read the DSP's channels");

    public static BridgeRequest SetChannels(ChannelType type, byte[] mask)
    {
        Invariant.Check(mask.Length == GpakFlash.Channels / 8);
        return new(BridgeCommand.EchoChannelType, (byte)type, mask, 0, $"set the DSP's channels of type {(byte)type}");
    }

    public static BridgeRequest SetCompanding(Companding companding) =>
        new(BridgeCommand.EchoParameter, 4, [(byte)companding], 0, $"set the DSP to {companding.Words()}");

    public static BridgeRequest WriteLine(int span, byte register, byte value) => new(
        BridgeCommand.LineWriteRegister, (byte)span, [register, value], 0, $"write register {register:x2}h of span {span + 1}");

    public static BridgeRequest ReadLine(int span, byte register) => new(
        BridgeCommand.LineReadRegister, (byte)span, new BlockRange(register, 1).ToBytes(), BlockRange.Size + 1,
        $"read register {register:x2}h of span {span + 1}");

    public static BridgeRequest GetStatistics() => new(BridgeCommand.GetStatistics, 0, [], BridgeStatistics.Size, "read the counters");

    public static BridgeRequest ReadFlash(uint address, ushort length) => new(
        BridgeCommand.ReadBlock, 0, new BlockRange(address, length).ToBytes(), BlockRange.Size + length, $"read flash at {address:x}h");

    /// <summary>Into the 64 KiB buffer, not yet into flash.</summary>
    public static BridgeRequest WriteBuffer(uint offset, byte[] data) => new(
        BridgeCommand.WriteBlock, 0, [.. new BlockRange(offset, (ushort)data.Length).ToBytes(), .. data], 0, "fill the flash buffer");

    public static BridgeRequest WriteFlash(uint block) =>
        new(BridgeCommand.StartWrite, 0, new BlockRange(block, 0).ToBytes(), 0, $"write flash block {block}");

    public static BridgeRequest Store() => new(BridgeCommand.StoreConfig, 0, [], 0, "keep the configuration across a loss of power");

    public static BridgeRequest Clear() => new(BridgeCommand.ClearConfig, 0, [], 0, "forget the kept configuration");

    public static BridgeRequest ResetBridge() => new(BridgeCommand.Reset, 0, [], 0, "reset");

    /// <summary>The datagram for UDP port 1024.</summary>
    public byte[] ToUdp() => [Parameter, (byte)Command, .. Payload];

    /// <summary>The payload of a raw frame of Ethernet type 0xD00F.</summary>
    public byte[] ToRaw() => RawFrame.Write((byte)Command, Parameter, Payload);
}
