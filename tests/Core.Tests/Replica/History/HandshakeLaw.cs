using Appliance.Core.Replica;
using Appliance.Core.Replica.History;
using static Appliance.Core.Replica.History.SyncDecision;

namespace Appliance.Core.Tests.Replica.History;

/// <summary>
/// What must be true of a verdict, whatever the rows of the table are. Kinship is a matter of sets here: the names that a side had before
/// are its base, its valid bases and its history. Policies after a split brain are the default: nobody gives way but by an operator's word.
/// </summary>
internal static class HandshakeLaw
{
    /// <summary>The first law that is broken, seen from <paramref name="mine"/>; null: none.</summary>
    public static string? Broken(HandshakeFacts mine, HandshakeFacts theirs, SyncDecision decision)
    {
        if (decision is TargetBitmap or TargetFull) return Copy(theirs, mine, decision == TargetBitmap);
        if (decision is SourceBitmap or SourceFull) return null; // The mirror image is judged from the other side.
        if (mine.Disk <= DiskState.Failed || theirs.Disk <= DiskState.Failed) return Diskless(mine, theirs, decision);
        if (decision is NoSync or FinishSource or FinishTarget) return Same(mine, theirs);
        if (decision == SplitBrain) return MayBeSplit(mine, theirs) ? null : "a split brain where one was made from the other";
        return MustWorkTogether(mine, theirs, decision);
    }

    private static string? Diskless(HandshakeFacts mine, HandshakeFacts theirs, SyncDecision decision)
    {
        if (decision is not (NoSync or Refused)) return "a disk that is not there is copied, or judged";
        if (decision == Refused) return null;
        if (IsPrimary(mine) && IsPrimary(theirs)) return "two primaries work together";
        var (without, with) = mine.Disk <= DiskState.Failed ? (mine, theirs) : (theirs, mine);
        return IsPrimary(without) && with.Disk > DiskState.Failed && (IsHalf(with) || with.Disk == DiskState.Outdated)
            ? "a primary without a disk works through one that is not good" : null;
    }

    private static string? Same(HandshakeFacts mine, HandshakeFacts theirs)
    {
        if (!AreEqual(mine, theirs)) return "data of different names is taken for the same";
        if (mine.DirtyBlocks + theirs.DirtyBlocks > 0) return "marks are forgotten";
        if (IsPrimary(mine) && IsPrimary(theirs)) return "two primaries work together";
        return IsHalf(mine) || IsHalf(theirs) ? "half a disk is taken for whole" : null;
    }

    private static string? Copy(HandshakeFacts source, HandshakeFacts target, bool byBitmap)
    {
        if (source.Disk <= DiskState.Failed || target.Disk <= DiskState.Failed) return "a disk that is not there is copied";
        if (IsPrimary(target)) return "a primary is overwritten";
        if (IsHalf(source)) return "half a disk is copied from";
        if (byBitmap && !IsCovered(source, target)) return "the bitmaps do not cover the difference";
        if (IsHalf(target)) return null;
        if (source.DiscardMyData && !target.DiscardMyData && !AreEqual(source, target) && !WasMadeFrom(source, target))
            return "the data that an operator wanted to keep is overwritten";
        if (IsGivenUp(target, source)) return null;
        if (AreEqual(source, target)) return CopyOfEqual(source, target);
        if (!WasMadeFrom(source, target)) return "data that the source was not made from is overwritten";
        return Kept(target, source) ? "writes that only the target kept are overwritten" : null;
    }

    private static string? CopyOfEqual(HandshakeFacts source, HandshakeFacts target)
    {
        if (source.DirtyBlocks + target.DirtyBlocks == 0) return "the same data is copied";
        if (source.Disk == DiskState.Outdated && target.Disk > DiskState.Outdated) return "old data is copied over good data";
        if (target.Disk == DiskState.Outdated || source.Survived || !target.Survived) return null;
        return IsPrimary(source) && !Kept(target, source) ? null : "a disk that lost nothing is overwritten by one that may have";
    }

    /// <summary>Nothing is in the way: then refusing, or taking the two for strangers, leaves users without a copy.</summary>
    private static string? MustWorkTogether(HandshakeFacts mine, HandshakeFacts theirs, SyncDecision decision)
    {
        if (IsHalf(mine) && IsHalf(theirs)) return null;
        if (IsPrimary(mine) || IsPrimary(theirs)) return AreApart(mine, theirs) ? "a primary and its copy are kept apart" : null;
        if (IsHalf(mine) || IsHalf(theirs))
        {
            var whole = IsHalf(mine) ? theirs : mine;
            return whole.Disk == DiskState.Outdated ? null : "half a disk gets no copy";
        }

        if (decision == Refused) return "nothing is in the way, and it is refused";
        if (AreEqual(mine, theirs)) return "the same data is taken for strange";
        if (WasMadeFrom(mine, theirs) != WasMadeFrom(theirs, mine)) return "one was made from the other, and they are taken for strangers";
        return IsGivenUp(mine, theirs) || IsGivenUp(theirs, mine) ? "an operator's word is not heard" : null;
    }

    private static bool AreApart(HandshakeFacts mine, HandshakeFacts theirs)
    {
        var primary = IsPrimary(mine) ? mine : theirs;
        return IsPrimary(mine) != IsPrimary(theirs) && AreEqual(mine, theirs) && primary.Disk > DiskState.Outdated
            && !IsHalf(mine) && !IsHalf(theirs);
    }

    private static bool MayBeSplit(HandshakeFacts mine, HandshakeFacts theirs)
    {
        if (IsHalf(mine) || IsHalf(theirs)) return false;
        if (Kept(mine, theirs) || Kept(theirs, mine)) return true;
        if (AreEqual(mine, theirs)) return false;
        var (older, newer) = (WasMadeFrom(mine, theirs), WasMadeFrom(theirs, mine));
        return older == newer && Before(mine).Overlaps(Before(theirs));
    }

    private static bool IsPrimary(HandshakeFacts side) => side.Role == ReplicaRole.Primary;

    private static bool IsEmpty(HandshakeFacts side) => side.Generations.Current == Generations.JustCreated;

    private static bool IsHalf(HandshakeFacts side) => side.Disk == DiskState.Inconsistent || side.ResyncTarget || IsEmpty(side);

    private static bool AreEqual(HandshakeFacts one, HandshakeFacts other) =>
        !IsEmpty(one) && one.Generations.Current == other.Generations.Current;

    private static bool IsGivenUp(HandshakeFacts side, HandshakeFacts other) => side.DiscardMyData && !other.DiscardMyData;

    /// <summary>The second had the first's name once.</summary>
    private static bool WasMadeFrom(HandshakeFacts newer, HandshakeFacts older) => Before(newer).Contains(older.Generations.Current);

    private static bool Kept(HandshakeFacts keeper, HandshakeFacts other) =>
        keeper.Survived && !other.Survived && other.LostCache && keeper.Disk > DiskState.Outdated;

    /// <summary>By names that the bitmaps reach back to, between disks that know each other.</summary>
    private static bool IsCovered(HandshakeFacts one, HandshakeFacts other)
    {
        if (one.PeerDevice != other.Device || other.PeerDevice != one.Device) return false;
        var (left, right) = (Marked(one), Marked(other));
        return AreEqual(one, other) || left.Contains(other.Generations.Current) || right.Contains(one.Generations.Current)
            || left.Overlaps(right) || (IsEmpty(one) && one.ResyncTarget) || (IsEmpty(other) && other.ResyncTarget);
    }

    private static HashSet<ulong> Marked(HandshakeFacts side) => Names([side.Generations.Base, .. List(side.Generations.ValidBases)]);

    private static HashSet<ulong> Before(HandshakeFacts side) =>
        Names([side.Generations.Base, .. List(side.Generations.ValidBases), .. List(side.Generations.History)]);

    private static HashSet<ulong> Names(IEnumerable<ulong> ids) => [.. ids.Where(id => id is not 0 and not Generations.JustCreated)];

    private static IEnumerable<ulong> List(IdList list)
    {
        for (var at = 0; at < IdList.Length; at++) yield return list[at];
    }
}
