using Appliance.Core.Replica;

namespace Appliance.Core.Tests.Replica.Engine;

/// <summary>Disks that do not belong together as they are: refused with a reason, and not a byte of them touched.</summary>
public sealed class StrangeDiskTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_two_sizes_the_smaller_one_is_agreed_and_written_down(bool smallerHere)
    {
        var pair = new TwoReplicas();
        var half = TwoReplicas.Size / 2;
        var (small, large) = smallerHere ? (pair.A, pair.B) : (pair.B, pair.A);
        small.Order(new ReplicaOrder.Attach(small.Image(small.New() with { DataBytes = half, CapacityBytes = half })));
        large.Create();
        pair.Connect();
        pair.Run(TimeSpan.FromSeconds(2));
        small.Order(new ReplicaOrder.Primary(1, false, Force: true));
        pair.Run(TimeSpan.FromSeconds(4));
        Assert.Equal((ConnectionState.Connected, DiskState.UpToDate), (large.Engine.Connection, large.Engine.Disk));
        Assert.Equal((half, half), (small.Status.DataBytes, large.Status.DataBytes));
        Assert.Equal((half, half), (large.Reread().Superblock.DataBytes, large.Reread().Superblock.PeerDataBytes));
    }

    [Fact]
    public void A_smaller_disk_in_place_of_the_old_one_is_refused()
    {
        var pair = TwoReplicas.Synced();
        pair.Cut();
        var half = TwoReplicas.Size / 2;
        var smaller = pair.B.New() with { Device = new Guid(99, 0, 0, new byte[8]), DataBytes = half, CapacityBytes = half };
        pair.B.Restart(pair.B.Image(smaller));
        Refused(pair, "a larger disk is needed");
    }

    [Fact]
    public void A_cloned_disk_is_refused()
    {
        var pair = TwoReplicas.Synced();
        pair.A.Write(5, 0x55);
        pair.Cut();
        pair.B.Restart(pair.B.Image(pair.A.Reread().Superblock with { Node = 1 }));
        Refused(pair, "one was cloned from the other");
    }

    [Fact]
    public void A_disk_that_was_put_back_from_a_snapshot_is_refused_and_cured_by_create()
    {
        var pair = TwoReplicas.Synced();
        pair.A.Write(5, 0x55);
        pair.Run(TimeSpan.FromSeconds(3));
        var snapshot = pair.B.Disk.ToArray();
        // Same names on both all the time, and no mark: nothing but the age of the superblock tells.
        for (byte round = 1; round < 8; round++)
        {
            pair.A.Write(20 + round, round);
            pair.A.Flush();
            pair.Run(TimeSpan.FromSeconds(4));
        }

        pair.Cut();
        snapshot.CopyTo(pair.B.Disk, 0);
        pair.B.Restart(powerLost: true);
        Refused(pair, "put back from a backup or a snapshot");
        pair.Cut();
        pair.B.Restart(pair.B.Image(pair.B.New() with { Device = new Guid(99, 0, 0, new byte[8]) }));
        pair.Heal();
        pair.Connect();
        pair.Run(TimeSpan.FromSeconds(5));
        Assert.Equal((ConnectionState.Connected, DiskState.UpToDate), (pair.B.Engine.Connection, pair.B.Engine.Disk));
        Assert.True(pair.A.Data.SequenceEqual(pair.B.Data));
    }

    [Fact]
    public void A_primary_that_was_put_back_is_refused_as_well()
    {
        var pair = TwoReplicas.Synced();
        var snapshot = pair.A.Disk.ToArray();
        for (byte round = 1; round < 8; round++)
        {
            pair.A.Write(20 + round, round);
            pair.Run(TimeSpan.FromSeconds(4));
        }

        pair.Cut();
        snapshot.CopyTo(pair.A.Disk, 0);
        pair.A.Restart(powerLost: true);
        Refused(pair, "put back from a backup or a snapshot");
    }

    private static void Refused(TwoReplicas pair, string why)
    {
        var (a, b) = (pair.A.Data.ToArray(), pair.B.Data.ToArray());
        pair.Heal();
        pair.Connect();
        pair.Run(TimeSpan.FromSeconds(3));
        foreach (var side in new[] { pair.A, pair.B })
        {
            Assert.Contains(why, side.Status.Why, StringComparison.Ordinal);
            Assert.NotEqual(ConnectionState.Connected, side.Engine.Connection);
        }

        Assert.True(pair.A.Data.SequenceEqual(a) && pair.B.Data.SequenceEqual(b));
    }
}
