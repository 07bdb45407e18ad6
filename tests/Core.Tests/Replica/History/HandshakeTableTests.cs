using Appliance.Core.Replica;
using Appliance.Core.Replica.History;
using static Appliance.Core.Replica.History.SyncDecision;
using static Appliance.Core.Replica.SplitBrainPolicy;

namespace Appliance.Core.Tests.Replica.History;

/// <summary>Each row, as a person would tell it.</summary>
public sealed class HandshakeTableTests
{
    private const ulong X = 0x100;
    private const ulong Y = 0x201;
    private const ulong Z = 0x301;

    [Fact]
    public void Disks_that_are_new()
    {
        Judged(Refused, "just-created-both", Sides.A().Empty(), Sides.B().Empty());
        Judged(SourceFull, "just-created-peer", Sides.A(), Sides.B().Empty());
        Judged(TargetFull, "just-created-self", Sides.A().Empty(), Sides.B());
        Judged(Refused, "just-created-outdated", Sides.A().Empty(), Sides.B() with { Disk = DiskState.Outdated });
        Judged(Refused, "no-source", Sides.A().Empty(), Sides.B() with { Disk = DiskState.Inconsistent });
        Judged(SourceBitmap, "just-created-peer", Sides.A(),
            Sides.B().Empty() with { ResyncTarget = true, PeerDevice = Sides.DeviceA, DirtyBlocks = 7 });
    }

    [Fact]
    public void Equal_names()
    {
        Judged(NoSync, "equal", Sides.A(), Sides.B());
        Judged(NoSync, "equal", Sides.A(X | 1), Sides.B(X)); // Bit 0 is no part of the name.
        Judged(FinishSource, "equal-missed-end-self", Sides.A(X, Z), Sides.B());
        Judged(Refused, "equal-both-primary", Sides.A().Primary(), Sides.B().Primary());
        Judged(SourceBitmap, "equal-primary-self", Sides.A().Primary() with { DirtyBlocks = 1 }, Sides.B());
        Judged(SourceBitmap, "equal-primary-self", Sides.A().Primary(), Sides.B() with { DirtyBlocks = 1 });
        Judged(TargetBitmap, "equal-promoted-peer", Sides.A() with { DirtyBlocks = 1 }, Sides.B() with { PrimarySinceSplit = true });
        Judged(TargetBitmap, "equal-later-peer", Sides.A() with { DirtyBlocks = 1, PrimarySinceSplit = true, Term = 4 },
            Sides.B() with { PrimarySinceSplit = true, Term = 5 });
        Judged(SourceBitmap, "equal-node-self", Sides.A() with { DirtyBlocks = 1 }, Sides.B() with { DirtyBlocks = 9 });
        Judged(TargetBitmap, "equal-outdated-self", Sides.A() with { DirtyBlocks = 1, Disk = DiskState.Outdated }, Sides.B());
        Judged(TargetBitmap, "unfinished-self", Sides.A() with { ResyncTarget = true }, Sides.B());
        Judged(SourceFull, "equal-node-self", Sides.A() with { DirtyBlocks = 1 },
            Sides.B() with { PeerDevice = new Guid(9, 9, 9, new byte[8]) });
    }

    [Fact]
    public void Equal_names_after_a_crash()
    {
        var crashed = Sides.A() with { DirtyBlocks = 1, CrashedPrimary = true };
        Judged(TargetBitmap, "equal-crashed-self", crashed, Sides.B());
        Judged(TargetBitmap, "equal-kept-peer", crashed, Sides.B() with { Survived = true });
        // Only the process of the primary died, and the peer's power failed: what was not flushed is here alone.
        Judged(SourceBitmap, "equal-kept-self", crashed with { Survived = true }, Sides.B());
        Judged(SourceBitmap, "equal-survivor-self", Sides.A() with { DirtyBlocks = 1, Survived = true, Protocol = Protocol.A },
            Sides.B() with { Protocol = Protocol.A });
        Judged(SourceBitmap, "equal-ahead-self", crashed with { Protocol = Protocol.A }, Sides.B() with { Protocol = Protocol.A });
        Judged(TargetBitmap, "equal-promoted-peer", crashed with { Protocol = Protocol.A },
            Sides.B() with { Protocol = Protocol.A, PrimarySinceSplit = true });
        Judged(SourceBitmap, "equal-term-self", crashed with { Term = 4 }, Sides.B() with { CrashedPrimary = true });
    }

    [Fact]
    public void One_was_made_from_the_other()
    {
        Judged(TargetBitmap, "bitmap-peer", Sides.A(X), Sides.B(Y, X));
        Judged(SourceBitmap, "valid-base-self", Sides.A(Z, X).ValidBase(Y), Sides.B(Y));
        Judged(SourceFull, "history-self", Sides.A(Y).History(X), Sides.B(X));
        Judged(SourceFull, "bitmap-self", Sides.A(Y, X), Sides.B(X) with { Device = new Guid(9, 9, 9, new byte[8]) });
        var refused = Judged(Refused, "bitmap-peer", Sides.A(X).Primary(), Sides.B(Y, X));
        Assert.Contains("demote it first", refused.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_wrote_alone()
    {
        Judged(SplitBrain, "split-brain", Sides.A(Y, X), Sides.B(Z, X));
        Judged(SplitBrain, "split-brain", Sides.A(Y, 0x500).ValidBase(X), Sides.B(Z, X));
        Judged(SplitBrain, "history-both", Sides.A(Y).History(X), Sides.B(Z, X));
        Judged(TargetBitmap, "split-brain-self", Sides.A(Y, X) with { DiscardMyData = true }, Sides.B(Z, X));
        Judged(SplitBrain, "split-brain", Sides.A(Y, X) with { DiscardMyData = true }, Sides.B(Z, X) with { DiscardMyData = true });
        Judged(TargetFull, "history-both-self", Sides.A(Y).History(X) with { DiscardMyData = true }, Sides.B(Z, X));
        // Begun, interrupted, and the operator's word forgotten: half a disk has nothing to be asked for.
        Judged(TargetBitmap, "unfinished-self", Sides.A(Y, X) with { ResyncTarget = true }, Sides.B(Z, X));
        Judged(Unrelated, "unrelated", Sides.A(Y), Sides.B(Z));
        Judged(SourceFull, "unrelated-peer", Sides.A(Y), Sides.B(Z) with { DiscardMyData = true });
        Judged(Unrelated, "unrelated", Sides.A(Y, Z), Sides.B(Z | 1, Y)); // Each made from the other: nonsense, and no reason to copy.
    }

    [Theory]
    [InlineData(DiscardYoungerPrimary, 5, 4, 1, 1, TargetBitmap)]
    [InlineData(DiscardYoungerPrimary, 4, 4, 0, 1, TargetBitmap)]
    [InlineData(DiscardYoungerPrimary, 4, 4, 1, 1, SplitBrain)]
    [InlineData(DiscardOlderPrimary, 5, 4, 1, 1, SourceBitmap)]
    [InlineData(DiscardZeroChanges, 5, 4, 0, 1, TargetBitmap)]
    [InlineData(DiscardZeroChanges, 5, 4, 0, 0, SplitBrain)]
    [InlineData(DiscardLeastChanges, 5, 4, 3, 2, SourceBitmap)]
    [InlineData(DiscardLeastChanges, 5, 4, 2, 2, SplitBrain)]
    [InlineData(SplitBrainPolicy.Disconnect, 5, 4, 0, 1, SplitBrain)]
    public void Policies_without_a_primary(
        SplitBrainPolicy policy, int term, int peerTerm, int dirty, int peerDirty, SyncDecision decision) =>
        Assert.Equal(decision, Mirrored(
            Sides.A(Y, X).Policies(policy) with { Term = (ulong)term, DirtyBlocks = (ulong)dirty },
            Sides.B(Z, X).Policies(policy) with { Term = (ulong)peerTerm, DirtyBlocks = (ulong)peerDirty }).Decision);

    [Theory]
    [InlineData(DiscardZeroChanges, DiscardSecondary, 1, 1, SourceBitmap)]
    [InlineData(DiscardZeroChanges, Consensus, 1, 0, SourceBitmap)]
    [InlineData(DiscardZeroChanges, Consensus, 0, 1, SplitBrain)]
    [InlineData(DiscardZeroChanges, CallPriLostAfterSb, 0, 1, Refused)]
    [InlineData(DiscardZeroChanges, CallPriLostAfterSb, 1, 0, SourceBitmap)]
    [InlineData(DiscardZeroChanges, SplitBrainPolicy.Disconnect, 1, 0, SplitBrain)]
    public void Policies_with_one_primary(SplitBrainPolicy zero, SplitBrainPolicy one, int dirty, int peerDirty, SyncDecision decision) =>
        Assert.Equal(decision, Mirrored(
            Sides.A(Y, X).Primary().Policies(zero, one) with { DirtyBlocks = (ulong)dirty },
            Sides.B(Z, X).Policies(zero, one) with { DirtyBlocks = (ulong)peerDirty }).Decision);

    [Fact]
    public void Two_primaries_are_never_reconciled_without_a_demotion()
    {
        foreach (var policy in Enum.GetValues<SplitBrainPolicy>())
        {
            var verdict = Mirrored(
                Sides.A(Y, X).Primary().Policies(DiscardZeroChanges, default, policy),
                Sides.B(Z, X).Primary().Policies(DiscardZeroChanges, default, policy) with { DirtyBlocks = 4 });
            Assert.Contains(verdict.Decision, new[] { SplitBrain, Refused });
        }
    }

    [Fact]
    public void Diskless_sides()
    {
        Judged(NoSync, "diskless", Sides.A().Diskless(ReplicaRole.Primary), Sides.B());
        Judged(NoSync, "diskless", Sides.A().Diskless(), Sides.B().Primary());
        Judged(NoSync, "diskless", Sides.A(0).Diskless(), Sides.B() with { Disk = DiskState.UpToDate });
        Judged(Refused, "diskless-unknown", Sides.A(0).Diskless(), Sides.B());
        Judged(NoSync, "diskless", Sides.A(X).Diskless(ReplicaRole.Primary), Sides.B(0x200, X)); // Minted by the secondary, for us.
        Judged(Refused, "diskless-taken-over", Sides.A(X).Diskless(ReplicaRole.Primary), Sides.B(Y, X));
        Judged(Refused, "diskless-lost", Sides.A(Y, X).Diskless(ReplicaRole.Primary), Sides.B(X));
        Judged(Refused, "diskless-lost", Sides.A(Y, X).Diskless(), Sides.B(X));
        Judged(NoSync, "diskless", Sides.A(Y, X).Diskless(), Sides.B(X).Primary()); // It serves already.
        Judged(Refused, "diskless-no-data", Sides.A().Diskless(ReplicaRole.Primary), Sides.B() with { Disk = DiskState.Outdated });
        Judged(Refused, "diskless-no-data", Sides.A().Diskless(ReplicaRole.Primary), Sides.B().Empty());
        Judged(NoSync, "diskless-both", Sides.A().Diskless(ReplicaRole.Primary), Sides.B().Diskless());
        Judged(Refused, "diskless-primaries", Sides.A().Diskless(ReplicaRole.Primary), Sides.B().Primary());
    }

    [Fact]
    public void Pairs_that_are_none()
    {
        Judged(Refused, "same-node", Sides.A(), Sides.B() with { Node = 0 });
        Judged(Refused, "same-disk", Sides.A(), Sides.B() with { Device = Sides.DeviceA });
        Judged(Refused, "settings", Sides.A() with { Protocol = Protocol.A }, Sides.B());
        Judged(Refused, "settings", Sides.A().Policies(default, Consensus), Sides.B());
    }

    [Fact]
    public void Every_row_has_words_and_a_name_of_its_own()
    {
        var names = HandshakeTable.Rows.SelectMany(row => new[] { row.Name, row.OwnName }.Distinct()).ToArray();
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(HandshakeTable.Rows, row => Assert.NotEmpty(row.Words));
        var verdict = Mirrored(Sides.A(), Sides.B().Empty());
        Assert.Equal("node 1 is empty", verdict.Words);
    }

    private static Verdict Judged(SyncDecision decision, string rule, HandshakeFacts mine, HandshakeFacts theirs)
    {
        var verdict = Mirrored(mine, theirs);
        Assert.Equal((decision, rule), (verdict.Decision, verdict.Rule));
        return verdict;
    }

    private static Verdict Mirrored(HandshakeFacts mine, HandshakeFacts theirs)
    {
        var verdict = HandshakeTable.Judge(mine, theirs);
        Assert.Equal(Verdict.Mirror(verdict.Decision), HandshakeTable.Judge(theirs, mine).Decision);
        return verdict;
    }
}
