using System.Runtime.CompilerServices;

namespace Appliance.Core.Replica.History;

/// <summary>Eight ids of older data, newest first.</summary>
[InlineArray(Length)]
public struct IdList : IEquatable<IdList>
{
    public const int Length = 8;
    private ulong _first;

    public readonly bool Has(ulong id)
    {
        if (id == 0) return false;
        foreach (var own in this)
            if (own == id) return true;
        return false;
    }

    /// <summary>The same list with a new first one; the last falls out.</summary>
    public readonly IdList Push(ulong id)
    {
        var next = default(IdList);
        next[0] = id;
        for (var at = 1; at < Length; at++) next[at] = this[at - 1];
        return next;
    }

    /// <summary>The compiler gives an inline array none, and records that hold one would throw when they are compared.</summary>
    public readonly bool Equals(IdList other) => ((ReadOnlySpan<ulong>)this).SequenceEqual(other);

    public static bool operator ==(IdList left, IdList right) => left.Equals(right);

    public static bool operator !=(IdList left, IdList right) => !left.Equals(right);

    public override readonly bool Equals(object? obj) => obj is IdList other && Equals(other);

    public override readonly int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var id in this) hash.Add(id);
        return hash.ToHashCode();
    }
}

/// <summary>
/// Names of data (DRBD's generation identifiers). An id is 64 random bits; bit 0 says that its maker was primary and is ignored in
/// comparisons. 0: none. <see cref="JustCreated"/>: empty.
/// </summary>
/// <param name="Current">What this disk holds.</param>
/// <param name="Base">The last data that the peer is known to have had; the bitmap holds what changed since. 0: nothing to tell.</param>
/// <param name="History">Earlier currents.</param>
/// <param name="ValidBases">Ids that the bitmap is a superset of the difference to, bound to the peer's device.</param>
public record struct Generations(ulong Current, ulong Base, IdList History, IdList ValidBases)
{
    public const ulong JustCreated = 4;

    public static ulong Id(ulong id) => id & ~1UL;
}
