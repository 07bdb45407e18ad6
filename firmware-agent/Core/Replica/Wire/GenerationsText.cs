using Appliance.Core.Replica.History;
using Appliance.Core.Wire;

namespace Appliance.Core.Replica.Wire;

/// <summary>Generations as a payload: current, base, eight of history, eight valid bases; eight bytes each, big endian.</summary>
public static class GenerationsText
{
    public const int Bytes = 8 * (2 + (2 * IdList.Length));

    /// <summary>Writes into the first bytes; returns how many.</summary>
    public static int Write(in Generations generations, Span<byte> into)
    {
        var wire = new WireWriter(into);
        wire.U64(generations.Current);
        wire.U64(generations.Base);
        foreach (var id in generations.History) wire.U64(id);
        foreach (var id in generations.ValidBases) wire.U64(id);
        return wire.Length;
    }

    /// <summary>False: not exactly that long.</summary>
    public static bool TryRead(ReadOnlySpan<byte> from, out Generations generations)
    {
        var wire = new WireReader(from);
        generations = new Generations(wire.U64(), wire.U64(), default, default);
        var (history, bases) = (default(IdList), default(IdList));
        for (var at = 0; at < IdList.Length; at++) history[at] = wire.U64();
        for (var at = 0; at < IdList.Length; at++) bases[at] = wire.U64();
        generations = generations with { History = history, ValidBases = bases };
        return wire.ReadExactly;
    }
}
