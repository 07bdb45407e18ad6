using Appliance.Drivers.Interop;
using Appliance.Drivers.Interop.Netlink;

namespace Appliance.Drivers.Route;

/// <summary>Applies again whenever routes, addresses or links change: a DHCP client may replace the routes our copies were made
/// from.</summary>
internal sealed unsafe class RouteGuard : IDisposable
{
    private const int StackBytes = 128 << 10;
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(50); // Changes come in bursts; look once.
    private readonly NetlinkSocket _changes = new(Rtnetlink.GroupLink | Rtnetlink.GroupAddresses | Rtnetlink.GroupRoutes);
    private readonly WakeUp _wake = new();
    private readonly Func<RouteChange> _apply;
    private readonly Thread _thread;
    private volatile bool _ending;

    public RouteGuard(Func<RouteChange> apply)
    {
        _apply = apply;
        _thread = new Thread(Run, StackBytes) { IsBackground = true, Name = "source route" };
        _thread.Start();
    }

    public Action<string>? Trouble { get; set; }

    public void Dispose()
    {
        _ending = true;
        _wake.Pulse();
        if (Thread.CurrentThread != _thread) _thread.Join();
        _changes.Dispose();
        _wake.Dispose();
    }

    private void Run()
    {
        var entries = stackalloc PollFd[2];
        entries[0] = new PollFd { Fd = _wake.Fd, Events = PollFd.In };
        entries[1] = new PollFd { Fd = _changes.Fd, Events = PollFd.In };
        while (!_ending)
        {
            _ = PollFd.Wait(entries, 2, null);
            if (_ending || _wake.Wait(Settle)) continue;
            DrainChanges(entries + 1);
            var change = _apply();
            if (!change.Ok) Trouble?.Invoke(change.Text);
        }
    }

    private void DrainChanges(PollFd* entry)
    {
        const int datagramsMax = 1024;
        for (var i = 0; i < datagramsMax && PollFd.Wait(entry, 1, TimeSpan.Zero) > 0; i++) _changes.Listen(static _ => { });
    }
}
