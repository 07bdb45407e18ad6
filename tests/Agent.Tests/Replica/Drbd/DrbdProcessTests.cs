using Appliance.Agent.Replica.Control;
using Appliance.Agent.Replica.Drbd;
using Appliance.Core.Replica;
using Appliance.Drivers.Drbd;

namespace Appliance.Agent.Tests.Replica.Drbd;

public sealed class DrbdProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("drbd-process").FullName;
    private readonly SimulatedDrbd _drbd = new("data");
    private readonly DrbdProcess _process;

    public DrbdProcessTests()
    {
        _drbd.Up();
        _process = new DrbdProcess(
            new DrbdProcessOptions("data", 0, Protocol.C, _folder + "/sock"), _drbd, new DrbdDevice(Link, "/dev/drbd0"));
    }

    private string Link => _folder + "/appliance/data";

    public void Dispose()
    {
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void The_same_orders_and_the_same_status()
    {
        Assert.Contains("UpToDate data", _process.Execute(ReplicaOrderNames.Primary, null).Error, StringComparison.Ordinal);
        Assert.True(_process.Execute(ReplicaOrderNames.Primary, new ReplicaArguments(Force: true, Term: 7)).Ok);
        Assert.Equal("/dev/drbd0", new FileInfo(Link).LinkTarget);
        var watch = Watch();
        Assert.Equal((ReplicaRole.Primary, DiskState.UpToDate, true, 7UL, Link),
            (watch.Role, watch.Disk, watch.Alone, watch.Term, watch.Device));
        Assert.True(_process.Execute(ReplicaOrderNames.Connect, null).Ok);
        Assert.False(Watch().Alone);
        Assert.True(_process.Execute(ReplicaOrderNames.Secondary, null).Ok);
        Assert.Null(new FileInfo(Link).LinkTarget);
        Assert.Null(Watch().Device);
        Assert.True(_process.Execute(ReplicaOrderNames.Detach, null).Ok);
        Assert.Equal(DiskState.Diskless, Watch().Disk);
        Assert.True(_process.Execute(ReplicaOrderNames.Attach, null).Ok);
        Assert.Equal(DiskState.UpToDate, Watch().Disk);
        Assert.Contains("no order 'frobnicate'", _process.Execute("frobnicate", null).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_drbd_that_does_not_answer_is_no_good_disk()
    {
        _process.Execute(ReplicaOrderNames.Primary, new ReplicaArguments(Force: true));
        _drbd.Hangs = true;
        var watch = Watch();
        Assert.Equal((DiskState.Diskless, ReplicaRole.Secondary), (watch.Disk, watch.Role));
        Assert.Contains("abandoned", watch.Why, StringComparison.Ordinal);
        Assert.Equal("/dev/drbd0", new FileInfo(Link).LinkTarget); // The kernel may serve all the same.
    }

    private ReplicaWatch Watch() => TurnedDrbd.Watch(_process);
}
