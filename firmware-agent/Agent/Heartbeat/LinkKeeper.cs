using Appliance.Agent.Decision;
using Appliance.Core;

namespace Appliance.Agent.Heartbeat;

/// <summary>
/// Does for the links what may take its time: opens them, looks once a second whether they are still what they were, closes them, and
/// writes the log. An ordinary thread, so that the timing thread waits for nothing and allocates nothing.
/// </summary>
internal sealed class LinkKeeper : IDisposable
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LetGoBound = TimeSpan.FromSeconds(2);

    private readonly LinkSlot[] _slots;
    private readonly Action _wakeTiming;
    private readonly Action _everyRound;
    private readonly Thread _thread;
    private readonly WakeFd _wake = new();
    private volatile bool _stop;

    /// <param name="wakeTiming">Makes the timing thread look at its slots.</param>
    /// <param name="everyRound">Called once a round, for the log.</param>
    public LinkKeeper(LinkSlot[] slots, Action wakeTiming, Action everyRound)
    {
        (_slots, _wakeTiming, _everyRound) = (slots, wakeTiming, everyRound);
        _thread = new Thread(Run, Limits.ThreadStackBytes) { IsBackground = true, Name = "links" };
    }

    public void Start() => _thread.Start();

    /// <summary>A medium broke: do not wait for the next round. Safe for the timing thread.</summary>
    public void LookNow() => _wake.Wake();

    /// <summary>Ends the rounds and closes everything. The timing thread must have ended.</summary>
    public void Dispose()
    {
        _stop = true;
        _wake.Wake();
        if (_thread.IsAlive) _thread.Join();
        foreach (var slot in _slots) slot.Offered?.Dispose();
        _wake.Dispose();
    }

    private void Run()
    {
        while (!_stop)
        {
            foreach (var slot in _slots) See(slot);
            _wakeTiming();
            _everyRound();
            _wake.Wait(Round);
        }
    }

    private void See(LinkSlot slot)
    {
        if (slot.Offered is { } medium)
        {
            var health = ReferenceEquals(slot.Broken, medium) ? new("the device is gone", Stale: true) : medium.Examine();
            Stand(slot, health.Problem);
            if (!health.Stale) return;
            TakeBack(slot, medium);
        }

        slot.Offered = slot.Open(out var problem);
        Stand(slot, slot.Offered?.Examine().Problem ?? problem);
        // One slow device must not hold up the first word on the others.
        if (slot.Offered is not null) _wakeTiming();
    }

    private void TakeBack(LinkSlot slot, Medium medium)
    {
        slot.Offered = null;
        _wakeTiming();
        if (SpinWait.SpinUntil(() => !ReferenceEquals(slot.InUse, medium) || _stop, LetGoBound) && !_stop) medium.Dispose();
        // Otherwise the timing thread is stopped or starved and still holds it: leaked rather than closed under its feet.
    }

    private static void Stand(LinkSlot slot, string problem)
    {
        if (slot.Standing.Problem != problem) slot.Standing = problem.Length == 0 ? LinkStanding.Good : new LinkStanding(problem);
    }
}
