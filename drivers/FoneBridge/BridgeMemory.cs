using System.Buffers.Binary;
using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Drivers.FoneBridge;

/// <summary>What the vendor's tools poke at in a simulated bridge: DSP and processor memory, SPI and line registers, signalling.</summary>
internal sealed class BridgeMemory
{
    /// <summary>Longest payload of a reply: an Ethernet frame.</summary>
    public const int ReplyMax = 1470;

    private const uint PllStatus = 0x900;
    private const int SpiRegisters = 256;
    private readonly Dictionary<uint, uint> _dsp = [];
    private readonly Dictionary<byte, byte[]> _spi = [];
    private readonly uint[,] _tdm = new uint[256, 8];

    public BridgeLines Lines { get; } = new();

    /// <summary>What operations 0 to 3 make of a register.</summary>
    public static uint Apply(RegisterOperation operation, uint register, uint mask) => operation switch
    {
        RegisterOperation.Set => register | mask,
        RegisterOperation.Clear => register & ~mask,
        RegisterOperation.Force => mask,
        _ => register,
    };

    public (BridgeStatus Status, byte[] Payload) Do(
        BridgeCommand command, byte parameter, ReadOnlySpan<byte> payload, bool hasDsp, bool pllLocked) => command switch
    {
        BridgeCommand.LineWriteRegister => (Lines.Write(parameter, payload), []),
        BridgeCommand.SignallingSpy or BridgeCommand.LfsrCheck => (BridgeStatus.Success, []),
        BridgeCommand.WriteKey => (payload.Length != 32 ? BridgeStatus.BadLength
            : parameter > 31 ? BridgeStatus.OutOfBounds : BridgeStatus.Success, []),
        BridgeCommand.GetSignalling => parameter < 4 ? (BridgeStatus.Success, new byte[64]) : (BridgeStatus.NoSuchDevice, []),
        BridgeCommand.GetDspUsage => hasDsp ? (BridgeStatus.Success, new byte[24]) : (BridgeStatus.NoSuchDevice, []),
        BridgeCommand.TdmRegister => Tdm(parameter, payload),
        _ when payload.Length < BlockRange.Size => (BridgeStatus.BadLength, []),
        _ => DoRange(command, parameter, BlockRange.Read(payload), payload[BlockRange.Size..], hasDsp, pllLocked),
    };

    private (BridgeStatus Status, byte[] Payload) DoRange(
        BridgeCommand command, byte parameter, BlockRange range, ReadOnlySpan<byte> data, bool hasDsp, bool pllLocked)
    {
        var isDsp = command is BridgeCommand.ReadDsp or BridgeCommand.WriteDsp;
        if (isDsp && !hasDsp) return (BridgeStatus.NoSuchDevice, []);
        var size = command is BridgeCommand.ReadDsp || (command is BridgeCommand.ReadMemory && parameter == 2) ? 4 : 1;
        if ((range.Length * size) + BlockRange.Size > ReplyMax) return (BridgeStatus.OutOfBounds, []);
        return command switch
        {
            BridgeCommand.LineReadRegister => Echo(range, Lines.Read(parameter, range)),
            BridgeCommand.SpiReadRegister => Echo(range, Spi(parameter, range)),
            BridgeCommand.SpiWriteRegister => Echo(range, WriteSpi(parameter, range, data)),
            BridgeCommand.ReadDsp => Echo(range, ReadDsp(range)),
            BridgeCommand.WriteDsp => data.Length == 4 * range.Length ? Echo(range, WriteDsp(range, data)) : (BridgeStatus.BadLength, []),
            _ => Echo(range, ReadMemory(range, size, pllLocked)),
        };
    }

    private static (BridgeStatus Status, byte[] Payload) Echo(BlockRange range, byte[]? data) =>
        data is null ? (BridgeStatus.OutOfBounds, []) : (BridgeStatus.Success, [.. range.ToBytes(), .. data]);

    private byte[]? Spi(byte device, BlockRange range)
    {
        if (range.Address + range.Length > SpiRegisters) return null;
        return _spi.TryGetValue(device, out var registers)
            ? registers.AsSpan((int)range.Address, range.Length).ToArray() : new byte[range.Length];
    }

    private byte[]? WriteSpi(byte device, BlockRange range, ReadOnlySpan<byte> data)
    {
        if (range.Address + range.Length > SpiRegisters || data.Length != range.Length) return null;
        if (!_spi.TryGetValue(device, out var registers)) _spi[device] = registers = new byte[SpiRegisters];
        data.CopyTo(registers.AsSpan((int)range.Address));
        return [];
    }

    private byte[] ReadDsp(BlockRange range)
    {
        var words = new byte[4 * range.Length];
        for (var at = 0; at < range.Length; at++)
            BinaryPrimitives.WriteUInt32LittleEndian(words.AsSpan(4 * at), _dsp.GetValueOrDefault(range.Address + (uint)at));
        return words;
    }

    private byte[] WriteDsp(BlockRange range, ReadOnlySpan<byte> data)
    {
        for (var at = 0; at < range.Length; at++)
            _dsp[range.Address + (uint)at] = BinaryPrimitives.ReadUInt32LittleEndian(data[(4 * at)..]);
        return [];
    }

    private static byte[] ReadMemory(BlockRange range, int size, bool pllLocked)
    {
        var bytes = new byte[range.Length * size];
        if (bytes.Length > 0 && range.Address == PllStatus && pllLocked) bytes[0] = 1;
        return bytes;
    }

    private (BridgeStatus Status, byte[] Payload) Tdm(byte operation, ReadOnlySpan<byte> payload)
    {
        if (payload.Length != 6) return (BridgeStatus.BadLength, []);
        if (operation > 3 || payload[1] > 7) return (BridgeStatus.BadParameter, []);
        ref var register = ref _tdm[payload[0], payload[1]];
        register = Apply((RegisterOperation)operation, register, BinaryPrimitives.ReadUInt32LittleEndian(payload[2..]));
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, register);
        return (BridgeStatus.Success, bytes);
    }
}
