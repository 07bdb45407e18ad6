using Appliance.Core.Replica;

namespace Appliance.Core.Tests.Replica.Engine;

/// <summary>Stories of a pair of replicas: what an operator who knows DRBD expects.</summary>
public sealed class EngineTests
{
    [Fact]
    public void An_empty_disk_serves_only_by_force()
    {
        var pair = new TwoReplicas();
        pair.A.Create();
        pair.A.Order(new ReplicaOrder.Primary(1, true, Force: false));
        Assert.Contains("empty", Assert.Single(pair.A.Refusals), StringComparison.Ordinal);
        pair.A.Order(new ReplicaOrder.Primary(1, false, Force: true));
        Assert.Equal((ReplicaRole.Primary, DiskState.UpToDate), (pair.A.Engine.Role, pair.A.Engine.Disk));
    }

    [Fact]
    public void One_node_alone_serves_and_the_second_is_copied_when_it_comes()
    {
        var pair = new TwoReplicas();
        pair.A.Create();
        pair.A.Order(new ReplicaOrder.Primary(1, false, Force: true));
        pair.A.Write(7, 0x11);
        pair.A.Write(300, 0x22, 20);
        Assert.Equal(0x11, pair.A.Read(7));
        pair.B.Create();
        pair.Connect();
        pair.Run(TimeSpan.FromSeconds(3));
        Assert.Equal((ConnectionState.Connected, DiskState.UpToDate), (pair.B.Engine.Connection, pair.B.Engine.Disk));
        Assert.True(pair.A.Data.SequenceEqual(pair.B.Data));
        Assert.Equal(0, pair.A.Engine.Bitmap.Count);
    }

    [Fact]
    public void A_write_is_on_both_disks_before_it_is_answered()
    {
        var pair = TwoReplicas.Synced();
        pair.B.DiskHangs = true;
        var tag = pair.A.Write(5, 0x55);
        Assert.False(pair.A.Answers.ContainsKey(tag));
        pair.B.Release();
        Assert.Equal(Geometry.BlockBytes, pair.A.Answers[tag]);
        Assert.Equal(0x55, pair.B.Data[5 * Geometry.BlockBytes]);
    }

    [Fact]
    public void A_flush_reaches_both_disks()
    {
        var pair = TwoReplicas.Synced();
        pair.A.Write(5, 0x55);
        var (here, there) = (pair.A.MirrorFlushes, pair.B.MirrorFlushes);
        var tag = pair.A.Flush();
        Assert.Equal(0, pair.A.Answers[tag]);
        Assert.True(pair.A.MirrorFlushes > here);
        Assert.True(pair.B.MirrorFlushes > there);
    }

    [Fact]
    public void A_lost_peer_freezes_until_the_agent_says_that_it_will_not_serve()
    {
        var pair = TwoReplicas.Synced();
        var before = pair.A.Engine.Generations.Current;
        pair.Cut();
        Assert.True(pair.A.FenceQuestions > 0);
        var tag = pair.A.Write(9, 0x99);
        Assert.False(pair.A.Answers.ContainsKey(tag));
        Assert.Equal(DiskState.Consistent, pair.B.Engine.Disk);
        pair.A.Order(new ReplicaOrder.PeerFenced(Outdated: true));
        Assert.Equal(Geometry.BlockBytes, pair.A.Answers[tag]);
        Assert.NotEqual(before, pair.A.Engine.Generations.Current);
        Assert.Equal(1, pair.A.Engine.Bitmap.Count);
        pair.Heal();
        pair.Run(TimeSpan.FromSeconds(3));
        Assert.Equal(ConnectionState.Connected, pair.A.Engine.Connection);
        Assert.True(pair.A.Data.SequenceEqual(pair.B.Data));
    }

    [Fact]
    public void A_write_that_the_peer_had_not_answered_is_marked_when_it_is_lost()
    {
        var pair = TwoReplicas.Synced();
        pair.B.DiskHangs = true;
        var tag = pair.A.Write(5, 0x55);
        pair.Cut();
        Assert.False(pair.A.Answers.ContainsKey(tag));
        Assert.True(pair.A.Engine.Bitmap[5]);
        pair.A.Order(new ReplicaOrder.PeerFenced(Outdated: false));
        Assert.Equal(Geometry.BlockBytes, pair.A.Answers[tag]);
    }

    [Fact]
    public void Roles_change_and_every_change_survives()
    {
        var pair = TwoReplicas.Synced();
        pair.A.Write(1, 0x01);
        pair.A.Order(new ReplicaOrder.Secondary());
        pair.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(ReplicaRole.Secondary, pair.A.Engine.Role);
        pair.B.Order(new ReplicaOrder.Primary(2, false, false));
        Assert.Equal(ReplicaRole.Primary, pair.B.Engine.Role);
        Assert.Equal(0x01, pair.B.Read(1));
        pair.B.Write(2, 0x02);
        pair.A.Order(new ReplicaOrder.Primary(3, false, false));
        Assert.Contains("the peer is primary", Assert.Single(pair.A.Refusals), StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_takeover_the_old_primary_becomes_a_copy_of_the_new_one()
    {
        var pair = TwoReplicas.Synced();
        pair.A.Write(1, 0x01);
        pair.Cut();
        pair.A.Order(new ReplicaOrder.Secondary());
        pair.B.Order(new ReplicaOrder.Primary(2, PeerIsHarmless: true, false));
        Assert.Equal(ReplicaRole.Primary, pair.B.Engine.Role);
        var tag = pair.B.Write(2, 0x02);
        Assert.Equal(Geometry.BlockBytes, pair.B.Answers[tag]);
        pair.Run(TimeSpan.FromSeconds(2));
        Assert.Equal(ReplicaRole.Secondary, pair.A.Engine.Role);
        pair.Heal();
        pair.Run(TimeSpan.FromSeconds(3));
        Assert.Equal((ConnectionState.Connected, DiskState.UpToDate), (pair.A.Engine.Connection, pair.A.Engine.Disk));
        Assert.True(pair.A.Data.SequenceEqual(pair.B.Data));
    }

    [Fact]
    public void Two_that_wrote_alone_stand_alone()
    {
        var pair = TwoReplicas.Synced(config => config with { Fencing = Fencing.DontCare });
        pair.Cut();
        pair.A.Write(1, 0xAA);
        pair.B.Order(new ReplicaOrder.Primary(2, PeerIsHarmless: true, false));
        pair.B.Write(1, 0xBB);
        pair.Heal();
        pair.Run(TimeSpan.FromSeconds(3));
        Assert.Equal(ConnectionState.StandAlone, pair.A.Engine.Connection);
        Assert.Equal(ConnectionState.StandAlone, pair.B.Engine.Connection);
        Assert.Equal((0xAA, 0xBB), (pair.A.Read(1), pair.B.Read(1)));
        pair.B.Order(new ReplicaOrder.Secondary());
        pair.Run(TimeSpan.FromSeconds(1));
        pair.B.Order(new ReplicaOrder.Connect(DiscardMyData: true));
        pair.A.Order(new ReplicaOrder.Connect(false));
        pair.Run(TimeSpan.FromSeconds(3));
        Assert.Equal(ConnectionState.Connected, pair.A.Engine.Connection);
        Assert.True(pair.A.Data.SequenceEqual(pair.B.Data));
        Assert.Equal(0xAA, pair.B.Data[Geometry.BlockBytes]);
    }

    [Fact]
    public void A_primary_whose_disk_fails_goes_on_through_its_peer()
    {
        var pair = TwoReplicas.Synced();
        pair.A.DiskErrno = 5;
        var tag = pair.A.Write(4, 0x44);
        Assert.Equal(Geometry.BlockBytes, pair.A.Answers[tag]);
        Assert.Equal(DiskState.Diskless, pair.A.Engine.Disk);
        Assert.Equal(0x44, pair.A.Read(4));
        pair.A.Write(6, 0x66);
        Assert.Equal(0x66, pair.B.Data[6 * Geometry.BlockBytes]);
        Assert.True(pair.B.Engine.Bitmap[6]);
    }

    [Fact]
    public void A_secondary_whose_disk_fails_does_not_disturb_the_primary()
    {
        var pair = TwoReplicas.Synced();
        pair.B.DiskErrno = 5;
        var tag = pair.A.Write(4, 0x44);
        Assert.Equal(Geometry.BlockBytes, pair.A.Answers[tag]);
        Assert.Equal(DiskState.Diskless, pair.B.Engine.Disk);
        Assert.True(pair.A.Engine.Bitmap[4]);
        Assert.Equal("", pair.A.Status.Frozen);
    }

    [Fact]
    public void Verify_finds_what_differs_and_mends_it()
    {
        var pair = TwoReplicas.Synced();
        pair.A.Write(4, 0x44, 8);
        pair.B.Disk[6 * Geometry.BlockBytes] ^= 1;
        pair.A.Order(new ReplicaOrder.Verify());
        pair.Run(TimeSpan.FromSeconds(3));
        Assert.Equal(1, pair.A.Status.VerifyDiffered);
        Assert.True(pair.A.Data.SequenceEqual(pair.B.Data));
        Assert.Equal((ConnectionState.Connected, DiskState.UpToDate), (pair.A.Engine.Connection, pair.B.Engine.Disk));
    }

    [Fact]
    public void A_block_that_cannot_be_read_is_read_from_the_peer_and_written_anew()
    {
        var pair = TwoReplicas.Synced();
        pair.A.Write(4, 0x44);
        pair.A.FailNextRead = 5;
        Assert.Equal(0x44, pair.A.Read(4));
        Assert.Equal(DiskState.UpToDate, pair.A.Engine.Disk);
        Assert.Contains(pair.A.Told, words => words.Contains("written anew", StringComparison.Ordinal));
    }

    [Fact]
    public void A_planned_leave_of_the_secondary_freezes_nobody()
    {
        var pair = TwoReplicas.Synced();
        pair.B.Order(new ReplicaOrder.Stop(false));
        pair.Run(TimeSpan.FromSeconds(1));
        Assert.Equal("", pair.A.Status.Frozen);
        Assert.Equal(DiskState.Outdated, pair.B.Engine.Disk);
        var tag = pair.A.Write(4, 0x44);
        Assert.Equal(Geometry.BlockBytes, pair.A.Answers[tag]);
        Assert.Equal(0, pair.A.FenceQuestions);
    }
}
