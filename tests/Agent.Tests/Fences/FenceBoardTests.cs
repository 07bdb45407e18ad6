using System.Collections.Concurrent;
using Appliance.Agent.Fences;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Fences;
using Appliance.Drivers.Fence;

namespace Appliance.Agent.Tests.Fences;

/// <summary>Devices are tried in their order, and the first that confirms is enough.</summary>
public sealed class FenceBoardTests : IDisposable
{
    private readonly Dictionary<string, SimulatedFence> _devices = new()
    {
        ["first"] = new SimulatedFence(), ["second"] = new SimulatedFence(), ["ours"] = new SimulatedFence(),
    };

    private readonly BlockingCollection<Event> _posted = [];
    private readonly BlockingCollection<Report> _told = [];

    [Fact]
    public void The_first_that_confirms_is_enough()
    {
        using var board = Board();
        var answer = Shoot(board, 7);
        Assert.Equal((7UL, "first", FenceOutcome.Confirmed), (answer.Token, answer.Device, answer.Outcome));
        Assert.True(_devices["second"].NodeIsOn);
        Assert.True(_devices["ours"].NodeIsOn);
    }

    [Theory]
    [InlineData(FenceFault.Unreachable)]
    [InlineData(FenceFault.Hangs)]
    [InlineData(FenceFault.Deaf)]
    [InlineData(FenceFault.Garbage)]
    public void When_one_fails_the_next_one_is_tried(FenceFault fault)
    {
        _devices["first"].Fault = fault;
        using var board = Board();
        Assert.Equal("second", Shoot(board, 1).Device);
        _devices["second"].On(default);
        _devices["second"].Fault = fault;
        var answer = Shoot(board, 2);
        Assert.Equal((2UL, FenceOutcome.Failed, ""), (answer.Token, answer.Outcome, answer.Device));
        Assert.Contains("first: ", answer.Words, StringComparison.Ordinal);
        Assert.Contains("second: ", answer.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void The_device_that_switched_it_off_switches_it_on()
    {
        using var board = Board();
        Shoot(board, 1);
        board.SwitchOn(new Effect.RestorePeer("first"));
        Assert.True(_told.TryTake(out var report, TimeSpan.FromSeconds(30)));
        Assert.Equal((ReportKind.Fence, true), (report.Kind, _devices["first"].NodeIsOn));
        _devices["first"].Fault = FenceFault.Unreachable;
        board.SwitchOn(new Effect.RestorePeer("first"));
        Assert.True(_told.TryTake(out report, TimeSpan.FromSeconds(30)));
        Assert.Equal(ReportKind.Alarm, report.Kind);
    }

    [Fact]
    public void A_device_that_is_not_configured_any_more_is_told()
    {
        using var board = Board();
        board.SwitchOn(new Effect.RestorePeer("pdu"));
        Assert.True(_told.TryTake(out var report, TimeSpan.FromSeconds(30)));
        Assert.Equal(ReportKind.Alarm, report.Kind);
        Assert.Contains("pdu, which keeps the other node off, is not configured any more", report.Text, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _posted.Dispose();
        _told.Dispose();
    }

    private Event.FenceAnswered Shoot(FenceBoard board, ulong token)
    {
        board.SwitchOff(new Effect.FencePeer(token, "test"));
        Assert.True(_posted.TryTake(out var posted, TimeSpan.FromSeconds(30)));
        return Assert.IsType<Event.FenceAnswered>(posted);
    }

    private FenceBoard Board()
    {
        var config = Configured.Fences(
            new FenceConfig.Exec("first", 1, 1, TimeSpan.FromSeconds(1), TimeSpan.Zero, ["/x"], ["/x"], ["/x"]),
            new FenceConfig.Exec("second", 1, 2, TimeSpan.FromSeconds(1), TimeSpan.Zero, ["/x"], ["/x"], ["/x"]),
            new FenceConfig.Exec("ours", 0, 1, TimeSpan.FromSeconds(1), TimeSpan.Zero, ["/x"], ["/x"], ["/x"]));
        return new FenceBoard(config, 1, _posted.Add, _told.Add, device => _devices[device.Name]);
    }
}
