using System.Net;
using System.Net.Sockets;
using System.Text;
using Appliance.Drivers.Probes;

namespace Appliance.Drivers.Tests.Probes;

/// <summary>Whatever listens at a web server's port: the answer comes in time, in little memory and in words.</summary>
public sealed class HttpProbeTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    private static string _asked = "";

    private static ProbeAnswer Ask(string answer, TimeSpan timeout, int chunk = 65536, bool stays = false)
    {
        using var server = HostileServer.Tcp((client, stopped) =>
        {
            var bytes = new byte[2048];
            _asked = Encoding.ASCII.GetString(bytes, 0, client.Receive(bytes));
            var reply = Encoding.Latin1.GetBytes(answer);
            for (var at = 0; at < reply.Length; at += chunk) client.Send(reply.AsSpan(at, Math.Min(chunk, reply.Length - at)));
            while (stays && !stopped()) Thread.Sleep(10);
        });
        using var probe = new HttpProbe(IPAddress.Loopback, server.Port, "/health?x=1", 200);
        var until = Deadline.After(timeout * 10);
        var told = probe.Ask(timeout);
        Assert.True(until.Left > TimeSpan.Zero, $"took {until.Elapsed}");
        return told;
    }

    private static void Misses(ProbeAnswer answer, string words)
    {
        Assert.False(answer.Healthy);
        Assert.Contains(words, answer.Text, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\nhalf", 65536)]
    [InlineData("HTTP/1.0 200\r\n\r\n", 1)]
    [InlineData("HTTP/1.1 200 \n\n", 3)]
    [InlineData("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", 5)]
    public void The_expected_status_is_health_however_its_bytes_come(string reply, int chunk)
    {
        var answer = Ask(reply, Long, chunk, stays: true);
        Assert.True(answer.Healthy, answer.Text);
        Assert.Equal("HTTP 200", answer.Text);
    }

    [Fact]
    public void The_request_is_what_RFC_9112_asks_for()
    {
        Ask("HTTP/1.1 200 OK\r\n\r\n", Long);
        Assert.StartsWith("GET /health?x=1 HTTP/1.1\r\nHost: 127.0.0.1:", _asked, StringComparison.Ordinal);
        Assert.EndsWith("\r\nConnection: close\r\n\r\n", _asked, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 503 Service Unavailable\r\n\r\n", "/health?x=1 answers 503; expected 200")]
    [InlineData("HTTP/1.1 301 Moved\r\n\r\n", "answers 301; expected 200")]
    [InlineData("SSH-2.0-OpenSSH\r\n", "answers \"SSH-2.0-OpenSSH\"")]
    [InlineData("HTTP/2 200\r\n", "expected a status line of HTTP/1.1")]
    [InlineData("HTTP/1.1 2000 OK\r\n", "expected a status line")]
    [InlineData("\u0000\u0001\u00ff\n", "answers \"...\"")]
    [InlineData("", "closed the connection")]
    [InlineData("HTTP/1.1 20", "closed the connection")]
    [InlineData("HTTP/1.1 100 Continue\r\nX: y", "closed the connection")]
    public void Anything_else_is_a_miss_in_words(string reply, string words) => Misses(Ask(reply, Long), words);

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 20")]
    [InlineData("HTTP/1.1 100 Continue\r\n")]
    public void Who_does_not_go_on_is_a_miss_with_the_deadline(string reply) =>
        Misses(Ask(reply, Short, stays: true), "within 300 ms");

    [Fact]
    public void Lines_and_interim_answers_without_end_end()
    {
        Misses(Ask(new string('x', 100_000), Long), "a line of more than 4096 bytes");
        Misses(Ask(string.Concat(Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 400_000)), Long), "sent more than 8 MiB");
    }

    [Fact]
    public void Nobody_at_the_port_is_said_so()
    {
        using var probe = new HttpProbe(IPAddress.Loopback, 1, "/", 200);
        Misses(probe.Ask(Long), "does not accept a connection");
    }

    [Fact]
    public void Random_lines_are_no_status()
    {
        var random = new Random(5);
        var bytes = new byte[40];
        for (var round = 0; round < 100_000; round++)
        {
            random.NextBytes(bytes);
            if (round % 2 == 0) "HTTP/1."u8.CopyTo(bytes);
            Assert.InRange(HttpProbe.Status(bytes.AsSpan(0, random.Next(bytes.Length))), 0, 599);
        }
    }
}
