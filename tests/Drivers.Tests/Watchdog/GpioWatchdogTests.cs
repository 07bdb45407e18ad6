using Appliance.Drivers.Gpio;
using Appliance.Drivers.Watchdog;

namespace Appliance.Drivers.Tests.Watchdog;

/// <summary>A supervisor chip behind a line of the GPIO twin.</summary>
public sealed class GpioWatchdogTests : WatchdogContract
{
    protected override IWatchdogBench Bench() => new Board();

    [Fact]
    public void Each_feeding_is_an_edge()
    {
        using var board = new Board();
        using var watchdog = Opened(board);
        for (var feed = 0; feed < 4; feed++)
        {
            var before = board.Chip.Level(3);
            Done(watchdog.Feed());
            Assert.NotEqual(before, board.Chip.Level(3));
        }

        Done(watchdog.BiteNow());
        var last = board.Chip.Level(3);
        Assert.False(watchdog.Feed().Done);
        Assert.Equal(last, board.Chip.Level(3));
    }

    [Fact]
    public void A_chip_that_vanishes_is_told()
    {
        using var board = new Board();
        using var watchdog = Opened(board);
        board.Chip.Gone = true;
        Assert.Contains("cannot be fed", watchdog.Feed().Words, StringComparison.Ordinal);
        Assert.Null(board.TryOpen(out var problem));
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void A_chip_that_goes_on_without_its_line_cannot_be_stopped()
    {
        using var board = new Board { ReleaseStops = false };
        using var watchdog = Opened(board);
        Assert.False(watchdog.Traits.CanDisarm);
        Assert.Contains("release-stops", watchdog.Disarm().Words, StringComparison.Ordinal);
        Assert.True(board.Chip.IsDriven(3));
    }

    private sealed class Board : IWatchdogBench
    {
        public SimulatedGpioChip Chip { get; } = new();

        public bool ReleaseStops { get; init; } = true;

        public IWatchdog? TryOpen(out string problem) =>
            GpioWatchdog.TryOpen(() => Chip, 3, TimeSpan.FromSeconds(12), ReleaseStops, out problem);

        public void Pass(TimeSpan time)
        {
        }

        public void Dispose()
        {
        }
    }
}
