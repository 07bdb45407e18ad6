using System.Collections.Immutable;
using Appliance.Core.Alerts;
using Appliance.Core.Time;

namespace Appliance.Core.Tests.Alerts;

public class AlertMachineTests
{
    private static readonly AlertSettings Settings =
        new(AlertSettings.KindsDefault, TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(10), 100);

    private AlertState _state = new(0);
    private Instant _now = Instant.FromMilliseconds(1_000_000);
    private long _serial;

    [Fact]
    public void What_happens_together_is_told_together_and_once()
    {
        News("role", "pbx-b became active");
        After(1);
        News("alarm", "pbx-a is dead");
        Assert.Empty(Tick());
        After(2);
        var sent = Sent(Tick());
        Assert.Equal(["pbx-b became active", "pbx-a is dead"], sent.Lines.Select(line => line.Text));
        Assert.Equal(2, Remembered(Step(new AlertEvent.Delivered())));
        After(3600);
        Assert.Empty(Tick());
        Assert.Null(AlertMachine.NextDeadline(_state));
    }

    [Fact]
    public void Other_kinds_are_looked_at_and_not_told()
    {
        News("link", "cable is late");
        After(60);
        Assert.Empty(Tick());
        Assert.Equal(1, _state.Seen);
    }

    [Fact]
    public void The_same_news_is_told_once_and_then_how_often_it_came()
    {
        for (var i = 0; i < 5; i++) News("alarm", $"one heartbeat was {100 + i} ms late");
        After(3);
        Assert.Single(Sent(Tick()).Lines);
        Step(new AlertEvent.Delivered());
        After(596);
        Assert.Empty(Tick());
        After(1);
        Assert.Equal("4 times more, the last time: one heartbeat was 104 ms late", Assert.Single(Sent(Tick()).Lines).Text);
        Step(new AlertEvent.Delivered());
        News("alarm", "one heartbeat was 7 ms late");
        After(600);
        Assert.Equal("once more: one heartbeat was 7 ms late", Assert.Single(Sent(Tick()).Lines).Text);
        Step(new AlertEvent.Delivered());
        After(600);
        Assert.Empty(Tick());
        Assert.Empty(_state.Recent);
    }

    [Fact]
    public void News_of_another_resource_is_other_news()
    {
        News("resource", "failed", "mysql");
        News("resource", "failed", "asterisk");
        After(3);
        Assert.Equal(2, Sent(Tick()).Lines.Length);
    }

    [Fact]
    public void What_nobody_takes_is_tried_again_with_what_came_meanwhile_and_told_of_once()
    {
        News("role", "first");
        After(3);
        Sent(Tick());
        var complaint = Assert.IsType<AlertEffect.Complain>(Assert.Single(Step(new AlertEvent.Failed("no route"))));
        Assert.Contains("no route", complaint.Text, StringComparison.Ordinal);
        Assert.Equal("no route", _state.Problem);
        News("role", "second");
        After(4);
        Assert.Empty(Tick());
        After(1);
        Assert.Equal(2, Sent(Tick()).Lines.Length);
        Assert.Empty(Step(new AlertEvent.Failed("no route")));
        After(9);
        Assert.Empty(Tick());
        After(1);
        Sent(Tick());
        var effects = Step(new AlertEvent.Delivered());
        Assert.Equal(2, Remembered(effects));
        Assert.Contains("delivered again", effects.OfType<AlertEffect.Complain>().Single().Text, StringComparison.Ordinal);
        Assert.Equal("", _state.Problem);
    }

    [Fact]
    public void The_pause_between_tries_grows_to_five_minutes()
    {
        Assert.Equal([5, 10, 20, 40, 80, 160, 300, 300, 300], Enumerable.Range(1, 9).Select(
            failures => AlertSettings.Backoff(failures).TotalSeconds));
        Assert.Equal(300, AlertSettings.Backoff(int.MaxValue).TotalSeconds);
    }

    [Fact]
    public void A_receiver_that_is_away_for_long_costs_bounded_memory_and_is_told_what_is_missing()
    {
        for (var i = 0; i < 1000; i++) News("role", $"news {Letters(i)}");
        After(3);
        var sent = Sent(Tick());
        Assert.Equal((Settings.LinesMax, 1000 - AlertSettings.WaitingMax), (sent.Lines.Length, sent.Dropped));
        // What is on its way stays what it is.
        for (var i = 1000; i < 2000; i++) News("role", $"news {Letters(i)}");
        Assert.Equal(sent.Lines.AsEnumerable(), _state.Waiting[.._state.Sending]);
        Assert.Equal(sent.Lines[^1].Serial, Remembered(Step(new AlertEvent.Delivered())));
        Assert.True(_state.Recent.Count <= AlertSettings.RecentMax);
        After(3);
        Assert.Equal(2000, Sent(Tick()).Lines[^1].Serial);
        Assert.Equal(2000, Remembered(Step(new AlertEvent.Delivered())));
    }

    [Fact]
    public void A_gap_in_the_events_is_told()
    {
        Step(new AlertEvent.Missed(17));
        News("role", "after the gap");
        After(3);
        Assert.Equal(17, Sent(Tick()).Dropped);
    }

    /// <summary>Whatever happens in whatever order: nothing is lost, nothing is sent before it happened, memory is bounded.</summary>
    [Fact]
    public void Any_order_of_events_keeps_the_promises()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            (_state, _serial) = (new AlertState(0), 0);
            var told = new HashSet<long>();
            for (var step = 0; step < 400; step++)
            {
                _now += TimeSpan.FromMilliseconds(random.Next(0, 4000));
                if (random.Next(3) == 0) News("role", $"news {Letters(random.Next(60))}");
                foreach (var effect in Tick())
                    if (effect is AlertEffect.Send send)
                        Answer(random, send, told);
            }

            while (AlertMachine.NextDeadline(_state) is { } due)
            {
                _now = Instant.Later(_now, due);
                foreach (var effect in Tick())
                    if (effect is AlertEffect.Send send)
                    {
                        foreach (var line in send.Lines) told.Add(line.Serial);
                        Step(new AlertEvent.Delivered());
                    }
            }

            Assert.Empty(_state.Waiting);
            Assert.Equal(_serial, _state.Seen);
            Assert.True(told.Count > 0 && told.Max() <= _serial);
        }
    }

    private void Answer(Random random, AlertEffect.Send send, HashSet<long> told)
    {
        if (random.Next(2) == 0)
        {
            Step(new AlertEvent.Failed("away"));
            return;
        }

        foreach (var line in send.Lines) told.Add(line.Serial);
        Step(new AlertEvent.Delivered());
    }

    private static string Letters(int number) =>
        string.Concat(number.ToString(System.Globalization.CultureInfo.InvariantCulture).Select(digit => (char)('a' + digit - '0')));

    private void After(int seconds) => _now += TimeSpan.FromSeconds(seconds);

    private void News(string kind, string text, string? resource = null) =>
        Step(new AlertEvent.News(new AlertLine(++_serial, 1_800_000_000_000 + _serial, "pbx-b", kind, "pbx", resource, text)));

    private ImmutableArray<AlertEffect> Tick() => Step(new AlertEvent.Tick());

    private ImmutableArray<AlertEffect> Step(AlertEvent input)
    {
        ImmutableArray<AlertEffect> effects;
        (_state, effects) = AlertMachine.Step(_state, Settings, input, _now);
        return effects;
    }

    private static AlertEffect.Send Sent(ImmutableArray<AlertEffect> effects) => Assert.IsType<AlertEffect.Send>(Assert.Single(effects));

    private static long Remembered(ImmutableArray<AlertEffect> effects) => effects.OfType<AlertEffect.Remember>().Single().Serial;
}
