using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Drivers.FoneBridge;

/// <summary>How long the payload of a good reply is; clients look at the length before they look at the status.</summary>
internal static class BridgeReplyLength
{
    /// <summary>Null: no such command.</summary>
    public static int? Of(BridgeCommand command, byte parameter, ReadOnlySpan<byte> payload)
    {
        var range = payload.Length >= BlockRange.Size ? BlockRange.Read(payload) : default;
        return command switch
        {
            BridgeCommand.Reconfig => 64,
            BridgeCommand.GetStaticInfo => StaticInfo.Size,
            BridgeCommand.GetGpakFlash => GpakFlash.Size,
            BridgeCommand.GetStatistics => BridgeStatistics.Size,
            BridgeCommand.GetDspUsage => 24,
            BridgeCommand.GetSignalling => 64,
            BridgeCommand.SetPriority or BridgeCommand.ClockSelect or BridgeCommand.TdmRegister => 4,
            BridgeCommand.LoopbackSelect => 1,
            BridgeCommand.WriteDsp or BridgeCommand.SpiWriteRegister => BlockRange.Size,
            BridgeCommand.ReadDsp => Bounded(BlockRange.Size + (4 * range.Length)),
            BridgeCommand.ReadMemory => Bounded(BlockRange.Size + (range.Length * (parameter == 2 ? 4 : 1))),
            BridgeCommand.ReadBlock or BridgeCommand.SpiReadRegister or BridgeCommand.LineReadRegister =>
                Bounded(BlockRange.Size + range.Length),
            BridgeCommand.WriteBlock or BridgeCommand.StartWrite or BridgeCommand.Reset or BridgeCommand.EchoChannelType
                or BridgeCommand.TransmitControl or BridgeCommand.DestinationMac or BridgeCommand.SignallingSpy or BridgeCommand.LfsrCheck
                or BridgeCommand.EchoParameter or BridgeCommand.LineWriteRegister or BridgeCommand.StoreConfig
                or BridgeCommand.ClearConfig or BridgeCommand.WriteKey => 0,
            _ => null,
        };
    }

    /// <summary>What does not fit into one datagram is refused with the head alone.</summary>
    private static int Bounded(int length) => length <= BridgeMemory.ReplyMax ? length : BlockRange.Size;
}
