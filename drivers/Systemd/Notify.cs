using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Appliance.Drivers.Systemd;

/// <summary>Tells the service manager about ourselves (sd_notify(3)): one datagram to NOTIFY_SOCKET. Without one, nothing is
/// told.</summary>
public sealed class Notify(string? socketPath)
{
    /// <summary>Of this process.</summary>
    public static Notify FromEnvironment() => new(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"));

    /// <summary>WatchdogSec= of this process's unit; null: systemd does not ask for a sign of life (sd_watchdog_enabled(3)).</summary>
    public static TimeSpan? WatchdogPeriod(Func<string, string?> environment, int pid)
    {
        if (environment("WATCHDOG_PID") is { Length: > 0 } meant && meant != pid.ToString(CultureInfo.InvariantCulture)) return null;
        return long.TryParse(environment("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)
            && microseconds is > 0 and <= 86_400_000_000 ? TimeSpan.FromMicroseconds(microseconds) : null;
    }

    /// <summary>The same, of this process.</summary>
    public static TimeSpan? WatchdogPeriod() => WatchdogPeriod(Environment.GetEnvironmentVariable, Environment.ProcessId);

    /// <summary>Start-up is finished.</summary>
    public bool Ready(string status) => Send($"READY=1\nSTATUS={status}");

    /// <summary>One line for "systemctl status".</summary>
    public bool Status(string status) => Send($"STATUS={status}");

    public bool Stopping(string status) => Send($"STOPPING=1\nSTATUS={status}");

    /// <summary>The period within which WatchdogSec= wants to hear from us has not passed.</summary>
    public bool Watchdog() => Send("WATCHDOG=1");

    /// <summary>False when there is nobody to tell or the message could not be delivered at once: never worth waiting for.</summary>
    private bool Send(string message)
    {
        if (string.IsNullOrEmpty(socketPath)) return false;
        // A leading '@' is systemd's spelling of the abstract name space, which the kernel marks with a zero byte.
        var path = socketPath[0] == '@' ? '\0' + socketPath[1..] : socketPath;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
            socket.SendTo(Encoding.UTF8.GetBytes(message), new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
