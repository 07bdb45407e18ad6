using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;

namespace Appliance.Core.Tests.Replica.Engine;

/// <summary>Rare histories in which an answered write could be lost, or the wrong copy served, without a word.</summary>
public sealed class WeakSpotTests
{
    private const int Kept = 5;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Made_primary_alone_after_a_loss_of_power_it_does_not_overwrite_a_peer_that_kept_more(bool writes)
    {
        var pair = LostPowerOnA();
        pair.A.Order(new ReplicaOrder.Primary(2, PeerIsHarmless: true, false));
        Assert.Equal(ReplicaRole.Primary, pair.A.Engine.Role);
        if (writes) pair.A.Write(6, 0x66);
        Meet(pair);
        // Whoever judges first closes the connection; then the other one waits for a peer that stands alone.
        Assert.Contains(ConnectionState.StandAlone, new[] { pair.A.Engine.Connection, pair.B.Engine.Connection });
        Assert.False(pair.A.Engine.Connection >= ConnectionState.Connected);
        Assert.Contains(pair.A.Told.Concat(pair.B.Told), words => words.Contains("stands alone: SplitBrain", StringComparison.Ordinal)
            && words.Contains("kept answered writes", StringComparison.Ordinal));
        Assert.Equal(0x55, pair.B.Data[Kept * Geometry.BlockBytes]);
        Assert.Equal(writes ? 0x66 : 0, pair.A.Data[6 * Geometry.BlockBytes]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_operator_settles_which_of_the_two_goes_on(bool kept)
    {
        var pair = LostPowerOnA();
        pair.A.Order(new ReplicaOrder.Primary(2, PeerIsHarmless: true, false));
        pair.A.Write(6, 0x66);
        Meet(pair);
        pair.A.Order(new ReplicaOrder.Secondary());
        pair.Run(TimeSpan.FromSeconds(1));
        // First the one whose data goes, as `connect` on the other one may already find it.
        var (victim, survivor) = kept ? (pair.A, pair.B) : (pair.B, pair.A);
        victim.Order(new ReplicaOrder.Connect(DiscardMyData: true));
        survivor.Order(new ReplicaOrder.Connect(DiscardMyData: false));
        pair.Run(TimeSpan.FromSeconds(4));
        Assert.Equal(ConnectionState.Connected, pair.A.Engine.Connection);
        Assert.True(pair.A.Data.SequenceEqual(pair.B.Data));
        var told = string.Join('\n', pair.A.Told.Concat(pair.B.Told));
        var expected = kept ? (0x55, 0) : (0, 0x66);
        Assert.True(expected == (pair.B.Data[Kept * Geometry.BlockBytes], pair.B.Data[6 * Geometry.BlockBytes]), told);
    }

    [Fact]
    public void Not_made_primary_it_gets_what_the_peer_kept()
    {
        var pair = LostPowerOnA();
        Meet(pair);
        Assert.Equal(ConnectionState.Connected, pair.A.Engine.Connection);
        Assert.Equal(0x55, pair.A.Data[Kept * Geometry.BlockBytes]);
    }

    [Fact]
    public void A_primary_that_went_on_alone_before_it_lost_power_is_no_split_brain()
    {
        var pair = TwoReplicas.Synced();
        pair.A.Write(Kept, 0x55);
        pair.Cut();
        pair.A.Order(new ReplicaOrder.PeerFenced(Outdated: false));
        pair.A.Write(6, 0x66);
        pair.A.Restart(powerLost: true);
        pair.A.Order(new ReplicaOrder.Primary(2, PeerIsHarmless: true, false));
        pair.A.Write(7, 0x77);
        Meet(pair);
        Assert.Equal(ConnectionState.Connected, pair.A.Engine.Connection);
        Assert.True(pair.A.Data.SequenceEqual(pair.B.Data));
        Assert.Equal(0x77, pair.B.Data[7 * Geometry.BlockBytes]);
    }

    [Fact]
    public void A_disk_that_failed_to_flush_does_not_pass_for_one_that_lost_nothing_however_often_the_process_starts()
    {
        var pair = TwoReplicas.Synced();
        pair.A.Write(Kept, 0x55);
        pair.Cut();
        pair.B.FailFlush = 5;
        pair.Run(TimeSpan.FromSeconds(2));
        Assert.Equal(DiskState.Diskless, pair.B.Engine.Disk);
        pair.B.FailFlush = 0;
        pair.B.Disk[Kept * Geometry.BlockBytes] = 0;
        pair.B.Restart(powerLost: false);
        pair.B.Restart(powerLost: false);
        pair.A.Restart(powerLost: false);
        Meet(pair);
        Assert.Equal(ConnectionState.Connected, pair.A.Engine.Connection);
        Assert.Equal(0x55, pair.A.Data[Kept * Geometry.BlockBytes]);
        Assert.Equal(0x55, pair.B.Data[Kept * Geometry.BlockBytes]);
    }

    [Fact]
    public void The_same_disk_attached_again_by_the_process_that_gave_it_up_lost_what_it_had_not_flushed()
    {
        var pair = TwoReplicas.Synced();
        pair.A.Write(Kept, 0x55);
        pair.Cut();
        var before = pair.B.Reread();
        pair.B.FailFlush = pair.B.FailMetadata = 5; // It cannot even note that.
        pair.Run(TimeSpan.FromSeconds(2));
        (pair.B.FailFlush, pair.B.FailMetadata, pair.B.Disk[Kept * Geometry.BlockBytes]) = (0, 0, 0);
        Assert.Equal(before.Superblock.Sequence, pair.B.Reread().Superblock.Sequence);
        pair.B.Order(new ReplicaOrder.Attach(pair.B.Reread()));
        pair.A.Restart(powerLost: false);
        Meet(pair);
        Assert.Equal(0x55, pair.A.Data[Kept * Geometry.BlockBytes]);
        Assert.Equal(0x55, pair.B.Data[Kept * Geometry.BlockBytes]);
    }

    [Fact]
    public void A_primary_without_a_disk_attaches_none_and_its_old_one_does_not_serve_in_the_next_process()
    {
        var pair = TwoReplicas.Synced(config => config with { Fencing = Fencing.DontCare });
        var old = pair.A.Reread();
        pair.A.FailFlush = 5;
        pair.A.Write(Kept, 0x55);
        pair.A.Flush();
        Assert.Equal(DiskState.Diskless, pair.A.Engine.Disk);
        pair.A.FailFlush = 0;
        pair.A.Write(6, 0x66);
        pair.A.Order(new ReplicaOrder.Attach(old));
        Assert.Contains("switch over first", Assert.Single(pair.A.Refusals), StringComparison.Ordinal);
        Assert.Equal((DiskState.Diskless, 0x66), (pair.A.Engine.Disk, pair.A.Read(6)));
        pair.Cut();
        pair.A.Restart(powerLost: false);
        Assert.Equal(DiskState.Outdated, pair.A.Engine.Disk);
        pair.A.Order(new ReplicaOrder.Primary(1, false, false));
        Assert.Contains("the data here is Outdated", pair.A.Refusals[^1], StringComparison.Ordinal);
        Meet(pair);
        Assert.Equal(DiskState.UpToDate, pair.A.Engine.Disk);
        Assert.Equal(0x66, pair.A.Data[6 * Geometry.BlockBytes]);
    }

    [Fact]
    public void A_stale_disk_that_could_note_nothing_is_frozen_until_somebody_vouches()
    {
        var pair = TwoReplicas.Synced(config => config with { Fencing = Fencing.DontCare });
        pair.A.DiskErrno = 5;
        pair.A.Write(Kept, 0x55);
        Assert.Equal(DiskState.Diskless, pair.A.Engine.Disk);
        (pair.A.DiskErrno, pair.A.GivenUp) = (0, null);
        pair.Cut();
        pair.A.Restart(powerLost: false);
        pair.A.Order(new ReplicaOrder.Primary(1, false, false));
        Assert.Contains("fencing", pair.A.Status.Frozen, StringComparison.Ordinal);
        var tag = pair.A.Write(7, 0x77);
        Assert.False(pair.A.Answers.ContainsKey(tag));
    }

    [Fact]
    public void A_disk_too_dead_to_be_told_that_it_is_old_does_not_serve_in_the_next_process()
    {
        var pair = TwoReplicas.Synced();
        (pair.A.DiskErrno, pair.A.FailMetadata, pair.A.FailFlush) = (5, 5, 5);
        pair.A.Write(Kept, 0x55);
        Assert.Equal((DiskState.Diskless, DiskState.UpToDate), (pair.A.Engine.Disk, pair.A.Reread().Superblock.Disk));
        (pair.A.DiskErrno, pair.A.FailMetadata, pair.A.FailFlush) = (0, 0, 0);
        pair.Cut();
        pair.A.Restart(powerLost: false);
        Assert.Equal(DiskState.Outdated, pair.A.Engine.Disk);
        pair.A.Order(new ReplicaOrder.Primary(1, false, false));
        Assert.Contains("the data here is Outdated", pair.A.Refusals[^1], StringComparison.Ordinal);
        Meet(pair);
        Assert.Equal((0x55, DiskState.UpToDate), (pair.A.Data[Kept * Geometry.BlockBytes], pair.A.Engine.Disk));
        pair.A.Restart(powerLost: false);
        Assert.Equal(DiskState.Consistent, pair.A.Engine.Disk); // Its superblock is newer than the note.
    }

    [Theory]
    [InlineData("00000001-0000-0000-0000-000000000000 7 all\n", true)]
    [InlineData("00000001-0000-0000-0000-000000000000 7 some\n", true)]
    [InlineData("00000001-0000-0000-0000-000000000000 -7 all\n", false)]
    [InlineData("00000001-0000-0000-0000-000000000000 7 none\n", false)]
    [InlineData("1 7 all\n", false)]
    [InlineData("", false)]
    public void What_was_kept_of_a_disk_that_was_given_up_is_read_or_refused(string text, bool good) =>
        Assert.Equal(good ? text : null, GivenUpNote.Read(text)?.Text);

    [Fact]
    public void A_node_without_a_disk_knows_the_term()
    {
        var fresh = new TwoReplicas();
        fresh.A.Create();
        fresh.A.Order(new ReplicaOrder.Primary(7, false, Force: true));
        fresh.A.Order(new ReplicaOrder.Secondary());
        fresh.Connect();
        fresh.Run(TimeSpan.FromSeconds(2));
        Assert.Equal((DiskState.Diskless, 7UL), (fresh.B.Engine.Disk, fresh.B.Status.Term));
        fresh.B.Order(new ReplicaOrder.Primary(6, false, false));
        Assert.Contains("term 6 is older than 7", Assert.Single(fresh.B.Refusals), StringComparison.Ordinal);
        fresh.B.Order(new ReplicaOrder.Primary(9, false, false));
        Assert.Equal((ReplicaRole.Primary, 9UL), (fresh.B.Engine.Role, fresh.B.Status.Term));
        // Whoever has a disk wrote it down before it agreed.
        Assert.Equal(9UL, fresh.A.Reread().Superblock.Term);
    }

    [Fact]
    public void A_primary_stopped_without_its_peer_brings_what_it_answered_early()
    {
        var pair = TwoReplicas.Synced(config => config with { Protocol = Protocol.A });
        pair.A.Order(new ReplicaOrder.Secondary());
        pair.B.Order(new ReplicaOrder.Primary(2, false, false));
        pair.Loses = true;
        var tag = pair.B.Write(Kept, 0x55);
        Assert.Equal(Geometry.BlockBytes, pair.B.Answers[tag]);
        pair.Cut();
        pair.B.Order(new ReplicaOrder.Stop(FrontStays: false));
        pair.Run(TimeSpan.FromSeconds(4));
        Assert.True(pair.B.HasEnded);
        pair.B.Restart(powerLost: false);
        Meet(pair);
        Assert.Equal(ConnectionState.Connected, pair.A.Engine.Connection);
        Assert.Equal((0x55, 0x55), (pair.A.Data[Kept * Geometry.BlockBytes], pair.B.Data[Kept * Geometry.BlockBytes]));
    }

    [Fact]
    public void The_copy_that_may_be_the_only_one_is_not_detached()
    {
        var pair = TwoReplicas.Synced();
        pair.Cut();
        pair.B.Order(new ReplicaOrder.Detach());
        pair.Run(TimeSpan.FromSeconds(4));
        Assert.Contains("may have lost what this copy holds", Assert.Single(pair.B.Refusals), StringComparison.Ordinal);
        Assert.NotEqual(DiskState.Diskless, pair.B.Engine.Disk);
    }

    private static void Meet(TwoReplicas pair)
    {
        pair.Heal();
        pair.Connect();
        pair.Run(TimeSpan.FromSeconds(4));
    }

    /// <summary>A wrote, both have it and neither has flushed; A's power fails and with it the write there. B's goes on.</summary>
    private static TwoReplicas LostPowerOnA()
    {
        var pair = TwoReplicas.Synced();
        pair.A.Write(Kept, 0x55);
        pair.Cut();
        pair.A.Disk[Kept * Geometry.BlockBytes] = 0;
        pair.A.Restart(powerLost: true);
        return pair;
    }
}
