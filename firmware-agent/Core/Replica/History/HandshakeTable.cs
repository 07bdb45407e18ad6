using System.Collections.Immutable;
using static Appliance.Core.Replica.History.HandshakeRow;
using static Appliance.Core.Replica.History.Kinship;
using static Appliance.Core.Replica.History.SyncDecision;

namespace Appliance.Core.Replica.History;

/// <summary>
/// DRBD's decision table for two nodes, with the valid-bases list. The first row that applies decides; the decision is for the side called
/// FIRST. Two laws hold whatever the rows say: a primary is never written onto, and a copy by bitmap becomes a full one where the bitmaps
/// do not cover the difference. docs/PROTOCOL.md has the table in words.
/// </summary>
public static class HandshakeTable
{
    /// <summary>Top down.</summary>
    public static ImmutableArray<HandshakeRow> Rows { get; } =
    [
        // Not a pair.
        Both("same-node", (a, b) => a.Node == b.Node, Refused, "both say that they are FIRST: compare the configurations"),
        Both("same-disk", (a, b) => a.Device != Guid.Empty && a.Device == b.Device, Refused,
            "both disks carry the same id, so one was cloned from the other: run 'replica create' on the copy"),
        Both("reverted", IsPutBack, Refused,
            "the disk of FIRST is older than it was when SECOND last heard of it: it was put back from a backup or a snapshot; run "
                + "'replica create' on FIRST, or on SECOND if the older data is to count"),
        Both("settings", (a, b) => a.Protocol != b.Protocol || a.AfterSplitBrain0 != b.AfterSplitBrain0
                || a.AfterSplitBrain1 != b.AfterSplitBrain1 || a.AfterSplitBrain2 != b.AfterSplitBrain2, Refused,
            "protocol or after-sb policies differ: make the configuration files of both nodes equal"),

        // Somebody has no disk: nothing is copied; may they work together?
        Both("diskless-both", (a, b) => NoDisk(a) && NoDisk(b) && !BothPrimary(a, b), NoSync, "neither node has a disk"),
        Both("diskless-primaries", (a, b) => (NoDisk(a) || NoDisk(b)) && BothPrimary(a, b), Refused,
            "both nodes are primary: demote one"),
        Both("diskless-no-data", (a, b) => NoDisk(a) && IsPrimary(a) && (IsHalf(b) || b.Disk <= DiskState.Outdated), Refused,
            "FIRST is primary without a disk and the disk of SECOND is not good enough to serve it"),
        Both("diskless-lost", (a, b) => NoDisk(a) && !IsPrimary(b) && IsKnown(a) && !AreEqual(a, b) && !IsOlder(a, b), Refused,
            "FIRST had newer data, or other data, than SECOND, and its disk is gone: bring that disk back, or force SECOND to be primary"),
        Both("diskless-taken-over", (a, b) => NoDisk(a) && IsPrimary(a) && WroteAsPrimary(b, a), Refused,
            "SECOND wrote as primary while FIRST, primary without a disk, was away: demote FIRST first"),
        Both("diskless-unknown", (a, b) => NoDisk(a) && !IsPrimary(a) && !IsPrimary(b) && !IsKnown(a) && b.Disk == DiskState.Consistent,
            Refused, "nobody knows whether the missing disk of FIRST has newer data than SECOND: bring it back, or make SECOND primary"),
        Both("diskless", (a, _) => NoDisk(a), NoSync, "FIRST has no disk"),

        // Somebody has no whole data.
        Both("just-created-both", (a, b) => IsEmpty(a) && IsEmpty(b), Refused,
            "both disks are empty: say 'primary --force' on the node whose content is to count"),
        Both("no-source", (a, b) => IsHalf(a) && IsHalf(b), Refused,
            "neither node has whole data: say 'primary --force' on the better one, or restore it"),
        Both("just-created-outdated", (a, b) => IsEmpty(a) && b.Disk == DiskState.Outdated, Refused,
            "FIRST is empty and SECOND knows that its data is old: bring the newer disk back, or say 'primary --force' on SECOND"),
        One("just-created-self", "just-created-peer", (a, _) => IsEmpty(a), TargetBitmap, "FIRST is empty"),
        One("unfinished-self", "unfinished-peer", (a, _) => IsHalf(a), TargetBitmap, "FIRST was being copied onto"),

        // Equal names. Marked blocks are copied, never forgotten.
        Both("equal-both-primary", (a, b) => AreEqual(a, b) && BothPrimary(a, b), Refused, "both nodes are primary: demote one"),
        One("equal-missed-end-self", "equal-missed-end-peer", (a, b) => AreEqual(a, b) && IsClean(a, b) && HasBase(a), FinishSource,
            "FIRST did not hear that SECOND has finished"),
        Both("equal", (a, b) => AreEqual(a, b) && IsClean(a, b), NoSync, "both have the same data"),
        One("equal-outdated-self", "equal-outdated-peer",
            (a, b) => AreEqual(a, b) && a.Disk == DiskState.Outdated && b.Disk > DiskState.Outdated, TargetBitmap,
            "FIRST was told that its data is old"),
        Both("equal-kept-apart", (a, b) => AreEqual(a, b) && IsPrimary(b) && Kept(a, b) && !SplitBrainVictim.Is(a, b), SplitBrain,
            "SECOND lost power and was made primary alone, and FIRST may have kept answered writes that SECOND lost: say 'connect "
                + "--discard-my-data' on the one whose data is to go"),
        One("equal-primary-self", "equal-primary-peer", (a, b) => AreEqual(a, b) && IsPrimary(a), SourceBitmap, "FIRST is primary"),
        // Equal names: nobody was answered alone. Who lost no power has every answered write; a promotion since added none.
        One("equal-kept-self", "equal-kept-peer", (a, b) => AreEqual(a, b) && a.Protocol == Protocol.C && a.Survived, SourceBitmap,
            "SECOND may have lost in a power failure what was not flushed"),
        One("equal-promoted-self", "equal-promoted-peer", (a, b) => AreEqual(a, b) && a.PrimarySinceSplit, SourceBitmap,
            "FIRST was primary after the two were last together"),
        One("equal-later-self", "equal-later-peer", (a, b) => AreEqual(a, b) && a.PrimarySinceSplit && a.Term > b.Term, SourceBitmap,
            "FIRST became primary later"),
        One("equal-ahead-self", "equal-ahead-peer", (a, b) => AreEqual(a, b) && a.Protocol != Protocol.C && a.CrashedPrimary, SourceBitmap,
            "FIRST was primary when it crashed and may have acknowledged writes that SECOND never got"),
        One("equal-survivor-self", "equal-survivor-peer", (a, b) => AreEqual(a, b) && a.Survived, SourceBitmap,
            "FIRST has not lost power since the two were last together"),
        One("equal-crashed-self", "equal-crashed-peer", (a, b) => AreEqual(a, b) && a.CrashedPrimary, TargetBitmap,
            "FIRST was primary when it crashed"),
        One("equal-term-self", "equal-term-peer", (a, b) => AreEqual(a, b) && a.Term > b.Term, SourceBitmap, "FIRST became primary later"),
        One("equal-node-self", "equal-node-peer", (a, b) => AreEqual(a, b) && a.Node < b.Node, SourceBitmap,
            "nothing tells them apart: the lower node counts"),

        // One was made from the other: after it had lost power, while the other had not.
        One("kept-self", "kept-peer", (a, b) => IsOlder(a, b) && Kept(a, b) && SplitBrainVictim.Is(b, a), SourceBitmap,
            "FIRST kept answered writes that SECOND may have lost, and the changes of SECOND are given up"),
        Both("kept-apart", (a, b) => IsOlder(a, b) && Kept(a, b) && !SplitBrainVictim.Is(a, b), SplitBrain,
            "SECOND lost power, was made primary alone and wrote, and FIRST may have kept answered writes that SECOND lost: say 'connect "
                + "--discard-my-data' on the one whose data is to go"),

        // One was made from the other.
        One("bitmap-peer", "bitmap-self", (a, b) => IsBase(a, b), TargetBitmap, "SECOND wrote alone, FIRST did not"),
        One("valid-base-peer", "valid-base-self", (a, b) => IsValidBase(a, b), TargetBitmap, "SECOND wrote alone, FIRST did not"),
        One("history-peer", "history-self", (a, b) => IsHistory(a, b), TargetFull,
            "SECOND wrote alone, FIRST did not, and it was too long ago for the bitmap"),

        // Both were made from a third.
        One("split-brain-self", "split-brain-peer", (a, b) => ShareBase(a, b) && SplitBrainVictim.Is(a, b), TargetBitmap,
            "both wrote alone, and the changes of FIRST are given up"),
        Both("split-brain", (a, b) => ShareBase(a, b), SplitBrain,
            "both wrote alone since they were last together: say 'connect --discard-my-data' on the one whose changes are to go"),
        One("history-both-self", "history-both-peer", (a, b) => ShareHistory(a, b) && Gives(a, b), TargetFull,
            "both wrote alone, long ago, and the changes of FIRST are given up"),
        Both("history-both", (a, b) => ShareHistory(a, b), SplitBrain,
            "both wrote alone since they were last together, long ago: say 'connect --discard-my-data' on the one whose data is to go"),

        // Strangers.
        One("unrelated-self", "unrelated-peer", Gives, TargetFull, "nothing in common, and the data of FIRST is given up"),
        Both("unrelated", (_, _) => true, Unrelated,
            "the two have nothing in common: say 'connect --discard-my-data' on the one whose data is to go"),
    ];

    /// <summary>What to do with a peer that says this of itself.</summary>
    public static Verdict Judge(HandshakeFacts mine, HandshakeFacts theirs) => Judge(Rows, mine, theirs);

    /// <summary>The same with other rows, for tests that must notice a wrong table.</summary>
    public static Verdict Judge(ImmutableArray<HandshakeRow> rows, HandshakeFacts mine, HandshakeFacts theirs)
    {
        foreach (var row in rows)
            if (row.Judge(mine, theirs) is { } verdict) return Lawful(verdict, mine, theirs);
        throw new InvariantException("the last row of the table applies to everybody");
    }

    private static Verdict Lawful(Verdict verdict, HandshakeFacts mine, HandshakeFacts theirs)
    {
        if (verdict.Decision is TargetBitmap or TargetFull && IsPrimary(mine)) return Overwritten(verdict, mine);
        if (verdict.Decision is SourceBitmap or SourceFull && IsPrimary(theirs)) return Overwritten(verdict, theirs);
        return verdict.Decision switch
        {
            TargetBitmap when !BitmapsCover(mine, theirs) => verdict with { Decision = TargetFull },
            SourceBitmap when !BitmapsCover(mine, theirs) => verdict with { Decision = SourceFull },
            _ => verdict,
        };
    }

    private static Verdict Overwritten(Verdict verdict, HandshakeFacts primary) => new(
        Refused, verdict.Rule, $"node {primary.Node} is primary and would be written onto ({verdict.Words}): demote it first");

    private static bool NoDisk(HandshakeFacts side) => side.Disk <= DiskState.Failed;

    /// <summary>Not fit to be copied from.</summary>
    private static bool IsHalf(HandshakeFacts side) => side.Disk <= DiskState.Inconsistent || side.ResyncTarget || IsEmpty(side);

    private static bool IsPrimary(HandshakeFacts side) => side.Role == ReplicaRole.Primary;

    private static bool BothPrimary(HandshakeFacts one, HandshakeFacts other) => IsPrimary(one) && IsPrimary(other);

    private static bool IsClean(HandshakeFacts one, HandshakeFacts other) => one.DirtyBlocks == 0 && other.DirtyBlocks == 0;

    private static bool HasBase(HandshakeFacts side) => Generations.Id(side.Generations.Base) != 0;

    /// <summary>Its changes are given up by an operator, and the other's are not.</summary>
    private static bool Gives(HandshakeFacts side, HandshakeFacts other) => side.DiscardMyData && !other.DiscardMyData;

    /// <summary><paramref name="keeper"/> has all that the two had answered together, in a cache if not on its disk, and
    /// <paramref name="other"/> lost power before it had flushed. Who noted that it is old was asked to after the other's flush.</summary>
    private static bool Kept(HandshakeFacts keeper, HandshakeFacts other) =>
        keeper is { Protocol: Protocol.C, Survived: true, Disk: > DiskState.Outdated } && !IsHalf(keeper)
        && other is { LostCache: true, Survived: false };

    /// <summary>Its superblock only ever grows: one that is behind what the peer heard of it was put back together with the data.</summary>
    private static bool IsPutBack(HandshakeFacts side, HandshakeFacts other) => !NoDisk(side) && side.Device != Guid.Empty
        && side.Device == other.PeerDevice && side.Sequence < other.PeerSequence;

    /// <summary>A primary without a disk has its peer write for it, and the peer names that as a secondary. A name given by a primary
    /// (bit 0) is of writes that were not for us.</summary>
    private static bool WroteAsPrimary(HandshakeFacts writer, HandshakeFacts diskless) =>
        (writer.Generations.Current & 1) != 0 && (IsKnown(diskless) ? !AreEqual(writer, diskless) : writer.PrimarySinceSplit);
}
