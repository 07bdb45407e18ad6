using System.Diagnostics;
using Appliance.Drivers.Interop;
using Appliance.Drivers.Interop.Netlink;

namespace Appliance.Drivers.ServiceAddress;

/// <summary>
/// Stands by one held address on a thread of its own: announces it, notices foreign claims, puts it back when somebody removes it,
/// tells when interface or carrier go. Lives from the moment the address is ours until it is removed.
/// </summary>
internal sealed unsafe class AddressGuard : IDisposable
{
    private const int StackBytes = 128 << 10;
    private static readonly TimeSpan DefendInterval = TimeSpan.FromSeconds(10); // RFC 5227 §1.1, DEFEND_INTERVAL
    private static readonly TimeSpan TroubleDelay = TimeSpan.FromSeconds(1); // A link that is back within a second is no news.
    private static readonly TimeSpan[] Burst =
        [TimeSpan.Zero, TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)];

    private readonly ServiceAddressSpec _spec;
    private readonly Func<string?> _check;
    private readonly NeighbourSocket? _neighbours;
    private readonly NetlinkSocket _changes = new(Rtnetlink.GroupLink | Rtnetlink.GroupAddresses);
    private readonly WakeUp _wake = new();
    private readonly Thread _thread;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private volatile bool _ending;
    private volatile bool _restartBurst;
    private int _announced;
    private TimeSpan _burstBegan;
    private TimeSpan? _defendedAt;
    private TimeSpan? _wrongSince;
    private bool _told;

    /// <param name="check">Looks whether all is as it should be and mends what it can: null, or what is wrong.</param>
    public AddressGuard(ServiceAddressSpec spec, NetworkLink link, Func<string?> check)
    {
        (_spec, _check) = (spec, check);
        if (!link.IsLoopback && link.Mac.Length == 6) _neighbours = new NeighbourSocket(link, spec.Address);
        _neighbours?.Announce(); // The first one now, on the caller's time: neighbours shall know before Add returns.
        _announced = 1;
        _thread = new Thread(Run, StackBytes) { IsBackground = true, Name = $"address {spec.Address}" };
        _thread.Start();
    }

    /// <summary>Told in words when the address is in trouble. Must return at once and must not change the address itself.</summary>
    public Action<string>? Trouble { get; set; }

    public void Announce()
    {
        _restartBurst = true;
        _wake.Pulse();
    }

    public void Dispose()
    {
        _ending = true;
        _wake.Pulse();
        if (Thread.CurrentThread != _thread) _thread.Join();
        _neighbours?.Dispose();
        _changes.Dispose();
        _wake.Dispose();
    }

    private void Run()
    {
        var entries = stackalloc PollFd[3];
        entries[0] = new PollFd { Fd = _wake.Fd, Events = PollFd.In };
        entries[1] = new PollFd { Fd = _changes.Fd, Events = PollFd.In };
        entries[2] = new PollFd { Fd = _neighbours?.Fd ?? -1, Events = PollFd.In };
        while (!_ending)
        {
            var wait = Earlier(NextAnnouncement(), NextComplaint()) - _clock.Elapsed;
            _ = PollFd.Wait(entries, 3, wait);
            if (entries[0].Returned != 0) _wake.Drain();
            if (_ending) return;
            if (entries[1].Returned != 0) _changes.Listen(static _ => { }); // What changed does not matter: look at what is.
            if (entries[1].Returned != 0 || _clock.Elapsed >= NextComplaint()) Look();
            if (entries[2].Returned != 0) LookForForeignClaims();
            AnnounceWhenDue();
        }
    }

    private TimeSpan NextAnnouncement()
    {
        if (_restartBurst) return TimeSpan.Zero;
        if (_announced < Burst.Length) return _burstBegan + Burst[_announced];
        return _spec.Refresh <= TimeSpan.Zero
            ? TimeSpan.MaxValue
            : _burstBegan + Burst[^1] + (_spec.Refresh * (_announced - Burst.Length + 1));
    }

    private void AnnounceWhenDue()
    {
        if (_clock.Elapsed < NextAnnouncement()) return;
        if (_restartBurst) (_restartBurst, _announced, _burstBegan) = (false, 0, _clock.Elapsed);
        _neighbours?.Announce(); // A failure means no carrier: the netlink side tells that.
        _announced++;
    }

    private TimeSpan NextComplaint() => _wrongSince is { } since && !_told ? since + TroubleDelay : TimeSpan.MaxValue;

    private static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>Complains once about what has been wrong for a moment; what is right again is announced again.</summary>
    private void Look()
    {
        if (_check() is not { } wrong)
        {
            if (_wrongSince is not null) _restartBurst = true;
            (_wrongSince, _told) = (null, false);
            return;
        }

        _wrongSince ??= _clock.Elapsed;
        if (_clock.Elapsed < NextComplaint()) return;
        _told = true;
        Trouble?.Invoke(wrong);
    }

    /// <summary>RFC 5227 §2.4 (b): defend once; a second claim within the interval is a conflict.</summary>
    private void LookForForeignClaims()
    {
        if (_neighbours?.ReadForeignClaim() is not { } mac) return;
        var again = _defendedAt is { } at && _clock.Elapsed - at < DefendInterval;
        if (!again)
        {
            _defendedAt = _clock.Elapsed;
            _neighbours.Announce();
            return;
        }

        _defendedAt = null;
        Trouble?.Invoke($"{mac} claims {_spec.Address} on {_spec.Interface} too: two machines use the service address");
    }
}
