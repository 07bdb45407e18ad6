using System.Net.Sockets;
using System.Text;
using Appliance.Drivers.Systemd;

namespace Appliance.Drivers.Tests.Systemd;

/// <summary>sd_notify(3) and sd_watchdog_enabled(3) without libsystemd.</summary>
public class NotifyTests
{
    [Theory]
    [InlineData("10000000", null, 10_000)]
    [InlineData("2000000", "4711", 2_000)]
    [InlineData("2000000", "4712", null)] // Meant for another process.
    [InlineData("2000000", "04711", null)]
    [InlineData(null, null, null)]
    [InlineData("", null, null)]
    [InlineData("0", null, null)]
    [InlineData("-5", null, null)]
    [InlineData("ten", null, null)]
    [InlineData("99999999999999999999", null, null)]
    public void The_period_is_taken_from_the_environment_when_it_is_meant_for_this_process(
        string? microseconds, string? pid, int? expectedMs)
    {
        var period = Notify.WatchdogPeriod(name => name == "WATCHDOG_USEC" ? microseconds : name == "WATCHDOG_PID" ? pid : null, 4711);
        Assert.Equal(expectedMs, period is { } span ? (int)span.TotalMilliseconds : null);
    }

    [Fact]
    public void Every_message_is_one_datagram_in_the_words_of_systemd()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("notify-").FullName, "socket");
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(path));
        var notify = new Notify(path);
        Assert.True(notify.Ready("node pbx-a"));
        Assert.True(notify.Watchdog());
        Assert.True(notify.Stopping("left"));
        Assert.Equal(["READY=1\nSTATUS=node pbx-a", "WATCHDOG=1", "STOPPING=1\nSTATUS=left"], [Next(), Next(), Next()]);

        string Next()
        {
            var bytes = new byte[256];
            return Encoding.UTF8.GetString(bytes, 0, manager.Receive(bytes));
        }
    }

    [Fact]
    public void Nobody_to_tell_is_no_failure()
    {
        Assert.False(new Notify(null).Watchdog());
        Assert.False(new Notify("/nowhere/at/all").Watchdog());
    }
}
