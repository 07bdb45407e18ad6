using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;

namespace Appliance.Core.Tests.Replica.Engine;

/// <summary>The less common days in the life of a pair.</summary>
public sealed class LifeTests
{
    [Fact]
    public void Protocol_A_answers_when_the_local_disk_has_it()
    {
        var pair = TwoReplicas.Synced(config => config with { Protocol = Protocol.A });
        pair.B.DiskHangs = true;
        var tag = pair.A.Write(5, 0x55);
        Assert.Equal(Geometry.BlockBytes, pair.A.Answers[tag]);
        pair.B.Release();
        pair.Run(TimeSpan.FromSeconds(2));
        Assert.True(pair.A.Data.SequenceEqual(pair.B.Data));
    }

    [Fact]
    public void Protocol_A_lets_the_peer_lag_only_so_far()
    {
        var pair = TwoReplicas.Synced(config => config with { Protocol = Protocol.A, AheadBytesMax = 2 * Geometry.BlockBytes });
        pair.B.DiskHangs = true;
        var tags = new[] { pair.A.Write(1, 1), pair.A.Write(2, 2), pair.A.Write(3, 3) };
        Assert.Equal([true, true, false], tags.Select(pair.A.Answers.ContainsKey));
        pair.B.Release();
        Assert.True(pair.A.Answers.ContainsKey(tags[2]));
    }

    [Fact]
    public void Protocol_B_answers_when_the_peer_has_received_it()
    {
        var pair = TwoReplicas.Synced(config => config with { Protocol = Protocol.B });
        pair.B.DiskHangs = true;
        var tag = pair.A.Write(5, 0x55);
        Assert.Equal(Geometry.BlockBytes, pair.A.Answers[tag]);
    }

    [Theory]
    [InlineData(Protocol.A)]
    [InlineData(Protocol.B)]
    public void What_an_early_protocol_had_answered_is_marked_when_the_peer_is_lost(Protocol protocol)
    {
        var pair = TwoReplicas.Synced(config => config with { Protocol = protocol, Fencing = Fencing.DontCare });
        pair.B.DiskHangs = true;
        pair.A.Write(5, 0x55);
        pair.Cut();
        Assert.True(pair.A.Engine.Bitmap[5]);
        pair.B.Release();
        pair.Heal();
        pair.Run(TimeSpan.FromSeconds(4));
        Assert.Equal(ConnectionState.Connected, pair.A.Engine.Connection);
        Assert.True(pair.A.Data.SequenceEqual(pair.B.Data));
    }

    [Fact]
    public void A_primary_that_must_let_go_fails_what_waits_and_does_not_call_itself_newest()
    {
        var pair = TwoReplicas.Synced();
        pair.B.DiskHangs = true;
        var under = new[] { pair.A.Write(5, 0x55), pair.A.Zero(7, 1) };
        pair.Cut();
        var held = new[] { pair.A.Write(9, 0x99), pair.A.Flush(), pair.A.Write(5, 0x56) };
        Assert.DoesNotContain(under.Concat(held), pair.A.Answers.ContainsKey);
        pair.A.Order(new ReplicaOrder.FailIo());
        Assert.All(under.Concat(held), tag => Assert.Equal(-5, pair.A.Answers[tag]));
        Assert.Equal(-5, pair.A.Answers[pair.A.Write(11, 1)]);
        var before = pair.A.Engine.Generations.Current;
        pair.A.Order(new ReplicaOrder.Secondary());
        pair.Run(TimeSpan.FromSeconds(1));
        Assert.Equal((ReplicaRole.Secondary, DiskState.Consistent), (pair.A.Engine.Role, pair.A.Engine.Disk));
        Assert.Equal((before, ""), (pair.A.Engine.Generations.Current, pair.A.Status.Frozen));

        // The other one served meanwhile; the blocks of the failed writes are copied back with what it wrote.
        pair.B.Release();
        pair.B.Order(new ReplicaOrder.Primary(2, PeerIsHarmless: true, Force: false));
        var solo = pair.B.Write(20, 0x20);
        Assert.Equal(Geometry.BlockBytes, pair.B.Answers[solo]);
        pair.Heal();
        pair.Run(TimeSpan.FromSeconds(4));
        Assert.Equal((ConnectionState.Connected, DiskState.UpToDate), (pair.A.Engine.Connection, pair.A.Engine.Disk));
        Assert.Equal(0x20, pair.A.Data[20 * Geometry.BlockBytes]);
        Assert.True(pair.A.Data.SequenceEqual(pair.B.Data));
    }

    [Fact]
    public void Failing_ends_with_the_role()
    {
        var pair = TwoReplicas.Synced();
        pair.Cut();
        pair.A.Order(new ReplicaOrder.FailIo());
        pair.A.Order(new ReplicaOrder.Secondary());
        pair.A.Order(new ReplicaOrder.Primary(3, PeerIsHarmless: true, Force: false));
        Assert.Equal(Geometry.BlockBytes, pair.A.Answers[pair.A.Write(1, 1)]);
    }

    [Fact]
    public void A_peer_that_answers_is_not_dead_whatever_its_agent_does()
    {
        var pair = TwoReplicas.Synced();
        pair.Run(TimeSpan.FromSeconds(1));
        pair.A.Order(new ReplicaOrder.PeerDead());
        Assert.Contains(pair.A.Refusals, words => words.Contains("answered", StringComparison.Ordinal));
        Assert.DoesNotContain(pair.A.Told, words => words.Contains("is dead", StringComparison.Ordinal));
        pair.Now += TimeSpan.FromMilliseconds(500); // Nothing is heard meanwhile.
        pair.A.Order(new ReplicaOrder.PeerDead());
        Assert.Contains(pair.A.Told, words => words.Contains("is dead", StringComparison.Ordinal));
    }

    [Fact]
    public void An_invalidated_copy_is_made_again()
    {
        var pair = TwoReplicas.Synced();
        pair.A.Write(5, 0x55);
        pair.B.Disk[5 * Geometry.BlockBytes] = 0;
        pair.B.Order(new ReplicaOrder.Invalidate(Peer: false));
        pair.Run(TimeSpan.FromSeconds(4));
        Assert.Empty(pair.B.Refusals);
        Assert.Equal((ConnectionState.Connected, DiskState.UpToDate), (pair.B.Engine.Connection, pair.B.Engine.Disk));
        Assert.True(pair.A.Data.SequenceEqual(pair.B.Data));
        pair.B.Disk[6 * Geometry.BlockBytes] ^= 0xFF;
        pair.A.Order(new ReplicaOrder.Invalidate(Peer: true));
        pair.Run(TimeSpan.FromSeconds(4));
        Assert.Equal((ConnectionState.Connected, DiskState.UpToDate), (pair.B.Engine.Connection, pair.B.Engine.Disk));
        Assert.True(pair.A.Data.SequenceEqual(pair.B.Data));
    }

    [Fact]
    public void A_volume_grows_on_both_and_the_new_end_is_copied()
    {
        var pair = new TwoReplicas();
        foreach (var side in new[] { pair.A, pair.B })
            side.Order(new ReplicaOrder.Attach(side.Image(side.New() with { DataBytes = TwoReplicas.Size / 2 })));
        pair.B.Disk.AsSpan(0, (int)TwoReplicas.Size).Fill(0x77);
        pair.A.Order(new ReplicaOrder.Primary(1, false, Force: true));
        pair.Connect();
        pair.Run(TimeSpan.FromSeconds(3));
        Assert.Equal(TwoReplicas.Size / 2, pair.A.Engine.Size);
        pair.A.Order(new ReplicaOrder.Resize(0));
        pair.Run(TimeSpan.FromSeconds(3));
        Assert.Empty(pair.A.Refusals);
        Assert.Equal((TwoReplicas.Size, TwoReplicas.Size), (pair.A.Engine.Size, pair.B.Engine.Size));
        Assert.Equal((ConnectionState.Connected, DiskState.UpToDate), (pair.B.Engine.Connection, pair.B.Engine.Disk));
        Assert.True(pair.A.Data.SequenceEqual(pair.B.Data));
    }

    [Fact]
    public void Suspended_writes_wait_and_then_go_on()
    {
        var pair = TwoReplicas.Synced();
        pair.A.Order(new ReplicaOrder.SuspendIo());
        var tag = pair.A.Write(5, 0x55);
        Assert.False(pair.A.Answers.ContainsKey(tag));
        pair.A.Order(new ReplicaOrder.ResumeIo());
        Assert.Equal(Geometry.BlockBytes, pair.A.Answers[tag]);
    }

    [Fact]
    public void A_disconnect_by_the_primary_leaves_an_outdated_copy_and_freezes_nothing()
    {
        var pair = TwoReplicas.Synced();
        pair.A.Order(new ReplicaOrder.Disconnect());
        pair.Run(TimeSpan.FromSeconds(1));
        Assert.Equal((ConnectionState.StandAlone, DiskState.Outdated), (pair.A.Engine.Connection, pair.B.Engine.Disk));
        var tag = pair.A.Write(5, 0x55);
        Assert.Equal(Geometry.BlockBytes, pair.A.Answers[tag]);
        pair.B.Order(new ReplicaOrder.Primary(9, PeerIsHarmless: true, false));
        Assert.Contains("Outdated", Assert.Single(pair.B.Refusals), StringComparison.Ordinal);
        pair.A.Order(new ReplicaOrder.Connect(false));
        pair.Run(TimeSpan.FromSeconds(4));
        Assert.Equal(DiskState.UpToDate, pair.B.Engine.Disk);
        Assert.True(pair.A.Data.SequenceEqual(pair.B.Data));
    }

    [Fact]
    public void A_write_that_hangs_at_the_peer_does_not_hang_the_users_for_long()
    {
        var pair = TwoReplicas.Synced(config => config with { Fencing = Fencing.DontCare });
        pair.B.DiskHangs = true;
        var tag = pair.A.Write(5, 0x55);
        pair.Run(TimeSpan.FromSeconds(4));
        Assert.Equal(Geometry.BlockBytes, pair.A.Answers[tag]);
    }

    [Fact]
    public void The_data_of_a_crashed_primary_is_compared_and_only_what_differs_is_copied()
    {
        var pair = TwoReplicas.Synced();
        pair.A.Write(5, 0x55);
        pair.Run(TimeSpan.FromSeconds(2));
        var super = pair.A.New() with
        {
            Sequence = pair.A.Reread().Superblock.Sequence, Generations = pair.A.Engine.Generations, Disk = DiskState.UpToDate,
            Flags = SuperblockFlags.Primary | SuperblockFlags.PeerSeen, PeerDevice = pair.B.New().Device, Term = 1,
        };
        var hot = new byte[IntentText.BitsBytes];
        hot[0] = 1;
        pair.A.Disk[2 * Geometry.BlockBytes] = 0xDD; // Was under way when the power went.
        pair.A.Restart(new DiskImage(super, 0, pair.A.Layout, hot, 0, 5, new DirtyBitmap(TwoReplicas.Blocks)));
        Assert.Equal(16, pair.A.Engine.Bitmap.Count);
        Assert.Equal(DiskState.Consistent, pair.A.Engine.Disk);
        var received = pair.A.Status.NetReceivedKiB;
        pair.A.Order(new ReplicaOrder.Connect(false));
        pair.Run(TimeSpan.FromSeconds(4));
        Assert.Equal(ConnectionState.Connected, pair.A.Engine.Connection);
        Assert.True(pair.A.Data.SequenceEqual(pair.B.Data));
        Assert.Equal(0, pair.A.Engine.Bitmap.Count);
        Assert.True(pair.A.Status.NetReceivedKiB - received < 200);
    }

    [Fact]
    public void A_process_that_died_under_its_users_is_primary_again_and_asks_first_whether_it_is_alone()
    {
        var pair = TwoReplicas.Synced();
        pair.A.Write(5, 0x55);
        var super = pair.A.New() with
        {
            Sequence = pair.A.Reread().Superblock.Sequence, Generations = pair.A.Engine.Generations, Disk = DiskState.UpToDate,
            Boot = pair.A.Boot, Term = 1,
            Flags = SuperblockFlags.Primary | SuperblockFlags.PeerSeen | SuperblockFlags.Connected, PeerDevice = pair.B.New().Device,
        };
        pair.A.Restart(new DiskImage(super, 0, pair.A.Layout, new byte[IntentText.BitsBytes], 0, 5, new DirtyBitmap(TwoReplicas.Blocks)));
        pair.A.Order(new ReplicaOrder.Primary(1, PeerIsHarmless: false, false));
        Assert.Empty(pair.A.Refusals);
        var tag = pair.A.Write(6, 0x66);
        if (pair.A.Engine.Connection != ConnectionState.Connected) Assert.False(pair.A.Answers.ContainsKey(tag));
        pair.A.Order(new ReplicaOrder.Connect(false));
        pair.Run(TimeSpan.FromSeconds(2));
        Assert.Equal(Geometry.BlockBytes, pair.A.Answers[tag]);
        Assert.True(pair.A.Data.SequenceEqual(pair.B.Data));
    }

    [Fact]
    public void An_end_for_an_upgrade_leaves_nothing_in_doubt()
    {
        var pair = TwoReplicas.Synced();
        pair.A.Write(5, 0x55);
        pair.A.Order(new ReplicaOrder.Stop(FrontStays: true));
        pair.Run(TimeSpan.FromSeconds(2));
        Assert.Empty(pair.A.Refusals);
        Assert.True(pair.A.HasEnded);
        Assert.Equal(0, pair.A.Status.HotRegions);
    }

    [Fact]
    public void A_peer_with_a_smaller_disk_is_refused_with_a_reason_and_untouched()
    {
        var pair = new TwoReplicas();
        pair.A.Create();
        pair.A.Order(new ReplicaOrder.Primary(1, false, Force: true));
        pair.B.Order(new ReplicaOrder.Attach(pair.B.Image(pair.B.New() with
        {
            DataBytes = TwoReplicas.Size / 2, CapacityBytes = TwoReplicas.Size / 2,
        })));
        pair.Connect();
        pair.Run(TimeSpan.FromSeconds(1));
        Assert.Contains("larger disk", pair.A.Status.Why, StringComparison.Ordinal);
        Assert.Equal(DiskState.Inconsistent, pair.B.Engine.Disk);
    }

    [Fact]
    public void A_disk_that_fails_to_note_its_intent_is_given_up_and_no_write_is_lost()
    {
        var pair = TwoReplicas.Synced();
        pair.A.Write(1, 1);
        pair.A.FailMetadata = 5;
        var tag = pair.A.Write(400, 4);
        Assert.Equal(Geometry.BlockBytes, pair.A.Answers[tag]);
        Assert.Equal(DiskState.Diskless, pair.A.Engine.Disk);
        Assert.Equal(4, pair.B.Data[400 * Geometry.BlockBytes]);
    }
}
