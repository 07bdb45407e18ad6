using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Drivers.FoneBridge;

/// <summary>The transceivers of a simulated bridge: registers per span, and error counters read through an index register.</summary>
internal sealed class BridgeLines
{
    private const int Spans = 4;
    private const int IndexRegister = 0x0E;
    private const int ValueRegister = 0x0F;
    private const int LatchRegister = 0xC2;
    private const int LinkDown = 0xB9;
    private readonly byte[][] _registers = [.. Selection.Range(0, Spans).Select(_ => new byte[256])];
    private readonly byte[][] _counters = [.. Selection.Range(0, Spans).Select(_ => new byte[16])];
    private readonly byte[][] _latched = [.. Selection.Range(0, Spans).Select(_ => new byte[16])];

    /// <summary>Counters of a span, low byte first, by the index they are read with.</summary>
    public byte[] Counters(int span) => _counters[span];

    public byte Register(int span, byte register) => _registers[span][register];

    /// <summary>Pulls or plugs a line.</summary>
    public void SetLink(int span, bool up) => _registers[span][LinkDown] = (byte)(up ? 0 : 1);

    public BridgeStatus Write(int span, ReadOnlySpan<byte> registerAndValue)
    {
        if (registerAndValue.Length != 2) return BridgeStatus.BadLength;
        if (span >= Spans) return BridgeStatus.NoSuchDevice;
        var (register, value) = (registerAndValue[0], registerAndValue[1]);
        var rises = register == LatchRegister && (value & 2) != 0 && (_registers[span][register] & 2) == 0;
        _registers[span][register] = value;
        if (!rises) return BridgeStatus.Success;
        _counters[span].CopyTo(_latched[span], 0);
        Array.Clear(_counters[span]);
        return BridgeStatus.Success;
    }

    /// <summary>Null: out of bounds.</summary>
    public byte[]? Read(int span, BlockRange range)
    {
        if (span >= Spans || range.Length == 0 || range.Address + range.Length > 256) return null;
        var values = new byte[range.Length];
        for (var at = 0; at < values.Length; at++) values[at] = Read(span, (byte)(range.Address + at));
        return values;
    }

    private byte Read(int span, byte register)
    {
        if (register != ValueRegister) return _registers[span][register];
        var index = _registers[span][IndexRegister];
        return _latched[(span & ~1) + ((index >> 5) & 1)][index & 0x0F];
    }
}
