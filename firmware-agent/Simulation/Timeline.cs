using Appliance.Core;
using Appliance.Core.Time;

namespace Appliance.Simulation;

/// <summary>Virtual time: what happens next, in the order of time and then of asking. Nothing ever waits.</summary>
public sealed class Timeline
{
    private readonly PriorityQueue<Action, (long Ticks, ulong Asked)> _due = new();
    private ulong _asked;

    /// <summary>The world's time; nodes see their own clocks.</summary>
    public Instant Now { get; private set; }

    public void After(TimeSpan delay, Action action)
    {
        Invariant.Check(delay >= TimeSpan.Zero);
        _due.Enqueue(action, ((Now + delay).SinceBoot.Ticks, _asked++));
    }

    /// <summary>Lets the next thing happen unless it is due later than <paramref name="end"/>; then only time passes.</summary>
    public bool Step(Instant end)
    {
        if (!_due.TryPeek(out var action, out var due) || due.Ticks > end.SinceBoot.Ticks)
        {
            Now = end;
            return false;
        }

        _due.Dequeue();
        Now = new Instant(new TimeSpan(due.Ticks));
        action();
        return true;
    }
}
