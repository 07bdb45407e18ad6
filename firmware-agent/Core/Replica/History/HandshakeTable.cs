namespace Appliance.Core.Replica.History;

/// <summary>DRBD's decision table for two nodes (reference: drbd's uuid_compare), with the valid-bases list.</summary>
public static class HandshakeTable
{
    /// <summary>What to do with a peer that says this of itself.</summary>
    public static Verdict Judge(HandshakeFacts mine, HandshakeFacts theirs)
    {
        var v = Rows(mine, theirs);
        if (v.Decision is SyncDecision.TargetBitmap or SyncDecision.TargetFull && mine.Role == ReplicaRole.Primary
            || v.Decision is SyncDecision.SourceBitmap or SyncDecision.SourceFull && theirs.Role == ReplicaRole.Primary)
            return new(SyncDecision.Refused, v.Rule, "the primary would be overwritten: demote it first");
        return v;
    }

    private static Verdict Rows(HandshakeFacts mine, HandshakeFacts theirs)
    {
        var (a, b) = (mine.Generations, theirs.Generations);
        var (ca, cb) = (Generations.Id(a.Current), Generations.Id(b.Current));
        var (ba, bb) = (Generations.Id(a.Base), Generations.Id(b.Base));
        var jc = Generations.JustCreated;
        if (mine.Disk <= DiskState.Failed || theirs.Disk <= DiskState.Failed) return new(SyncDecision.NoSync, "diskless", "");
        if (ca == jc && cb == jc)
            return new(SyncDecision.Refused, "just-created-both", "both disks are empty: primary --force where the data counts");
        if (ca == jc) return new(SyncDecision.TargetFull, "just-created-self", "");
        if (cb == jc) return new(SyncDecision.SourceFull, "just-created-peer", "");
        if (ca == cb) return Equal(mine, theirs);
        if (mine.DiscardMyData != theirs.DiscardMyData && (bb != 0 && ba != 0))
            return new(mine.DiscardMyData ? SyncDecision.TargetBitmap : SyncDecision.SourceBitmap, "discard", "");
        if (ca == bb) return new(SyncDecision.TargetBitmap, "bitmap-peer", "");
        if (cb == ba) return new(SyncDecision.SourceBitmap, "bitmap-self", "");
        if (ba != 0 && ba == bb) return new(SyncDecision.SplitBrain, "bitmap-both", "both wrote alone");
        if (Has(b.ValidBases, ca)) return new(SyncDecision.TargetBitmap, "valid-peer", "");
        if (Has(a.ValidBases, cb)) return new(SyncDecision.SourceBitmap, "valid-self", "");
        if (Has(b.History, ca)) return new(SyncDecision.TargetFull, "history-peer", "");
        if (Has(a.History, cb)) return new(SyncDecision.SourceFull, "history-self", "");
        return new(SyncDecision.Unrelated, "none", "nothing in common");
    }

    private static bool Has(in IdList list, ulong id)
    {
        foreach (var own in list)
            if (own != 0 && Generations.Id(own) == id) return true;
        return false;
    }

    private static Verdict Equal(HandshakeFacts mine, HandshakeFacts theirs)
    {
        if (mine.DirtyBlocks == 0 && theirs.DirtyBlocks == 0 && mine.ResyncTarget == theirs.ResyncTarget
            && mine.Disk > DiskState.Inconsistent == theirs.Disk > DiskState.Inconsistent)
        {
            if (mine.Generations.Base != 0 && theirs.Generations.Base == 0) return new(SyncDecision.FinishSource, "missed-end", "");
            if (mine.Generations.Base == 0 && theirs.Generations.Base != 0) return new(SyncDecision.FinishTarget, "missed-end", "");
            return new(SyncDecision.NoSync, "equal", "");
        }

        var source = Rank(mine).CompareTo(Rank(theirs)) > 0;
        return new(source ? SyncDecision.SourceBitmap : SyncDecision.TargetBitmap, "equal-dirty", "");
    }

    private static (int, int, int, int, int) Rank(HandshakeFacts f) => (
        f.Disk > DiskState.Inconsistent && !f.ResyncTarget ? 1 : 0, f.Role == ReplicaRole.Primary ? 1 : 0, f.PrimarySinceSplit ? 1 : 0,
        f.CrashedPrimary ? 0 : 1, -f.Node);
}
