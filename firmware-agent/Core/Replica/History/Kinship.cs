namespace Appliance.Core.Replica.History;

/// <summary>How the data of two nodes is related, by the names it has and had.</summary>
internal static class Kinship
{
    public static bool IsEmpty(HandshakeFacts side) => Generations.Id(side.Generations.Current) == Generations.JustCreated;

    /// <summary>Without a disk the current of an earlier life may still be known.</summary>
    public static bool IsKnown(HandshakeFacts side) => Generations.Id(side.Generations.Current) != 0 && !IsEmpty(side);

    public static bool AreEqual(HandshakeFacts one, HandshakeFacts other) =>
        IsKnown(one) && Generations.Id(one.Generations.Current) == Generations.Id(other.Generations.Current);

    /// <summary><paramref name="newer"/> was made from <paramref name="older"/> since its bitmap was last empty: the bitmap covers the
    /// difference.</summary>
    public static bool IsBase(HandshakeFacts older, HandshakeFacts newer) =>
        IsKnown(older) && Generations.Id(newer.Generations.Base) == Generations.Id(older.Generations.Current);

    /// <summary>As <see cref="IsBase"/>, of a name that <paramref name="newer"/> had on the way.</summary>
    public static bool IsValidBase(HandshakeFacts older, HandshakeFacts newer) =>
        IsKnown(older) && Has(newer.Generations.ValidBases, older.Generations.Current);

    /// <summary><paramref name="newer"/> was made from <paramref name="older"/>, but its bitmap has been empty since.</summary>
    public static bool IsHistory(HandshakeFacts older, HandshakeFacts newer) =>
        IsKnown(older) && Has(newer.Generations.History, older.Generations.Current);

    public static bool IsOlder(HandshakeFacts older, HandshakeFacts newer) =>
        IsBase(older, newer) || IsValidBase(older, newer) || IsHistory(older, newer);

    /// <summary>Both were made from the same data, and both bitmaps cover what was changed since.</summary>
    public static bool ShareBase(HandshakeFacts one, HandshakeFacts other)
    {
        var (a, b) = (one.Generations, other.Generations);
        if (Meets(a.Base, b) || Meets(b.Base, a)) return true;
        foreach (var id in a.ValidBases)
            if (Meets(id, b)) return true;
        return false;
    }

    /// <summary>Both were once the same, however long ago.</summary>
    public static bool ShareHistory(HandshakeFacts one, HandshakeFacts other)
    {
        var (a, b) = (one.Generations, other.Generations);
        if (ShareBase(one, other) || Met(a.Base, b) || Met(b.Base, a)) return true;
        foreach (var id in a.History)
            if (Met(id, b)) return true;
        foreach (var id in a.ValidBases)
            if (Met(id, b)) return true;
        return false;
    }

    /// <summary>Each knows the other's disk, or never met one: what the bitmaps say is about these two.</summary>
    public static bool AreTheSameDisks(HandshakeFacts one, HandshakeFacts other) => Knows(one, other) && Knows(other, one);

    /// <summary>Every block that differs is marked on one of the two.</summary>
    public static bool BitmapsCover(HandshakeFacts one, HandshakeFacts other) => AreTheSameDisks(one, other)
        && (AreEqual(one, other) || IsBase(one, other) || IsBase(other, one) || IsValidBase(one, other) || IsValidBase(other, one)
            || ShareBase(one, other) || IsFirstCopy(one, other) || IsFirstCopy(other, one));

    /// <summary>An empty disk that was being filled: both marked everything before the two noted that they had met, and unmarked since
    /// only what was copied.</summary>
    private static bool IsFirstCopy(HandshakeFacts target, HandshakeFacts source) => IsEmpty(target) && target.ResyncTarget
        && source.Device != Guid.Empty && target.Device != Guid.Empty
        && target.PeerDevice == source.Device && source.PeerDevice == target.Device;

    private static bool Knows(HandshakeFacts side, HandshakeFacts peer) =>
        side.PeerDevice == Guid.Empty || side.PeerDevice == peer.Device;

    private static bool Meets(ulong id, in Generations other) =>
        IsName(id) && (Generations.Id(other.Base) == Generations.Id(id) || Has(other.ValidBases, id));

    private static bool Met(ulong id, in Generations other) => IsName(id) && (Meets(id, other) || Has(other.History, id));

    private static bool Has(in IdList list, ulong id)
    {
        foreach (var own in list)
            if (IsName(own) && Generations.Id(own) == Generations.Id(id)) return true;
        return false;
    }

    private static bool IsName(ulong id) => Generations.Id(id) is not 0 and not Generations.JustCreated;
}
