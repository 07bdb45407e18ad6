using System.Diagnostics;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.Relay;

/// <summary>The time that one operation of a relay has, and the caller's wish to give up.</summary>
internal sealed unsafe class RelayDeadline : IDisposable
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly CancellationTokenSource _over;
    private readonly CancellationToken _abandon;
    private readonly CancellationTokenRegistration _registration;
    private readonly WakeUp _wake = new();
    private readonly TimeSpan _bound;

    public RelayDeadline(TimeSpan bound, CancellationToken abandon)
    {
        (_bound, _abandon) = (bound, abandon);
        _over = CancellationTokenSource.CreateLinkedTokenSource(abandon);
        _over.CancelAfter(bound);
        _registration = _over.Token.Register(static wake => ((WakeUp)wake!).Pulse(), _wake);
    }

    /// <summary>Cancelled when the time is over or the caller gives up.</summary>
    public CancellationToken Token => _over.Token;

    /// <summary>What is left. The token's clock is coarser than ours and may be ahead of it: when it says so, the time is over.</summary>
    public TimeSpan Left => _bound > _clock.Elapsed && !_over.IsCancellationRequested ? _bound - _clock.Elapsed : TimeSpan.Zero;

    /// <summary>How long one of several answers is waited for: a part of the whole, at most what is left.</summary>
    public TimeSpan Part(int parts) => _bound / parts < Left ? _bound / parts : Left;

    /// <summary>Fails when there is no time left.</summary>
    /// <param name="what">What has not happened, with its place.</param>
    public void Check(string what)
    {
        if (_abandon.IsCancellationRequested) throw new RelayTrouble(RelayFault.Abandoned, $"{what}: given up by the caller");
        if (Left == TimeSpan.Zero)
            throw new RelayTrouble(RelayFault.Silent, $"{what}: not done within {(long)_bound.TotalMilliseconds} ms");
    }

    /// <summary>Lets time pass, for a board that needs it.</summary>
    public void Pause(TimeSpan pause, string what)
    {
        Check(what);
        if (pause <= TimeSpan.Zero) return;
        _ = _wake.Wait(pause < Left ? pause : Left);
        Check(what);
    }

    /// <summary>Waits until a descriptor is ready; false when it is not within <paramref name="patience"/>.</summary>
    public bool Wait(int fd, short events, TimeSpan patience)
    {
        var entries = stackalloc PollFd[2];
        entries[0] = new PollFd { Fd = fd, Events = events };
        entries[1] = new PollFd { Fd = _wake.Fd, Events = PollFd.In };
        var wait = patience < Left ? patience : Left;
        _ = PollFd.Wait(entries, 2, wait);
        return entries[0].Returned != 0;
    }

    public void Dispose()
    {
        _registration.Dispose();
        _over.Dispose();
        _wake.Dispose();
    }
}
