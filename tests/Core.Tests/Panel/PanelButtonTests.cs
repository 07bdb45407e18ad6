using Appliance.Core.Panel;
using Appliance.Core.Time;

namespace Appliance.Core.Tests.Panel;

/// <summary>Stories of a finger: a level at a time in milliseconds, and what was wished.</summary>
public sealed class PanelButtonTests
{
    [Theory]
    [InlineData("0+ 100-", "100 NextScreen")]
    [InlineData("0+ 2999-", "2999 NextScreen")]
    [InlineData("0+ 100- 200+ 300-", "100 NextScreen,300 NextScreen")]
    [InlineData("0+ 3000+ 4000-", "3000 Confirm")]
    [InlineData("0+ 3000+ 4000- 5000+ 8000+ 9000-", "3000 Confirm,8000 Switchover")]
    [InlineData("0+ 3000+ 4000- 5000+ 7999-", "3000 Confirm,7999 GiveUp")]
    [InlineData("0+ 3000+ 4000- 6900+ 7000+ 7100-", "3000 Confirm,7100 GiveUp")] // The second hold counts from its own begin.
    [InlineData("0+ 3000+ 4000- 13999- 14000- 15000+ 15100-", "3000 Confirm,14000 GiveUp,15100 NextScreen")]
    [InlineData("0+ 3000+ 60000+ 61000-", "3000 Confirm")]
    public void With_a_display_a_long_press_must_be_confirmed(string story, string wishes) => Assert.Equal(wishes, Play(story, true));

    [Theory]
    [InlineData("0+ 2999-", "2999 NextScreen")]
    [InlineData("0+ 3000+", "3000 Switchover")]
    [InlineData("0+ 3000+ 9000+ 10000- 10100+ 10200-", "3000 Switchover,10200 NextScreen")]
    public void Without_a_display_one_long_press_is_the_order(string story, string wishes) => Assert.Equal(wishes, Play(story, false));

    [Fact]
    public void A_button_that_hangs_orders_nothing_twice()
    {
        var held = string.Join(' ', Enumerable.Range(0, 600).Select(second => $"{second * 1000}+"));
        Assert.Equal("3000 Confirm", Play(held, true));
        Assert.Equal("3000 Switchover", Play(held, false));
    }

    [Fact]
    public void Deadlines_are_where_time_alone_changes_something()
    {
        var button = new PanelButton(TimeSpan.FromSeconds(3), true);
        var at = Instant.FromMilliseconds(1000);
        Assert.Equal(Instant.FromMilliseconds(4000), button.Deadline(new ButtonState(ButtonPhase.Held, at, false)));
        Assert.Equal(Instant.FromMilliseconds(11_000), button.Deadline(new ButtonState(ButtonPhase.Asked, at, true)));
        Assert.Null(button.Deadline(default));
        Assert.Null(button.Deadline(new ButtonState(ButtonPhase.Done, at, true)));
    }

    private static string Play(string story, bool confirms)
    {
        var button = new PanelButton(TimeSpan.FromSeconds(3), confirms);
        var (state, wishes) = (default(ButtonState), new List<string>());
        foreach (var step in story.Split(' '))
        {
            var (next, wish) = button.Step(state, step.EndsWith('+'), Instant.FromMilliseconds(int.Parse(step[..^1])));
            state = next;
            if (wish != ButtonWish.None) wishes.Add($"{step[..^1]} {wish}");
        }

        return string.Join(',', wishes);
    }
}
