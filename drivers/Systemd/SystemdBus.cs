using System.Collections.Concurrent;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.Systemd;

/// <summary>
/// The thread that owns the connection to systemd: runs calls one after the other, listens for signals, reconnects when the bus
/// goes away (and then tells everybody who waits, because signals may have been missed).
/// </summary>
internal sealed unsafe class SystemdBus : IDisposable
{
    private const int StackBytes = 256 << 10;
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReconnectPause = TimeSpan.FromMilliseconds(200);
    private readonly (string Address, bool IsBus)[] _addresses;
    private readonly ConcurrentQueue<(Action<BusConnection> Run, Action<Exception> Fail, long At)> _calls = [];
    private readonly WakeUp _wake = new();
    private readonly Thread _thread;
    private volatile bool _ending;
    private BusConnection? _bus;
    private string _unreachable = "not yet connected";

    /// <param name="addresses">Tried in this order; the flag says whether a bus daemon stands in between.</param>
    public SystemdBus(params (string Address, bool IsBus)[] addresses)
    {
        _addresses = addresses;
        _thread = new Thread(Run, StackBytes) { IsBackground = true, Name = "systemd" };
        _thread.Start();
    }

    /// <summary>Called on the bus thread after every connect, with the new connection.</summary>
    public Action<BusConnection>? Connected { get; set; }

    /// <summary>Called on the bus thread when the connection is lost.</summary>
    public Action? Lost { get; set; }

    /// <summary>Called on the bus thread with every signal.</summary>
    public Action<BusConnection, nint>? Signalled { get; set; }

    /// <summary>
    /// Asked (with null) on the bus thread how long to sleep at most, null for ever; called with the connection when that time has passed.
    /// </summary>
    public Func<BusConnection?, TimeSpan?>? Idle { get; set; }

    /// <summary>Runs a call on the bus thread and waits for it.</summary>
    /// <exception cref="IOException">No connection within five seconds, or the call was refused.</exception>
    public T Call<T>(Func<BusConnection, T> call)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls.Enqueue((bus => answer.TrySetResult(call(bus)), fault => answer.TrySetException(fault), Environment.TickCount64));
        _wake.Pulse();
        if (_ending) throw new IOException("the connection to systemd is closed");
        return answer.Task.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        _ending = true;
        _wake.Pulse();
        if (Thread.CurrentThread != _thread) _thread.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        while (!_ending)
        {
            try
            {
                _bus ??= Connect();
                RunCalls(_bus);
                _bus.Process(message => Signalled?.Invoke(_bus, message));
                Sleep(_bus);
            }
            catch (BusFault fault)
            {
                Disconnect(fault.Message);
                FailOldCalls();
                _wake.Wait(ReconnectPause);
            }
        }

        Disconnect("the agent ends");
        while (_calls.TryDequeue(out var call)) call.Fail(new IOException("the connection to systemd is closed"));
    }

    private BusConnection Connect()
    {
        BusFault? last = null;
        foreach (var (address, isBus) in _addresses)
        {
            BusConnection? bus = null;
            try
            {
                bus = new BusConnection(address, isBus);
                Connected?.Invoke(bus);
                return bus;
            }
            catch (BusFault fault)
            {
                bus?.Dispose();
                last = fault;
            }
        }

        throw last!;
    }

    private void RunCalls(BusConnection bus)
    {
        while (_calls.TryDequeue(out var call))
        {
            try
            {
                call.Run(bus);
            }
            catch (BusFault fault) when (!fault.IsDisconnect)
            {
                call.Fail(fault);
            }
            catch (BusFault fault)
            {
                call.Fail(new IOException($"the connection to systemd was lost: {fault.Message}"));
                throw;
            }
        }
    }

    private void Sleep(BusConnection bus)
    {
        _wake.Drain();
        if (!_calls.IsEmpty || _ending) return;
        var entries = stackalloc PollFd[2];
        entries[0] = new PollFd { Fd = _wake.Fd, Events = PollFd.In };
        entries[1] = new PollFd { Fd = bus.Fd, Events = bus.Events };
        if (PollFd.Wait(entries, 2, Idle?.Invoke(null)) == 0) Idle?.Invoke(bus);
    }

    private void Disconnect(string reason)
    {
        _unreachable = reason;
        if (_bus is null) return;
        _bus.Dispose();
        _bus = null;
        Lost?.Invoke();
    }

    private void FailOldCalls()
    {
        while (_calls.TryPeek(out var call) && Environment.TickCount64 - call.At > ConnectPatience.TotalMilliseconds
            && _calls.TryDequeue(out call))
            call.Fail(new IOException($"systemd cannot be reached: {_unreachable}"));
    }
}
