using System.Text;
using Appliance.Drivers.Probes;

namespace Appliance.Drivers.Tests.Probes;

public class SipOptionsTests
{
    private static readonly SipOptions Request = new("192.0.2.1:40000", "192.0.2.5:5060", "abc1", 7);

    private static string Reply(
        string status = "SIP/2.0 200 OK", string branch = "z9hG4bK-appliance-abc1", string callId = "abc1@appliance",
            string sequence = "7 OPTIONS") =>
        $"{status}\r\nVia: SIP/2.0/UDP 192.0.2.1:40000;rport=40000;branch={branch}\r\nCall-ID: {callId}\r\nCSeq: "
            + $"{sequence}\r\nContent-Length: 0\r\n\r\n";

    private static int Status(string datagram) => Request.FinalStatus(Encoding.ASCII.GetBytes(datagram));

    [Fact]
    public void The_request_is_what_RFC_3261_asks_for()
    {
        var text = Encoding.ASCII.GetString(Request.Bytes);
        Assert.StartsWith(
            "OPTIONS sip:probe@192.0.2.5:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:40000;branch=z9hG4bK-appliance-abc1;rport\r\n", text,
                StringComparison.Ordinal);
        Assert.Contains("\r\nMax-Forwards: 1\r\n", text, StringComparison.Ordinal);
        Assert.Contains("\r\nCSeq: 7 OPTIONS\r\n", text, StringComparison.Ordinal);
        Assert.EndsWith("Content-Length: 0\r\n\r\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SIP/2.0 200 OK", 200)]
    [InlineData("SIP/2.0 401 Unauthorized", 401)]
    [InlineData("SIP/2.0 404 Not Found", 404)]
    [InlineData("SIP/2.0 503 Service Unavailable", 503)]
    [InlineData("SIP/2.0 699 x", 699)]
    [InlineData("SIP/2.0 100 Trying", 0)]
    [InlineData("SIP/2.0 180 Ringing", 0)]
    [InlineData("SIP/2.0 700 x", 0)]
    [InlineData("SIP/2.0 2000 OK", 0)]
    [InlineData("SIP/1.0 200 OK", 0)]
    [InlineData("HTTP/1.1 200 OK", 0)]
    public void Any_final_reply_counts_and_nothing_else(string status, int expected) => Assert.Equal(expected, Status(Reply(status)));

    [Fact]
    public void A_reply_to_another_question_does_not_count()
    {
        Assert.Equal(0, Status(Reply(branch: "z9hG4bK-appliance-abc0")));
        Assert.Equal(0, Status(Reply(callId: "abc0@appliance")));
        Assert.Equal(0, Status(Reply(sequence: "6 OPTIONS")));
        Assert.Equal(0, Status(Reply(sequence: "7 INVITE")));
    }

    [Fact]
    public void Compact_and_oddly_written_headers_are_understood() => Assert.Equal(
        200, Status(
            "SIP/2.0 200 OK\r\nv:SIP/2.0/UDP 192.0.2.1 ; branch=z9hG4bK-appliance-abc1"
            + "\r\nI : abc1@appliance\r\ncseq:  7   OPTIONS\r\n\r\n"));

    [Fact]
    public void Random_bytes_and_every_truncation_are_harmless()
    {
        var random = new Random(1);
        var bytes = new byte[600];
        for (var round = 0; round < 50_000; round++)
        {
            random.NextBytes(bytes);
            Assert.Equal(0, Request.FinalStatus(bytes.AsSpan(0, random.Next(bytes.Length))));
        }

        var reply = Encoding.ASCII.GetBytes(Reply());
        for (var length = 0; length < reply.Length; length++) _ = Request.FinalStatus(reply.AsSpan(0, length));
    }
}
