using System.Net;
using System.Net.Sockets;
using System.Text;
using Appliance.Core.Layers;
using Appliance.Drivers.Probes;
using Appliance.Drivers.Probes.Asterisk;

namespace Appliance.Drivers.Tests.Probes.Asterisk;

/// <summary>Whatever listens at the manager's port: the answer comes in time, in little memory and in words.</summary>
public sealed class AmiLayerTests : IDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    private readonly string _secret = Path.GetTempFileName();

    public AmiLayerTests()
    {
        File.WriteAllText(_secret, "s3cret\n");
        File.SetUnixFileMode(_secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public void Dispose() => File.Delete(_secret);

    private AmiLayer Layer(int port) => new(new AmiTarget(new IPEndPoint(IPAddress.Loopback, port), "appliance", _secret));

    /// <summary>One question; it must not take ten times its timeout even on a busy machine.</summary>
    private LayerReport Ask(int port, TimeSpan timeout)
    {
        using var layer = Layer(port);
        var until = Deadline.After(timeout * 10);
        var report = layer.Ask(timeout);
        Assert.True(until.Left > TimeSpan.Zero, $"took {until.Elapsed}");
        return report;
    }

    private static void Fails(LayerReport report, string words)
    {
        Assert.Equal(LayerState.Fails, report.State);
        Assert.Contains(words, report.Text, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", report.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(65536)]
    [InlineData(1)]
    [InlineData(7)]
    public void A_manager_that_is_well_tells_its_channels_and_registrations_however_its_bytes_come(int chunk)
    {
        using var server = new AmiServer(chunk: chunk);
        var report = Ask(server.Port, Long);
        Assert.Equal(LayerState.Answers, report.State);
        Assert.Equal(new AsteriskFacts(null, 2, 3, 1, null), report.Facts);
        Assert.Equal(["Login", "Ping", "Status", "PJSIPShowRegistrationsOutbound"], server.Actions);
    }

    [Fact]
    public void The_connection_is_kept_and_registrations_are_asked_for_now_and_then()
    {
        using var server = new AmiServer();
        using var layer = Layer(server.Port);
        for (var round = 0; round < 11; round++) Assert.Equal(LayerState.Answers, layer.Ask(Long).State);
        Assert.Equal(1, server.Connections);
        Assert.Equal(1, server.Actions.Count(action => action == "Login"));
        Assert.Equal(2, server.Actions.Count(action => action == "PJSIPShowRegistrationsOutbound"));
    }

    [Fact]
    public void A_connection_that_was_lost_since_is_made_again_within_the_question()
    {
        using var server = new AmiServer((action, _) => action == "PJSIPShowRegistrationsOutbound" ? "" : null);
        using var layer = Layer(server.Port);
        _ = layer.Ask(Long); // The server closes at its end.
        Assert.Equal(LayerState.Answers, layer.Ask(Long).State);
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public void One_that_accepts_and_never_greets_is_told_so()
    {
        using var server = new AmiServer(greeting: "");
        Fails(Ask(server.Port, Short), "no greeting within 300 ms");
    }

    [Theory]
    [InlineData("Login")]
    [InlineData("Ping")]
    [InlineData("Status")]
    public void One_that_does_not_answer_a_question_is_told_which(string silent)
    {
        using var server = new AmiServer((action, _) => action == silent ? "\r\n" : null);
        Fails(Ask(server.Port, Short), $"no answer to {silent} within 300 ms");
    }

    [Theory]
    [InlineData("Login")]
    [InlineData("Ping")]
    [InlineData("Status")]
    public void One_that_closes_in_any_state_is_told_when(string last)
    {
        using var server = new AmiServer((action, _) => action == last ? "" : null);
        Fails(Ask(server.Port, Long), "closed the connection");
    }

    [Fact]
    public void One_that_closes_at_once_or_is_not_there_is_told_so()
    {
        using var server = HostileServer.Tcp((_, _) => { });
        Fails(Ask(server.Port, Long), "closed the connection");
        Fails(Ask(1, Long), "does not accept a connection");
    }

    [Fact]
    public void Half_a_status_is_none()
    {
        using var server = new AmiServer((action, id) => action == "Status"
            ? $"Response: Success\r\nActionID: {id}\r\n\r\nEvent: Status\r\nActionID: {id}\r\nChannel: PJ" : null);
        Fails(Ask(server.Port, Short), "no answer to Status within 300 ms");
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.9\r\n", "greets with \"SSH-2.0-OpenSSH_9.9\"")]
    [InlineData("\u0001\u00ff\u0000\n", "greets with \"...\"")]
    [InlineData("Asterisk Call Manag", "no greeting within 300 ms")]
    public void What_is_no_manager_is_quoted_in_printable_letters(string greeting, string words)
    {
        using var server = new AmiServer(greeting: greeting);
        Fails(Ask(server.Port, Short), words);
    }

    [Fact]
    public void A_line_without_end_ends_the_question_long_before_the_deadline()
    {
        using var server = new AmiServer((action, _) => action == "Ping" ? new string('x', 100_000) : null);
        Fails(Ask(server.Port, Long), "a line of more than 4096 bytes");
    }

    [Fact]
    public void Thousands_of_events_before_the_answer_are_passed_over()
    {
        var noise = string.Concat(Enumerable.Repeat("Event: VarSet\r\nPrivilege: dialplan,all\r\nVariable: X\r\n\r\n", 20_000));
        using var server = new AmiServer((action, id) => action == "Ping" ? $"{noise}Response: Success\r\nActionID: {id}\r\n\r\n" : null);
        Assert.Equal(LayerState.Answers, Ask(server.Port, Long).State);
    }

    [Fact]
    public void Events_without_end_end_with_the_bound_of_an_answer()
    {
        var noise = string.Concat(Enumerable.Repeat("Event: VarSet\r\nVariable: X\r\n\r\n", 1000));
        using var server = HostileServer.Tcp((client, stopped) =>
        {
            client.Send("Asterisk Call Manager/1\r\n"u8);
            while (!stopped()) client.Send(Encoding.ASCII.GetBytes(noise));
        });
        Fails(Ask(server.Port, Long), "sent more than 8 MiB and no answer to Login");
    }

    [Fact]
    public void Random_bytes_are_harmless()
    {
        var random = new Random(3);
        for (var round = 0; round < 20; round++)
        {
            var bytes = new byte[20_000];
            random.NextBytes(bytes);
            using var server = new AmiServer((action, _) => action == "Ping" ? Encoding.Latin1.GetString(bytes) : null);
            Assert.Equal(LayerState.Fails, Ask(server.Port, TimeSpan.FromMilliseconds(50)).State);
        }
    }

    [Fact]
    public void An_answer_to_somebody_elses_question_is_none()
    {
        using var server = new AmiServer(
            (action, _) => action == "Ping" ? "Response: Success\r\nActionID: other\r\nPing: Pong\r\n\r\n" : null);
        Fails(Ask(server.Port, Short), "no answer to Ping");
    }

    [Fact]
    public void A_refused_login_is_life_and_is_not_repeated_at_once()
    {
        using var server = new AmiServer((action, id) => action == "Login"
            ? $"Response: Error\r\nActionID: {id}\r\nMessage: Authentication failed\r\n\r\n" : null);
        using var layer = Layer(server.Port);
        for (var round = 0; round < 3; round++)
        {
            var report = layer.Ask(Long);
            Assert.Equal(LayerState.Refuses, report.State);
            Assert.Contains("refuses appliance: Authentication failed", report.Text, StringComparison.Ordinal);
            Assert.Contains(_secret, report.Text, StringComparison.Ordinal);
        }

        Assert.Single(server.Actions);
    }

    [Fact]
    public void An_account_without_rights_is_life_and_the_right_is_named()
    {
        using var server = new AmiServer((action, id) => action == "Status"
            ? $"Response: Error\r\nActionID: {id}\r\nMessage: Permission denied\r\n\r\n" : null);
        var report = Ask(server.Port, Long);
        Assert.Equal(LayerState.Refuses, report.State);
        Assert.Contains("write = reporting", report.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_secret_of_its_own_nobody_is_asked()
    {
        using var server = new AmiServer();
        File.SetUnixFileMode(_secret, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        var open = Ask(server.Port, Long);
        File.Delete(_secret);
        var missing = Ask(server.Port, Long);
        Assert.Equal((LayerState.Unknown, LayerState.Unknown), (open.State, missing.State));
        Assert.Contains($"chmod 600 {_secret}", open.Text, StringComparison.Ordinal);
        Assert.Contains(_secret, missing.Text, StringComparison.Ordinal);
        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public void Lines_take_no_memory_of_their_own()
    {
        using var server = HostileServer.Tcp((client, stopped) =>
        {
            var block = new byte[65536];
            for (var at = 79; at < block.Length; at += 80) block[at] = (byte)'\n';
            while (!stopped()) client.Send(block);
        });
        var until = Deadline.After(Long);
        using var connection = LineConnection.Open(new IPEndPoint(IPAddress.Loopback, server.Port), "test", until);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var count = 0; count < 50_000; count++) Assert.True(connection.TryReadLine("line", until, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256 << 10);
    }

    [Fact]
    public void Disposing_during_a_question_disturbs_nobody()
    {
        using var server = new AmiServer(greeting: "");
        var layer = Layer(server.Port);
        var report = default(LayerReport);
        var asking = new Thread(() => report = layer.Ask(TimeSpan.FromSeconds(1)));
        asking.Start();
        Assert.True(SpinWait.SpinUntil(() => server.Connections == 1, Long));
        layer.Dispose();
        Assert.True(asking.Join(Long));
        Assert.Equal(LayerState.Fails, report.State);
    }
}
