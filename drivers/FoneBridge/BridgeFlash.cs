using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Drivers.FoneBridge;

/// <summary>The flash of a simulated bridge: 2 MiB in blocks of 64 KiB, written through one buffer. The last block but one begins with the
/// address block.</summary>
internal sealed class BridgeFlash
{
    public const int Blocks = 32;
    public const int BlockSize = 65536;
    private const int ConfigBlock = Blocks - 2;
    private readonly byte[] _buffer = new byte[BlockSize];
    private readonly byte[] _bytes = new byte[Blocks * BlockSize];

    public BridgeFlash(FlashConfig config)
    {
        Array.Fill(_bytes, (byte)0xFF);
        config.Bytes.CopyTo(_bytes.AsSpan(ConfigBlock * BlockSize));
    }

    public FlashConfig Config => FlashConfig.Read(_bytes.AsSpan(ConfigBlock * BlockSize, FlashConfig.Size));

    /// <summary>Null: out of bounds.</summary>
    public byte[]? Read(BlockRange range) =>
        range.Length <= BlockRange.FlashBytesMax && range.Address + (long)range.Length <= _bytes.Length
            ? _bytes.AsSpan((int)range.Address, range.Length).ToArray() : null;

    public BridgeStatus Fill(BlockRange range, ReadOnlySpan<byte> data)
    {
        if (data.Length != range.Length) return BridgeStatus.BadLength;
        if (range.Length > BlockRange.FlashBytesMax || range.Address + (long)range.Length > BlockSize) return BridgeStatus.OutOfBounds;
        data.CopyTo(_buffer.AsSpan((int)range.Address));
        return BridgeStatus.Success;
    }

    public BridgeStatus Commit(uint block)
    {
        if (block >= Blocks) return BridgeStatus.OutOfBounds;
        _buffer.CopyTo(_bytes.AsSpan((int)block * BlockSize));
        return BridgeStatus.Success;
    }
}
