using System.Collections.Concurrent;
using Appliance.Drivers.Interop;
using Appliance.Drivers.IoLoop;
using Loop = Appliance.Drivers.IoLoop.IoLoop;

namespace Appliance.Drivers.BlockFront;

/// <summary>
/// Runs what blocks (and would wait for the very device we serve) on threads of its own and brings the outcome back to the loop's
/// thread. For rare things only.
/// </summary>
internal sealed class Background : IIoOwner, IDisposable
{
    private const ulong PollToken = 1;
    private readonly Loop _loop;
    private readonly WakeUp _wake = new();
    private readonly ConcurrentQueue<Action> _due = new();
    private bool _closed;

    public Background(Loop loop)
    {
        _loop = loop;
        _loop.Poll(this, PollToken, _wake.Fd, PollFd.In);
    }

    /// <summary>Starts <paramref name="work"/> on a thread of its own; <paramref name="then"/> gets on the loop's thread what it returns:
    /// null, or why it failed. An <see cref="IOException"/> is a failure with its message.</summary>
    public void Run(Func<string?> work, Action<string?> then) => new Thread(() =>
    {
        string? words;
        try
        {
            words = work();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            words = fault.Message;
        }

        Post(() => then(words));
    })
    { IsBackground = true, Name = "front" }.Start();

    /// <summary>Has the loop's thread do something soon. Any thread.</summary>
    public void Post(Action action)
    {
        _due.Enqueue(action);
        _wake.Pulse();
    }

    public void Done(ulong token, int result)
    {
        if (_closed) return;
        _wake.Drain();
        while (_due.TryDequeue(out var action)) action();
        if (!_closed) _loop.Poll(this, PollToken, _wake.Fd, PollFd.In);
    }

    public void Dispose()
    {
        if (_closed) return;
        _closed = true;
        _loop.Cancel(_wake.Fd);
        _wake.Dispose();
    }
}
