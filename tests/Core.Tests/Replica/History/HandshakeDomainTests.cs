using System.Collections.Immutable;
using Appliance.Core.Replica;
using Appliance.Core.Replica.History;
using Xunit.Abstractions;
using static Appliance.Core.Replica.History.SyncDecision;

namespace Appliance.Core.Tests.Replica.History;

/// <summary>
/// The table on every pair of two finite domains, against a specification of its own (<see cref="HandshakeLaw"/>): which data is older is
/// decided there from sets of names, not row by row. The domains are counted, and docs/SIMULATION.md quotes the counts.
/// </summary>
public sealed class HandshakeDomainTests(ITestOutputHelper output)
{
    private const ulong X = 0x100;
    private const ulong Y = 0x200;
    private const ulong Z = 0x300;

    /// <summary>Every way to be named: the current one of four, its base, one valid base and one entry of history of three names or none;
    /// by role, whole or half, with and without marks; and the second one with a disk that the first one never met.</summary>
    [Fact]
    public void Every_pair_of_names()
    {
        var sides = (
            from current in new[] { Generations.JustCreated, X, Y, Z }
            from based in new[] { 0UL, X, Y }
            from valid in new[] { 0UL, X }
            from past in new[] { 0UL, X, Y }
            from role in new[] { ReplicaRole.Secondary, ReplicaRole.Primary }
            from half in new[] { false, true }
            from dirty in new[] { 0UL, 1UL }
            select Named(current, based, valid, past) with
            {
                Role = role, ResyncTarget = half, DirtyBlocks = dirty,
                Disk = half || current == Generations.JustCreated ? DiskState.Inconsistent : DiskState.Consistent,
            }).ToArray();
        var judged = 0;
        foreach (var mine in sides)
        {
            foreach (var side in sides)
            {
                var theirs = side with { Node = 1, Device = Sides.DeviceB, PeerDevice = Sides.DeviceA };
                Lawful(mine, theirs);
                Lawful(mine, theirs with { Device = new Guid(9, 9, 9, new byte[8]) });
                judged += 2;
            }
        }

        output.WriteLine($"{judged} pairs");
        Assert.Equal(663_552, judged);
    }

    /// <summary>Every combination of what a side may say of itself beside its names, for seven ways in which names are related.</summary>
    [Theory]
    [InlineData(X, 0, 0, X, 0, 0)] // The same.
    [InlineData(X, 0, 0, Y, X, 0)] // The second was made from the first.
    [InlineData(X, 0, 0, Z, Y, X)] // Long ago.
    [InlineData(Y, X, 0, Z, X, 0)] // Both from a third.
    [InlineData(Y, 0, X, Z, 0, X)] // Long ago.
    [InlineData(X, 0, 0, Y, 0, 0)] // Strangers.
    [InlineData(Generations.JustCreated, 0, 0, X, 0, 0)] // One is empty.
    public void Every_pair_of_states(ulong current, ulong based, ulong past, ulong peerCurrent, ulong peerBase, ulong peerPast)
    {
        var flags = Flags().ToArray();
        var judged = 0;
        foreach (var own in flags)
        {
            var mine = own(Named(current, based, 0, past));
            foreach (var other in flags)
            {
                Lawful(mine, other(Named(peerCurrent, peerBase, 0, peerPast)) with
                {
                    Node = 1, Device = Sides.DeviceB, PeerDevice = Sides.DeviceA,
                });
                judged++;
            }
        }

        output.WriteLine($"{judged} pairs");
        Assert.Equal(65_536, judged);
    }

    /// <summary>The laws are worth something: a table that decides the other way in any of these rows breaks one.</summary>
    [Theory]
    [InlineData("just-created-peer")]
    [InlineData("unfinished-peer")]
    [InlineData("equal")]
    [InlineData("equal-outdated-peer")]
    [InlineData("equal-primary-peer")]
    [InlineData("equal-kept-peer")]
    [InlineData("equal-kept-apart")]
    [InlineData("kept-apart")]
    [InlineData("bitmap-self")]
    [InlineData("valid-base-self")]
    [InlineData("history-self")]
    [InlineData("split-brain")]
    [InlineData("history-both")]
    [InlineData("unrelated")]
    [InlineData("diskless")]
    public void A_row_that_decides_the_other_way_breaks_a_law(string name)
    {
        ImmutableArray<HandshakeRow> wrong =
            [.. HandshakeTable.Rows.Select(row => row.Name == name ? row with { Decision = Other(row.Decision) } : row)];
        Assert.NotEqual(HandshakeTable.Rows, wrong);
        var states = Flags().ToArray();
        HandshakeFacts[] names =
        [
            Named(X, 0, 0, 0), Named(Y, X, 0, 0), Named(Z, Y, X, 0), Named(Z, Y, 0, X), Named(Z, X, 0, 0), Named(Z, 0, 0, X),
            Named(0x400, 0, 0, 0), Named(Generations.JustCreated, 0, 0, 0),
        ];
        var broken = from mine in names
            from theirs in names
            from own in states
            from other in states
            let a = own(mine)
            let b = other(theirs) with { Node = 1, Device = Sides.DeviceB, PeerDevice = Sides.DeviceA }
            let decision = HandshakeTable.Judge(wrong, a, b).Decision
            let mirrored = HandshakeTable.Judge(wrong, b, a).Decision
            where mirrored != Verdict.Mirror(decision) || HandshakeLaw.Broken(a, b, decision) is not null
                || HandshakeLaw.Broken(b, a, mirrored) is not null
            select a;
        Assert.True(broken.Any(), $"{name}: no law notices");
    }

    private static SyncDecision Other(SyncDecision decision) => decision switch
    {
        NoSync => SourceBitmap,
        SplitBrain or Unrelated => NoSync,
        _ => Verdict.Mirror(decision),
    };

    private static IEnumerable<Func<HandshakeFacts, HandshakeFacts>> Flags() =>
        from disk in new[] { DiskState.Diskless, DiskState.Inconsistent, DiskState.Outdated, DiskState.UpToDate }
        from role in new[] { ReplicaRole.Secondary, ReplicaRole.Primary }
        from bits in Enumerable.Range(0, 32)
        select (Func<HandshakeFacts, HandshakeFacts>)(side => side with
        {
            Disk = disk, Role = role, DirtyBlocks = (ulong)(bits & 1), Survived = (bits & 2) != 0, LostCache = (bits & 4) != 0,
            DiscardMyData = (bits & 8) != 0, CrashedPrimary = (bits & 16) != 0,
        });

    private static HandshakeFacts Named(ulong current, ulong based, ulong valid, ulong past)
    {
        var side = Sides.A(current, based);
        if (valid != 0) side = side.ValidBase(valid);
        return past != 0 ? side.History(past) : side;
    }

    private static void Lawful(HandshakeFacts mine, HandshakeFacts theirs)
    {
        var (verdict, mirrored) = (HandshakeTable.Judge(mine, theirs), HandshakeTable.Judge(theirs, mine));
        if (mirrored.Decision != Verdict.Mirror(verdict.Decision)) Fail("the two sides judge differently", mine, theirs, verdict);
        if (HandshakeLaw.Broken(mine, theirs, verdict.Decision) is { } law) Fail(law, mine, theirs, verdict);
        if (HandshakeLaw.Broken(theirs, mine, mirrored.Decision) is { } law2) Fail(law2, theirs, mine, mirrored);
    }

    private static void Fail(string law, HandshakeFacts mine, HandshakeFacts theirs, Verdict verdict) =>
        Assert.Fail($"{law}: {verdict}\n{Words(mine)}\n{Words(theirs)}");

    private static string Words(HandshakeFacts side) =>
        $"{side.Role} {side.Disk} current {side.Generations.Current:x} base {side.Generations.Base:x} "
        + $"valid {side.Generations.ValidBases[0]:x} history {side.Generations.History[0]:x} "
        + $"dirty {side.DirtyBlocks} target {side.ResyncTarget} "
        + $"survived {side.Survived} "
        + $"lost {side.LostCache} discard {side.DiscardMyData} crashed {side.CrashedPrimary}";
}
