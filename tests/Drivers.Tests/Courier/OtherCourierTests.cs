using System.Net;
using System.Net.Sockets;
using Appliance.Core.Alerts;
using Appliance.Core.Configuration;
using Appliance.Core.Configuration.Schema;
using Appliance.Drivers.Courier;

namespace Appliance.Drivers.Tests.Courier;

public class OtherCourierTests
{
    private static readonly AlertSettings Settings = new([], TimeSpan.Zero, TimeSpan.Zero, 100);

    private static readonly byte[][] Parts = ["{\"text\":\"Störung\"}"u8.ToArray()];
    private string _body = "";

    private void Answer(PretendServer server, string answer)
    {
        var length = 0;
        while (server.Hear() is { Length: > 0 } line)
            if (line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase))
                length = int.Parse(line[16..], System.Globalization.CultureInfo.InvariantCulture);
        _body = server.Hear(length);
        server.Say($"HTTP/1.1 {answer}");
        server.Say("Content-Length: 2");
        server.Say("Connection: close");
        server.Say("");
        server.Say("");
    }

    [Fact]
    public void A_webhook_gets_json_with_the_token()
    {
        using var server = new PretendServer(server =>
        {
            server.Secure();
            Answer(server, "204 No Content");
        });
        var webhook = new AlertConfig.Webhook(
            "hook", Settings, $"https://localhost:{server.Port}/in?x=1", server.SecretFile("s3cret"), server.AuthorityFile);
        Assert.Null(new WebhookCourier(webhook).Deliver(Parts));
        Assert.Contains("POST /in?x=1 HTTP/1.1", server.Heard);
        Assert.Contains("Authorization: Bearer s3cret", server.Heard);
        Assert.Equal("{\"text\":\"Störung\"}", _body);
        // Another authority, and nothing is said.
        Assert.Contains("certificate", new WebhookCourier(webhook with { CaFile = "" }).Deliver(Parts),
            StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("500 No", "500")]
    [InlineData("302 Found\r\nLocation: http://127.0.0.1:1/", "302")]
    public void Anything_but_success_is_told(string answer, string code)
    {
        using var server = new PretendServer(server => Answer(server, answer));
        var webhook = new AlertConfig.Webhook("hook", Settings, $"http://localhost:{server.Port}/", "", "");
        Assert.Contains(code, new WebhookCourier(webhook).Deliver(Parts), StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_reads_the_json_and_its_exit_code_counts()
    {
        var path = Path.GetTempFileName();
        var courier = new ExecCourier(new AlertConfig.Exec("x", Settings, ["/bin/sh", "-c", $"cat > {path}"]));
        Assert.Null(courier.Deliver(Parts));
        Assert.Equal(Parts[0], File.ReadAllBytes(path));
        File.Delete(path);
        var failing = new ExecCourier(new AlertConfig.Exec("x", Settings, ["/bin/sh", "-c", "echo no modem >&2; exit 3"]));
        Assert.Contains("no modem", failing.Deliver(Parts), StringComparison.Ordinal);
        Assert.Contains("/nowhere/x", new ExecCourier(new AlertConfig.Exec("x", Settings, ["/nowhere/x"])).Deliver(Parts),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Syslog_gets_a_datagram_for_each_event(string address)
    {
        using var server = new Socket(IPAddress.Parse(address).AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 5000 };
        server.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        var endpoint = new Endpoint(address, ((IPEndPoint)server.LocalEndPoint!).Port);
        var courier = new SyslogCourier(new AlertConfig.Syslog("log", Settings, endpoint));
        Assert.Null(courier.Deliver(Parts));
        var buffer = new byte[2048];
        Assert.Equal(Parts[0], buffer[..server.Receive(buffer)]);
    }
}
