using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Appliance.Agent.Control;

namespace Appliance.Agent.Tests.Control;

public class ControlHostileTests
{
    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("42")]
    [InlineData("{}")]
    [InlineData("{\"command\":null}")]
    [InlineData("{\"command\":7}")]
    [InlineData("{\"command\":\"\"}")]
    [InlineData("{\"command\":\"status\"")]
    [InlineData("{\"command\":\"status\"} trailing")]
    [InlineData("{\"command\":\"rm -rf /\"}")]
    [InlineData("{\"command\":\"status\",\"sudo\":true}")]
    [InlineData("{\"command\":\"standby\",\"arguments\":{\"nood\":\"pbx-a\"}}")]
    [InlineData("{\"command\":\"standby\",\"arguments\":{\"group\":\"pbx\"}}")]
    [InlineData("{\"command\":\"switchover\"}")]
    [InlineData("{\"command\":\"maintenance\",\"arguments\":{\"seconds\":9223372036854775807}}")]
    [InlineData("{\"command\":\"maintenance\",\"arguments\":{\"seconds\":1e400}}")]
    [InlineData("{\"command\":\"events\",\"arguments\":{\"limit\":-1}}")]
    [InlineData("{\"command\":\"events\",\"arguments\":{\"limit\":99999999}}")]
    [InlineData("{\"command\":\"events\",\"arguments\":{\"group\":\"pbx\"}}")]
    [InlineData("{\"command\":\"status\",\"arguments\":{\"node\":{\"a\":{\"b\":{\"c\":{\"d\":1}}}}}}")]
    [InlineData("{\"command\":\"\\ud800\"}")]
    [InlineData("GET / HTTP/1.1\r")]
    public void Garbage_gets_an_error_reply_and_the_connection_goes_on(string garbage)
    {
        using var fixture = new SocketFixture();
        using var socket = fixture.Connect();
        Assert.StartsWith("{\"ok\":false,\"error\":\"", SocketFixture.Exchange(socket, garbage + "\n"), StringComparison.Ordinal);
        var status = SocketFixture.Exchange(socket, "{\"command\":\"status\"}\n");
        Assert.StartsWith("{\"ok\":true,\"status\":{", status, StringComparison.Ordinal);
        Assert.Empty(fixture.Agent.Commands);
        Assert.Empty(fixture.Bugs);
    }

    [Fact]
    public void Random_bytes_never_break_the_server()
    {
        using var fixture = new SocketFixture();
        var random = new Random(20_261_121);
        for (var round = 0; round < 200; round++)
        {
            using var socket = fixture.Connect();
            var noise = new byte[random.Next(1, 4000)];
            random.NextBytes(noise);
            Send(socket, noise);
            Send(socket, "\n"u8.ToArray());
        }

        AssertAlive(fixture);
    }

    [Fact]
    public void Truncated_requests_never_break_the_server()
    {
        using var fixture = new SocketFixture();
        const string request = "{\"command\":\"maintenance\",\"arguments\":{\"seconds\":60}}";
        for (var length = 0; length < request.Length; length++)
        {
            using var socket = fixture.Connect();
            Assert.StartsWith("{\"ok\":false", SocketFixture.Exchange(socket, request[..length] + "\n"), StringComparison.Ordinal);
        }

        AssertAlive(fixture);
    }

    [Fact]
    public void A_line_at_the_bound_is_read_and_one_byte_more_is_refused()
    {
        using var fixture = new SocketFixture();
        using var fits = fixture.Connect();
        var padded = "{\"command\":\"online\"}".PadRight(ControlLimits.RequestBytesMax);
        Assert.Equal("{\"ok\":true,\"text\":\"it is being done\"}", SocketFixture.Exchange(fits, padded + "\n"));

        using var over = fixture.Connect();
        Assert.Equal("{\"ok\":false,\"error\":\"the request is longer than 65536 bytes\"}", SocketFixture.Exchange(over, padded + " \n"));
        Assert.Null(SocketFixture.ReadLine(over));
    }

    [Fact]
    public void A_line_that_never_ends_is_cut_off()
    {
        using var fixture = new SocketFixture();
        using var socket = fixture.Connect();
        var flood = new byte[8192];
        Array.Fill(flood, (byte)'x');
        var sent = 0;
        while (sent < 4 << 20 && Send(socket, flood)) sent += flood.Length;
        Assert.True(sent < 4 << 20);
        AssertAlive(fixture);
    }

    [Fact]
    public void A_client_that_trickles_is_dropped_at_the_deadline()
    {
        using var fixture = new SocketFixture();
        using var socket = fixture.Connect();
        var began = Stopwatch.StartNew();
        while (began.Elapsed < TimeSpan.FromSeconds(12) && !socket.Poll(TimeSpan.FromMilliseconds(100), SelectMode.SelectRead))
            Send(socket, "{"u8.ToArray());
        Assert.InRange(began.Elapsed.TotalSeconds, 4, 8);
        Assert.Equal("{\"ok\":false,\"error\":\"no request within 5 s\"}", SocketFixture.ReadLine(socket));
    }

    [Fact]
    public void A_client_that_closes_its_sending_side_still_gets_its_answer()
    {
        using var fixture = new SocketFixture();
        using var socket = fixture.Connect();
        socket.Send("{\"command\":\"online\"}\n"u8);
        socket.Shutdown(SocketShutdown.Send);
        Assert.Equal("{\"ok\":true,\"text\":\"it is being done\"}", SocketFixture.ReadLine(socket));
        Assert.Null(SocketFixture.ReadLine(socket));
    }

    [Fact]
    public void A_client_that_asks_and_never_reads_costs_only_its_own_slot()
    {
        using var fixture = new SocketFixture();
        using var socket = fixture.Connect();
        socket.SendTimeout = 200;
        var request = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"command\":\"status\"}\n", 50)));
        for (var i = 0; i < 200 && Send(socket, request); i++) AssertAlive(fixture);
    }

    [Fact]
    public void Five_hundred_connections_leave_the_server_usable()
    {
        using var fixture = new SocketFixture();
        var idle = new List<Socket>();
        var refused = 0;
        for (var i = 0; i < 500; i++)
        {
            var socket = fixture.Connect();
            idle.Add(socket);
            if (i < ControlLimits.Clients) continue;
            if (SocketFixture.ReadLine(socket)?.Contains("clients are being served", StringComparison.Ordinal) == true) refused++;
        }

        Assert.Equal(500 - ControlLimits.Clients, refused);
        // The idle ones lose their slots at the deadline.
        Thread.Sleep(ControlLimits.RequestDeadline + TimeSpan.FromSeconds(1));
        AssertAlive(fixture);
        idle.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public void Stopping_the_server_drops_followers_at_once_and_removes_the_socket()
    {
        using var fixture = new SocketFixture();
        using var client = ControlClient.Connect(fixture.Path, out _)!;
        client.Send(new ControlRequest(ControlCommands.Events, new ControlArguments(Follow: true)));
        Thread.Sleep(300);
        var began = Stopwatch.StartNew();
        fixture.StopServer();
        Assert.Null(client.Receive(out var error));
        Assert.Equal("the agent closed the connection (is it being restarted?)", error);
        Assert.True(began.Elapsed < TimeSpan.FromSeconds(1.5), began.Elapsed.ToString());
        Assert.False(File.Exists(fixture.Path));
        Assert.Empty(fixture.Bugs);
    }

    [Theory]
    [InlineData(0u, 5u, null, true)]
    [InlineData(1000u, 1000u, null, false)]
    [InlineData(1000u, 998u, 998u, true)]
    [InlineData(1000u, 1000u, 27u, true)]
    [InlineData(1000u, 1000u, 998u, false)]
    public void Only_root_and_the_group_may_command(uint user, uint group, uint? allowed, bool may) =>
        Assert.Equal(may, new PeerCredentials(1, user, group, [27u]).MayCommand(ownUser: 0, allowed));

    [Fact]
    public void The_kernel_says_who_connects()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("appliance-cred-").FullName, "s");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(path));
        using var accepted = listener.Accept();
        var who = PeerCredentials.Of(accepted)!;
        Assert.Equal(Environment.ProcessId, who.ProcessId);
        Assert.Equal(Appliance.Drivers.Interop.Libc.geteuid(), who.UserId);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void The_group_file_is_read_with_care()
    {
        string[] lines = ["root:x:0:", "appliance", "appliance:x:not-a-number:", "other:x:5:appliance", "appliance:x:998:pat,kim"];
        Assert.Equal(998u, PeerCredentials.GroupNumber("appliance", lines));
        Assert.Null(PeerCredentials.GroupNumber("absent", lines));
    }

    private static void AssertAlive(SocketFixture fixture)
    {
        var reply = fixture.Ask(new ControlRequest(ControlCommands.Status));
        Assert.True(reply.Ok, reply.Error);
        Assert.Empty(fixture.Bugs);
    }

    private static bool Send(Socket socket, byte[] bytes)
    {
        try
        {
            return socket.Send(bytes) > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
