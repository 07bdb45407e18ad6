using Appliance.Core.Cluster;
using Appliance.Core.Time;

namespace Appliance.Agent.Decision;

/// <summary>
/// The one thread that decides. It takes what was heard and what was posted, steps the node machine and performs the effects in
/// order. It never waits for anything but events: what is slow runs elsewhere and posts its completion.
/// </summary>
public sealed class DecisionLoop
{
    private readonly Inbox _inbox;
    private readonly WakeFd _wake;
    private readonly Func<Instant> _clock;
    private readonly Func<Event?> _heard;
    private readonly Func<NodeState, Effect, bool> _perform;
    private readonly Action<NodeState> _publish;
    private NodeState _state;

    /// <param name="state">The first state.</param>
    /// <param name="inbox">Posted events.</param>
    /// <param name="wake">Signalled by the inbox and by the heartbeat thread.</param>
    /// <param name="clock">The boot clock.</param>
    /// <param name="heard">Takes the next received heartbeat, or null.</param>
    /// <param name="perform">Performs an effect; false ends the loop.</param>
    /// <param name="publish">Sees every new state: facts for the heartbeat thread, a snapshot for status.</param>
    public DecisionLoop(
        NodeState state, Inbox inbox, WakeFd wake, Func<Instant> clock, Func<Event?> heard, Func<NodeState, Effect, bool> perform,
            Action<NodeState> publish) =>
        (_state, _inbox, _wake, _clock, _heard, _perform, _publish) = (state, inbox, wake, clock, heard, perform, publish);

    /// <summary>Runs until the node has left.</summary>
    public void Run()
    {
        _publish(_state);
        while (true)
        {
            while (_heard() is { } heard)
                if (!Step(heard)) return;
            while (_inbox.TryTake(out var posted))
                if (!Step(posted)) return;
            var now = _clock();
            var deadline = NodeMachine.NextDeadline(_state);
            if (now < deadline) _wake.Wait(deadline - now);
            else if (!Step(new Event.Tick())) return;
        }
    }

    private bool Step(Event happened)
    {
        var (next, effects) = NodeMachine.Step(_state, happened, Instant.Later(_clock(), _state.LastStep));
        _state = next;
        _publish(next);
        foreach (var effect in effects)
            if (!_perform(next, effect)) return false;
        return true;
    }
}
