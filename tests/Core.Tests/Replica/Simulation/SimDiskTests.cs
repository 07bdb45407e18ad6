using Appliance.Core.Replica;
using Appliance.Core.Time;
using Appliance.Simulation;
using Appliance.Simulation.Replica.Disks;

namespace Appliance.Core.Tests.Replica.Simulation;

/// <summary>The simulated disk keeps no promise that a real one does not make, and breaks none that it does.</summary>
public sealed class SimDiskTests
{
    private const int Sectors = 64;

    [Fact]
    public void A_sector_names_the_write_that_made_it_and_its_place()
    {
        var sector = new byte[Sector.Bytes];
        Assert.Equal(Sector.Zeroes, Sector.Read(sector, 7));
        Sector.Stamp(sector, 7, 42);
        Assert.Equal(42, Sector.Read(sector, 7));
        Assert.True(Sector.Read(sector, 8) < 0);
        sector[^1] ^= 1;
        Assert.True(Sector.Read(sector, 7) < 0);
    }

    [Fact]
    public void What_was_flushed_survives_a_loss_of_power_and_what_was_not_need_not()
    {
        var lost = 0;
        for (var seed = 0UL; seed < 40; seed++)
        {
            var (timeline, disk) = Make(seed);
            Write(timeline, disk, 0, 1);
            Do(timeline, disk, EffectKind.DiskFlush, 0, []);
            Write(timeline, disk, 8, 2);
            disk.PowerLoss();
            Assert.Equal(1, Sector.Read(disk.Data.Visible.Sector(0), 0));
            var after = Sector.Read(disk.Data.Visible.Sector(8), 8);
            Assert.Contains(after, new long[] { 0, 2 });
            if (after == 0) lost++;
        }

        Assert.InRange(lost, 1, 39);
    }

    [Fact]
    public void A_write_through_survives_by_itself()
    {
        for (var seed = 0UL; seed < 20; seed++)
        {
            var (timeline, disk) = Make(seed);
            Write(timeline, disk, 0, 1, fua: true);
            disk.PowerLoss();
            Assert.Equal(1, Sector.Read(disk.Data.Visible.Sector(0), 0));
        }
    }

    [Fact]
    public void A_write_under_way_is_torn_at_sectors_only()
    {
        var torn = 0;
        for (var seed = 0UL; seed < 40; seed++)
        {
            var (_, disk) = Make(seed);
            disk.Submit(new DiskOperation(EffectKind.DiskWrite, DiskArea.Data, false, 0, 8 * Sector.Bytes, Stamped(0, 8, 3), _ => { }));
            disk.PowerLoss();
            var there = Enumerable.Range(0, 8).Count(sector => Sector.Read(disk.Data.Visible.Sector(sector), sector) == 3);
            Assert.All(Enumerable.Range(0, 8), sector => Assert.True(Sector.Read(disk.Data.Visible.Sector(sector), sector) >= 0));
            if (there is > 0 and < 8) torn++;
        }

        Assert.True(torn > 5);
    }

    [Fact]
    public void A_disk_that_lies_about_flushing_loses_what_it_said_was_safe()
    {
        var lost = 0;
        for (var seed = 0UL; seed < 40; seed++)
        {
            var (timeline, disk) = Make(seed);
            disk.Trouble.LiesAboutFlush = true;
            Write(timeline, disk, 0, 1);
            Assert.Equal(0, Do(timeline, disk, EffectKind.DiskFlush, 0, []));
            disk.PowerLoss();
            if (Sector.Read(disk.Data.Visible.Sector(0), 0) == 0) lost++;
        }

        Assert.True(lost > 5);
    }

    [Fact]
    public void An_unreadable_sector_can_be_written_again()
    {
        var (timeline, disk) = Make(1);
        Write(timeline, disk, 0, 1);
        disk.Trouble.Unreadable.Add(0);
        Assert.Equal(-5, Do(timeline, disk, EffectKind.DiskRead, 0, new byte[Sector.Bytes]));
        Write(timeline, disk, 0, 2);
        Assert.Equal(Sector.Bytes, Do(timeline, disk, EffectKind.DiskRead, 0, new byte[Sector.Bytes]));
    }

    [Fact]
    public void A_dead_disk_fails_and_a_short_one_does_a_part()
    {
        var (timeline, disk) = Make(1);
        disk.Trouble.Dead = true;
        Assert.Equal(-5, Do(timeline, disk, EffectKind.DiskWrite, 0, Stamped(0, 8, 1)));
        (disk.Trouble.Dead, disk.Trouble.Shorts) = (false, 1);
        Assert.InRange(Do(timeline, disk, EffectKind.DiskWrite, 0, Stamped(0, 8, 1)), Sector.Bytes, 7 * Sector.Bytes);
    }

    private static (Timeline Timeline, SimDisk Disk) Make(ulong seed)
    {
        var timeline = new Timeline();
        return (timeline, new SimDisk(timeline, new Dice(seed), Sectors * Sector.Bytes, 8 * Sector.Bytes));
    }

    private static byte[] Stamped(int first, int count, long id)
    {
        var bytes = new byte[count * Sector.Bytes];
        for (var at = 0; at < count; at++) Sector.Stamp(bytes.AsSpan(at * Sector.Bytes, Sector.Bytes), first + at, id);
        return bytes;
    }

    private static void Write(Timeline timeline, SimDisk disk, int sector, long id, bool fua = false) =>
        Assert.Equal(Sector.Bytes, Do(timeline, disk, EffectKind.DiskWrite, sector, Stamped(sector, 1, id), fua));

    private static int Do(Timeline timeline, SimDisk disk, EffectKind kind, int sector, byte[] bytes, bool fua = false)
    {
        int? result = null;
        disk.Submit(new DiskOperation(kind, DiskArea.Data, fua, sector * Sector.Bytes, bytes.Length, bytes, done => result = done));
        while (result is null) Assert.True(timeline.Step(timeline.Now + TimeSpan.FromSeconds(10)));
        return result.Value;
    }
}
