using Appliance.Core.Configuration;
using Appliance.Core.Resources;
using Appliance.Core.Time;

namespace Appliance.Core.Tests.Resources;

public sealed class RestartPolicyTests
{
    private static readonly RestartConfig Budget = new(5, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(3, 8)]
    [InlineData(4, 10)]
    [InlineData(400, 10)]
    public void The_pause_doubles_up_to_its_ceiling(int used, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RestartPolicy.Pause(Budget, used));

    [Fact]
    public void A_pause_of_zero_stays_zero() =>
        Assert.Equal(TimeSpan.Zero, RestartPolicy.Pause(Budget with { Delay = TimeSpan.Zero }, 40));

    [Fact]
    public void A_restart_counts_until_its_window_has_passed()
    {
        var at = Instant.FromMilliseconds(1000);
        Assert.Single(RestartPolicy.Counting([at], Budget, at + Budget.Within - TimeSpan.FromMilliseconds(1)));
        Assert.Empty(RestartPolicy.Counting([at], Budget, at + Budget.Within));
    }
}
