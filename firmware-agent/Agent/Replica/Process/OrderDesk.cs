using Appliance.Core.Replica;
using Appliance.Core.Time;

namespace Appliance.Agent.Replica.Process;

/// <summary>
/// Orders between the control socket and the engine. Before the engine hears that it is to stop serving, the front ends must be gone; and
/// who made it primary hears so when the device is there. On the loop's thread.
/// </summary>
internal sealed class OrderDesk(FrontEnds fronts, EngineStep step)
{
    private static readonly TimeSpan WithdrawMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(20);
    private static readonly Instant Never = new(TimeSpan.FromDays(36500));

    private readonly List<PendingOrder> _asked = [];
    private readonly List<PendingOrder> _appearing = [];
    private PendingOrder? _leaving;
    private Instant _leavingUntil;

    /// <summary>The engine was told to end with the device left for the next process.</summary>
    public bool FrontStays { get; private set; }

    /// <summary>When <see cref="Turned"/> must be called.</summary>
    public Instant NextDeadline { get; private set; } = Never;

    public void Take(PendingOrder order, Instant now)
    {
        if (order.Order is ReplicaOrder.Secondary or ReplicaOrder.Stop { FrontStays: false })
        {
            if (_leaving is not null)
            {
                order.Refused("another order to stop serving is under way");
                return;
            }

            (_leaving, _leavingUntil) = (order, now + WithdrawMax);
            Leave(now);
            return;
        }

        if (order.Order is ReplicaOrder.Primary && _leaving is not null)
            order.Refused("the replica is about to stop serving");
        else
            Ask(order, order.Order);
    }

    /// <summary>The engine has carried out or refused an order.</summary>
    public void Ordered(ReplicaOrder? order, int result, string words)
    {
        var at = _asked.FindIndex(asked => ReferenceEquals(asked.Order, order) || ReferenceEquals(asked.IfHeld, order));
        if (at < 0) return;
        var done = _asked[at];
        _asked.RemoveAt(at);
        if (result < 0)
        {
            done.Refused(words);
            if (done.Order is ReplicaOrder.Secondary) fronts.Expose(); // It serves on.
        }
        else if (order is ReplicaOrder.Primary)
            _appearing.Add(done);
        else
            done.Done(words.Length > 0 ? words : "done");
    }

    /// <summary>The engine has ended: who asked for that hears it.</summary>
    public void Ended()
    {
        foreach (var order in _asked) order.Done("stopped");
        foreach (var order in _appearing) order.Refused("the replica has ended");
        _asked.Clear();
        _appearing.Clear();
    }

    /// <summary>After every turn while something waits for the front ends.</summary>
    public void Turned(Instant now)
    {
        if (_leaving is not null) Leave(now);
        if (_appearing.Count > 0 && !fronts.IsAppearing) Appeared();
        NextDeadline = _leaving is null ? Never : now + AskAgain;
    }

    private void Appeared()
    {
        foreach (var order in _appearing)
        {
            if (fronts.Problem.Length == 0) order.Done("primary");
            else order.Refused($"primary, but the device is not there: {fronts.Problem}");
        }

        _appearing.Clear();
    }

    private void Leave(Instant now)
    {
        var order = _leaving!;
        if (fronts.Withdraw(out var held))
        {
            _leaving = null;
            Ask(order, order.Order);
            return;
        }

        if (held.Length == 0 && now < _leavingUntil) return;
        _leaving = null;
        fronts.Expose(); // Whoever holds it goes on working.
        if (order.IfHeld is null)
        {
            order.Refused(held.Length > 0 ? held : $"the device did not go within {WithdrawMax.TotalSeconds:0} s");
            return;
        }

        FrontStays = true;
        Ask(order, order.IfHeld);
    }

    private void Ask(PendingOrder order, ReplicaOrder asked)
    {
        if (asked is ReplicaOrder.Stop { FrontStays: true }) FrontStays = true;
        _asked.Add(order);
        step(ReplicaEvent.Ordered(asked));
    }
}
