using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Appliance.Drivers.Probes;

namespace Appliance.Drivers.Tests.Probes;

/// <summary>Whatever a server does, a probe answers in time and says what it saw.</summary>
public class ProbeTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(300);

    private static ProbeAnswer Ask(IProbe probe)
    {
        var start = Stopwatch.GetTimestamp();
        using (probe)
        {
            var answer = probe.Ask(Timeout);
            Assert.True(Stopwatch.GetElapsedTime(start) < Timeout * 3, $"took {Stopwatch.GetElapsedTime(start)}");
            return answer;
        }
    }

    private static byte[] ReplyTo(ReadOnlySpan<byte> request, string status)
    {
        var lines = Encoding.ASCII.GetString(request).Split("\r\n");
        var kept = lines.Where(line => line.StartsWith("Via:", StringComparison.Ordinal) || line.StartsWith(
            "Call-ID:", StringComparison.Ordinal) || line.StartsWith("CSeq:", StringComparison.Ordinal));
        return Encoding.ASCII.GetBytes($"{status}\r\n{string.Join("\r\n", kept)}\r\nContent-Length: 0\r\n\r\n");
    }

    private static HostileServer Sip(Action<Socket, EndPoint, byte[]> answer) => HostileServer.Udp((socket, stopped) =>
    {
        var bytes = new byte[2048];
        while (!stopped())
        {
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            var length = socket.ReceiveFrom(bytes, ref from);
            answer(socket, from, bytes[..length]);
        }
    });

    [Fact]
    public void SIP_404_is_life()
    {
        using var server = Sip((socket, from, request) => socket.SendTo(ReplyTo(request, "SIP/2.0 404 Not Found"), from));
        var answer = Ask(new SipProbe(IPAddress.Loopback, server.Port));
        Assert.True(answer.Healthy, answer.Text);
        Assert.Equal("SIP 404", answer.Text);
    }

    [Fact]
    public void SIP_that_only_tries_is_not_an_answer()
    {
        using var server = Sip((socket, from, request) => socket.SendTo(ReplyTo(request, "SIP/2.0 100 Trying"), from));
        Assert.False(Ask(new SipProbe(IPAddress.Loopback, server.Port)).Healthy);
    }

    [Fact]
    public void SIP_garbage_without_end_ends_with_the_deadline()
    {
        using var server = Sip((socket, from, request) =>
        {
            for (var count = 0; count < 200; count++) socket.SendTo(new byte[1400], from);
        });
        Assert.False(Ask(new SipProbe(IPAddress.Loopback, server.Port)).Healthy);
    }

    [Fact]
    public void SIP_answer_after_garbage_counts()
    {
        using var server = Sip((socket, from, request) =>
        {
            socket.SendTo("\0\0\0garbage"u8.ToArray(), from);
            socket.SendTo(ReplyTo(request, "SIP/2.0 200 OK"), from);
        });
        Assert.True(Ask(new SipProbe(IPAddress.Loopback, server.Port)).Healthy);
    }

    [Fact]
    public void A_lost_SIP_request_is_sent_again()
    {
        var seen = 0;
        using var server = Sip((socket, from, request) =>
        {
            if (++seen == 2) socket.SendTo(ReplyTo(request, "SIP/2.0 200 OK"), from);
        });
        Assert.True(Ask(new SipProbe(IPAddress.Loopback, server.Port)).Healthy);
    }

    [Fact]
    public void Nobody_at_the_SIP_port_is_said_so()
    {
        var answer = Ask(new SipProbe(IPAddress.Loopback, 1));
        Assert.False(answer.Healthy);
        Assert.Contains("127.0.0.1:1", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void TCP_that_listens_is_healthy_and_one_that_does_not_is_not()
    {
        using var server = HostileServer.Tcp((client, stopped) => Thread.Sleep(10));
        Assert.True(Ask(new TcpProbe(IPAddress.Loopback, server.Port)).Healthy);
        Assert.False(Ask(new TcpProbe(IPAddress.Loopback, 1)).Healthy);
    }

    [MariaDbFact]
    public void MySQL_that_accepts_and_never_greets_is_a_miss_in_time()
    {
        using var server = HostileServer.Tcp((client, stopped) =>
        {
            while (!stopped()) Thread.Sleep(20);
        });
        var answer = Ask(new MysqlProbe(new MysqlTarget("", "127.0.0.1", server.Port, "probe", "")));
        Assert.False(answer.Healthy);
        Assert.Contains("within 300 ms", answer.Text, StringComparison.Ordinal);
    }

    [MariaDbFact]
    public void MySQL_that_hangs_is_not_asked_twice_at_once()
    {
        using var server = HostileServer.Tcp((client, stopped) =>
        {
            while (!stopped()) Thread.Sleep(20);
        });
        using var probe = new MysqlProbe(new MysqlTarget("", "127.0.0.1", server.Port, "probe", ""));
        Assert.False(probe.Ask(Timeout).Healthy);
        // On a busy machine the library's own second may be over before the next question; then it is the one after that.
        Assert.True(SpinWait.SpinUntil(
            () => probe.Ask(Timeout) is { Healthy: false } next && next.Text.Contains("earlier question", StringComparison.Ordinal),
            TimeSpan.FromSeconds(20)));
    }

    [MariaDbFact]
    public void MySQL_that_speaks_garbage_is_a_miss()
    {
        using var server = HostileServer.Tcp((client, stopped) => client.Send(new byte[256]));
        Assert.False(Ask(new MysqlProbe(new MysqlTarget("", "127.0.0.1", server.Port, "probe", ""))).Healthy);
    }

    [MariaDbFact]
    public void A_missing_MySQL_socket_is_named()
    {
        var answer = Ask(new MysqlProbe(new MysqlTarget("/nonexistent/mysqld.sock", "", 0, "", "")));
        Assert.False(answer.Healthy);
        Assert.Contains("/nonexistent/mysqld.sock", answer.Text, StringComparison.Ordinal);
    }

    /// <summary>Runs where Debian's libmariadb3 is installed.</summary>
    private sealed class MariaDbFactAttribute : FactAttribute
    {
        public MariaDbFactAttribute()
        {
            if (!System.Runtime.InteropServices.NativeLibrary.TryLoad("libmariadb.so.3", out _)) Skip = "libmariadb3 is not installed";
        }
    }
}
