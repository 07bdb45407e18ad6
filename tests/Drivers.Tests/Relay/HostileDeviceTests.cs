using System.Diagnostics;
using System.Net;
using Appliance.Core.Lines;
using Appliance.Drivers.Relay;
using Appliance.Drivers.Relay.Network;
using Appliance.Drivers.Relay.Simulated;

namespace Appliance.Drivers.Tests.Relay;

/// <summary>The bero*fos on a bad network, and the vendor's program on a bad day.</summary>
public sealed class HostileDeviceTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    [Fact]
    public void Box_that_hangs_costs_the_deadline()
    {
        using var bench = new BerofosBench(BerofosLogin.None, Short);
        bench.Server.Hangs = true;
        var watch = Stopwatch.StartNew();
        var answer = bench.Relay.Set(LinePosition.A, default);
        Assert.Equal(RelayFault.Silent, answer.Fault);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(8), $"{watch.Elapsed}");
        Assert.Equal(0, bench.Contacts.Moves);
    }

    [Fact]
    public void Page_that_does_not_end_is_left()
    {
        using var bench = new BerofosBench(BerofosLogin.None);
        bench.Server.Endless = true;
        Assert.Equal(RelayFault.Endless, bench.Relay.Set(LinePosition.A, default).Fault);
    }

    [Fact]
    public void Another_web_server_is_not_commanded()
    {
        using var bench = new BerofosBench(BerofosLogin.None);
        bench.Box.IsAnother = true;
        var answer = bench.Relay.Set(LinePosition.A, default);
        Assert.Equal(RelayFault.WrongDevice, answer.Fault);
        bench.Box.IsAnother = false;
        bench.Box.Garbage = true;
        Assert.Equal(RelayFault.Garbage, bench.Relay.Set(LinePosition.A, default).Fault);
        Assert.Equal(0, bench.Contacts.Moves);
    }

    [Fact]
    public void Refusal_is_told_with_its_status()
    {
        using var bench = new BerofosBench(BerofosLogin.None);
        Assert.True(bench.Relay.Read(default).IsDone);
        bench.Box.Refuses = true;
        var answer = bench.Relay.Set(LinePosition.A, default);
        Assert.Equal(RelayFault.Refused, answer.Fault);
        Assert.Contains("status 500", answer.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_own_watchdog_is_switched_off_before_the_line_is_moved_and_not_for_a_look()
    {
        using var bench = new BerofosBench(BerofosLogin.None);
        bench.Box.WatchdogState = 1;
        Assert.True(bench.Relay.Read(default).IsDone);
        Assert.Equal(1, bench.Box.WatchdogState);
        Assert.True(bench.Relay.Set(LinePosition.A, default).IsDone);
        Assert.Equal(0, bench.Box.WatchdogState);
    }

    [Fact]
    public void Other_scenario_is_told()
    {
        using var bench = new BerofosBench(BerofosLogin.None);
        bench.Box.Scenario = 1;
        var answer = bench.Relay.Set(LinePosition.A, default);
        Assert.Equal(RelayFault.Misconfigured, answer.Fault);
        Assert.Contains("expected 0", answer.Words, StringComparison.Ordinal);
        Assert.Equal(0, bench.Contacts.Moves);
    }

    [Fact]
    public void Both_nodes_may_command_it_and_the_last_one_wins()
    {
        using var bench = new BerofosBench(BerofosLogin.None);
        Assert.True(bench.Relay.Set(LinePosition.A, default).IsDone);
        bench.Box.Contacts[0] = false; // The other node.
        Assert.Equal(LinePosition.B, bench.Relay.Read(default).Position);
    }

    [Fact]
    public void Box_says_who_it_is_by_datagram()
    {
        using var bench = new BerofosBench(BerofosLogin.None);
        var found = BerofosQuestion.Ask(IPAddress.Loopback, TimeSpan.FromSeconds(10), bench.Server.GblPort);
        var box = Assert.Single(found);
        Assert.Equal(("00193200121d", "1.3", true), (Convert.ToHexStringLower(box.Mac), box.Firmware, box.IsFos));
    }

    [Fact]
    public void Nobody_there_is_an_empty_answer()
    {
        using var silent = new System.Net.Sockets.UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)silent.Client.LocalEndPoint!).Port;
        Assert.Empty(BerofosQuestion.Ask(IPAddress.Loopback, TimeSpan.FromMilliseconds(100), port));
    }

    [Theory]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nabc")]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: -1\r\n\r\nabc")]
    [InlineData("HTTP/1.0 two\r\n\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\n")]
    [InlineData("HTTP/2 200\r\n\r\n")]
    [InlineData("")]
    public void What_is_not_whole_is_garbage(string answer) => Assert.Equal(
        RelayFault.Garbage,
        Assert.Throws<RelayTrouble>(() => HttpGet.Parse(System.Text.Encoding.ASCII.GetBytes(answer), "box")).Fault);

    [Fact]
    public void Damaged_pages_never_do_anything_but_trouble()
    {
        var page = System.Text.Encoding.ASCII.GetBytes("HTTP/1.0 401 X\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n\r\nbody");
        var random = new Random(7);
        for (var round = 0; round < 5000; round++)
        {
            byte[] damaged = [.. page];
            for (var hits = random.Next(1, 6); hits > 0; hits--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            try
            {
                var answer = HttpGet.Parse(damaged.AsSpan(0, random.Next(damaged.Length + 1)), "box");
                _ = HttpLogin.Answer(answer.Challenge, "u", "p", "/", "1");
            }
            catch (RelayTrouble trouble)
            {
                Assert.Equal(RelayFault.Garbage, trouble.Fault);
            }
        }
    }

    [Fact]
    public void Vendors_program_is_called_as_its_users_do()
    {
        using var bench = new RhinoBench();
        Assert.True(bench.Relay.Set(LinePosition.A, default).IsDone);
        Assert.True(bench.Relay.Set(LinePosition.B, default).IsDone);
        Assert.True(bench.Relay.Reset(default).IsDone);
        Assert.Equal(
            [$"{bench.Place} RELAYON 0", $"{bench.Place} RELAYOFF 0", $"{bench.Place} RESET", $"{bench.Place} RELAYOFF 0"], bench.Calls);
    }

    [Fact]
    public void A_plug_may_be_pulled_in_the_middle_of_a_byte()
    {
        var board = new SimulatedLcus();
        var pulling = Task.Run(() => { for (var count = 0; count < 200_000; count++) board.Restart(); });
        for (var count = 0; !pulling.IsCompleted; count++) board.Hear((byte)(count % 2 == 0 ? 0xA0 : 0xFF));
        Assert.Null(pulling.Exception);
        board.Restart();
        Assert.NotEmpty(board.Hear(0xFF));
    }

    [Fact]
    public void Vendors_program_that_hangs_is_ended()
    {
        using var bench = new RhinoBench("sleep 600", Short);
        var watch = Stopwatch.StartNew();
        var answer = bench.Relay.Set(LinePosition.A, default);
        Assert.Equal(RelayFault.Silent, answer.Fault);
        Assert.Contains("RELAYON 0", answer.Words, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}");
    }

    [Fact]
    public void Vendors_program_that_fails_is_not_believed()
    {
        using var bench = new RhinoBench("echo cannot talk to card >&2; exit 7");
        var answer = bench.Relay.Set(LinePosition.A, default);
        Assert.Equal(RelayFault.Refused, answer.Fault);
        Assert.Contains("exit code 7: cannot talk to card", answer.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void Vendors_program_that_babbles_is_heard_out_in_bounds()
    {
        using var bench = new RhinoBench("yes | head -c 5000000");
        Assert.True(bench.Relay.Set(LinePosition.A, default).IsDone);
    }

    [Fact]
    public void Vendors_program_that_is_not_installed_is_told()
    {
        using var bench = new RhinoBench();
        File.Delete(bench.Tool);
        var answer = bench.Relay.Set(LinePosition.A, default);
        Assert.Equal(RelayFault.Misconfigured, answer.Fault);
        Assert.Contains("install the program that came with the card", answer.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void Profile_that_is_wrong_is_told_with_its_line()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "on = { send = \"A0\" }\noff = { send = \"A0\" }\n");
        using var relay = RelayFactory.Open(new Core.Configuration.RelayDeviceConfig.Rhino("line", "/dev/null", "", 0, path)
            { Node = 0, Dwell = TimeSpan.Zero, Deadline = Short });
        var answer = relay.Set(LinePosition.A, default);
        File.Delete(path);
        Assert.Equal(RelayFault.Misconfigured, answer.Fault);
        Assert.Contains($"{path}:2:16: error: off.send: is the same as on.send", answer.Words, StringComparison.Ordinal);
        Assert.Equal(RelayFault.Misconfigured, relay.Set(LinePosition.A, default).Fault);
    }
}
