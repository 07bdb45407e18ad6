using Appliance.Core.Cluster;
using Appliance.Core.Time;

namespace Appliance.Core.Tests.Cluster;

/// <summary>Where the telephone lines are, as a fact of arbitration.</summary>
public class LineFactTests
{
    [Fact]
    public void It_is_spoken_at_once()
    {
        var (next, effects) = Step(Started(), new Event.LineChanged(0, LineStanding.Here, "relay: here", Broken: false));
        Assert.Equal(LineStanding.Here, NodeMachine.Facts(next).Groups[0].Line);
        Assert.Contains(effects, effect => effect is Effect.SpeakNow);
        Assert.Contains(effects, effect => effect is Effect.Tell { Report.Text: "telephone lines: relay: here" });
    }

    [Fact]
    public void A_node_whose_own_hardware_is_broken_counts_less_and_one_whose_peer_does_not_know_counts_as_before()
    {
        // While the peer hands the lines over it does not know where they are. Counting less for it would send the group back.
        var far = Step(Started(), new Event.LineChanged(0, LineStanding.Unknown, "the peer does not know", Broken: false)).Next;
        Assert.Equal(1000, Score(far));
        var broken = Step(Started(), new Event.LineChanged(0, LineStanding.Unknown, "the relay hangs", Broken: true)).Next;
        Assert.Equal(750, Score(broken));
        var mended = Step(broken, new Event.LineChanged(0, LineStanding.There, "relay: there", Broken: false)).Next;
        Assert.Equal(1000, Score(mended));
    }

    [Fact]
    public void Lines_that_nobody_can_find_are_an_alarm_and_lines_on_their_way_are_none()
    {
        var (moving, told) = Step(Started(), 
            new Event.LineChanged(0, LineStanding.Unknown, "relay: here; bridge: there", Broken: false, Apart: true));
        Assert.Equal(ReportKind.Resource, AboutLines(told));
        var lost = Step(moving, new Event.LineChanged(0, LineStanding.Unknown, "relay: it hangs; bridge: there", Broken: true)).Effects;
        Assert.Equal(ReportKind.Alarm, AboutLines(lost));
    }

    private static ReportKind AboutLines(IReadOnlyList<Effect> effects) => Assert.Single(
        effects.OfType<Effect.Tell>(), tell => tell.Report.Text.StartsWith("telephone lines: ", StringComparison.Ordinal)).Report.Kind;

    private static ushort Score(NodeState state) => Fitness.Score(new Situation(state, 0, state.LastStep));

    private static NodeState Started() => NodeMachine.Start(Example.Config(pings: false), 0, null, "boot", Instant.FromMilliseconds(1000));

    private static (NodeState Next, IReadOnlyList<Effect> Effects) Step(NodeState state, Event input)
    {
        var (next, effects) = NodeMachine.Step(state, input, state.LastStep + TimeSpan.FromMilliseconds(1));
        return (next, effects);
    }
}
