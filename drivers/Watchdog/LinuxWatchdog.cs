using System.Text;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.Watchdog;

/// <summary>A watchdog of the kernel, <c>/dev/watchdogN</c> (Documentation/watchdog/watchdog-api.rst of Linux).</summary>
public sealed unsafe class LinuxWatchdog : IWatchdog
{
    private const int Opening = 1 | 0x80000; // O_WRONLY | O_CLOEXEC

    /// <summary>Tried by <see cref="BiteNow"/>, shortest first: some hardware takes no single second.</summary>
    private static readonly int[] Shortest = [1, 2, 3, 5];

    private readonly string _path;
    private int _fd;
    private bool _bites;

    private LinuxWatchdog(string path, int fd, WatchdogTraits traits) => (_path, _fd, Traits) = (path, fd, traits);

    public WatchdogTraits Traits { get; }

    public TimeSpan Timeout => TimeSpan.FromSeconds(Get(WatchdogAbi.GetTimeout) ?? 0);

    public TimeSpan Pretimeout => TimeSpan.FromSeconds(Get(WatchdogAbi.GetPretimeout) ?? 0);

    public TimeSpan? TimeLeft => Get(WatchdogAbi.GetTimeLeft) is { } left ? TimeSpan.FromSeconds(left) : null;

    /// <summary>Opens a watchdog, which starts it; null when it cannot be, and <paramref name="problem"/> says why in words.</summary>
    /// <param name="name">Path, or the identity its driver shows.</param>
    public static LinuxWatchdog? TryOpen(string name, out string problem)
    {
        if (WatchdogNodes.Find(name, out problem) is not { } node) return null;
        var fd = Libc.open(node.Path, Opening);
        if (fd < 0)
        {
            problem = Words(node, Errno.Last);
            return null;
        }

        WatchdogInfo info;
        if (Libc.ioctl(fd, WatchdogAbi.GetSupport, &info) < 0)
        {
            problem = $"{node.Path} is not a watchdog: {Errno.LastWords}";
            _ = Libc.close(fd);
            return null;
        }

        problem = "";
        return new LinuxWatchdog(node.Path, fd, TraitsOf(node, info, fd));
    }

    public WatchdogAnswer SetTimeout(TimeSpan timeout) =>
        Set(WatchdogAbi.SetTimeout, timeout) ? WatchdogAnswer.Ok
            : WatchdogAnswer.Refused(
                $"watchdog {Traits.Identity} ({_path}) refuses a timeout of {timeout.TotalSeconds:0} s ({Errno.LastWords}); it keeps "
                    + $"{Timeout.TotalSeconds:0} s");

    public WatchdogAnswer SetPretimeout(TimeSpan pretimeout) =>
        Set(WatchdogAbi.SetPretimeout, pretimeout) ? WatchdogAnswer.Ok
            : WatchdogAnswer.Refused(
                $"watchdog {Traits.Identity} ({_path}) refuses a warning {pretimeout.TotalSeconds:0} s before the reset "
                    + $"({Errno.LastWords})");

    public WatchdogAnswer Feed()
    {
        if (_bites) return WatchdogAnswer.Refused($"watchdog {Traits.Identity} was told to bite");
        int nothing;
        return Libc.ioctl(_fd, WatchdogAbi.KeepAlive, &nothing) >= 0 ? WatchdogAnswer.Ok
            : WatchdogAnswer.Refused($"watchdog {Traits.Identity} ({_path}) cannot be fed: {Errno.LastWords}");
    }

    public WatchdogAnswer Disarm()
    {
        if (!Traits.CanDisarm) return WatchdogAnswer.Refused(Traits.WhyNot);
        var magic = (byte)'V';
        if (Libc.write(_fd, &magic, 1) != 1)
            return WatchdogAnswer.Refused($"watchdog {Traits.Identity} ({_path}) takes no magic close: {Errno.LastWords}");
        Dispose();
        return WatchdogAnswer.Ok;
    }

    public WatchdogAnswer BiteNow()
    {
        _bites = true;
        if (Shortest.Any(seconds => Set(WatchdogAbi.SetTimeout, TimeSpan.FromSeconds(seconds)))) return WatchdogAnswer.Ok;
        return WatchdogAnswer.Refused(
            $"watchdog {Traits.Identity} takes no shorter timeout ({Errno.LastWords}); it bites after {Timeout.TotalSeconds:0} s");
    }

    public void Dispose()
    {
        if (_fd < 0) return;
        _ = Libc.close(_fd);
        _fd = -1;
    }

    private static WatchdogTraits TraitsOf(WatchdogNode node, WatchdogInfo info, int fd)
    {
        var identity = Encoding.ASCII.GetString(((ReadOnlySpan<byte>)info.Identity).TrimEnd((byte)0));
        var magic = (info.Options & WatchdogAbi.MagicClose) != 0;
        var whyNot = node.NoWayOut
            ? $"watchdog {identity} ({node.Path}) cannot be stopped once it runs: the kernel was started with nowayout"
            : magic ? "" : $"watchdog {identity} ({node.Path}) cannot be stopped once it runs: its driver knows no magic close";
        var status = 0u;
        var known = Libc.ioctl(fd, WatchdogAbi.GetBootStatus, &status) >= 0;
        // Newer kernels warn by a timer of their own where the hardware cannot: no flag says so, only the request is taken.
        var none = 0;
        var warns = (info.Options & WatchdogAbi.Pretimeout) != 0 || Libc.ioctl(fd, WatchdogAbi.SetPretimeout, &none) >= 0;
        return new WatchdogTraits(identity, whyNot.Length == 0, whyNot, warns,
            known && (status & WatchdogAbi.CardReset) != 0);
    }

    private static string Words(WatchdogNode node, int error)
    {
        if (error == Errno.EBUSY)
        {
            var holder = WatchdogNodes.Holder([node.Path, "/dev/watchdog"]);
            var advice = holder.StartsWith("systemd ", StringComparison.Ordinal)
                ? "set RuntimeWatchdogSec=off in /etc/systemd/system.conf and reboot, or give the agent another device"
                : "only one program can feed it: end that one, or give the agent another device";
            return $"{node.Path} is in use by {(holder.Length > 0 ? holder : "another program")}; {advice}";
        }

        return error switch
        {
            Errno.ENOENT or Errno.ENODEV or Errno.ENXIO => $"{node.Path} does not exist any more: is its driver loaded?",
            Errno.EACCES or Errno.EPERM => $"{node.Path} may not be opened ({Errno.Words(error)}): the agent must run as root",
            _ => $"{node.Path} cannot be opened: {Errno.Words(error)}",
        };
    }

    private bool Set(nuint request, TimeSpan value)
    {
        var seconds = (int)Math.Ceiling(value.TotalSeconds);
        return Libc.ioctl(_fd, request, &seconds) >= 0;
    }

    private int? Get(nuint request)
    {
        int value;
        return Libc.ioctl(_fd, request, &value) >= 0 ? value : null;
    }
}
