using System.Text;
using System.Text.Json;
using Appliance.Core.Alerts;
using Appliance.Core.Cluster;

namespace Appliance.Core.Tests.Alerts;

public class AlertTextTests
{
    private const long At = 1_795_310_000_123;

    private static AlertMessage Message(params (string Kind, string Text)[] lines) => new(
        "site42", "pbx-b", [.. lines.Select((line, index) => new AlertLine(index + 1, At, "pbx-b", line.Kind, "pbx", null, line.Text))], 0);

    [Fact]
    public void The_gravest_line_is_the_subject()
    {
        var message = Message(("resource", "mysql started"), ("alarm", "pbx-a is dead"), ("role", "became active"));
        Assert.Equal("[site42] pbx-b: pbx-a is dead (and 2 more)", message.Subject);
        Assert.Equal("[site42] pbx-b: a (and 7 more)", (Message(("role", "a")) with { Dropped = 7 }).Subject);
        Assert.EndsWith("…", Message(("role", new string('x', 500))).Subject, StringComparison.Ordinal);
    }

    [Fact]
    public void The_body_has_a_line_for_each_event_whatever_is_in_its_text()
    {
        var body = Message(("role", "one\r\nBcc: all@example.net\u001b[2J"), ("alarm", "two")).Body;
        Assert.Equal(2, body.Count(letter => letter == '\n'));
        Assert.DoesNotContain('\u001b', body);
        Assert.Contains("UTC  pbx-b  alarm  pbx  two\n", body, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mail_is_plain_ascii_with_short_lines_and_no_header_comes_from_a_text()
    {
        var message = Message(("alarm", "Störung in Köln 🔌\r\nBcc: all@example.net"), ("role", new string('ä', 3000)));
        var mail = Encoding.ASCII.GetString(MailText.Write(message, "appliance@example.net", ["noc@example.net", "b@example.net"], At));
        Assert.All(mail.Split("\r\n"), line => Assert.True(line.Length <= 78, line));
        Assert.DoesNotContain('\n', mail.Replace("\r\n", "", StringComparison.Ordinal));
        Assert.DoesNotContain("Bcc:", mail, StringComparison.Ordinal);
        var end = mail.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var (head, body) = (mail[..end], mail[(end + 4)..]);
        Assert.Contains("To: noc@example.net,\r\n b@example.net\r\n", head, StringComparison.Ordinal);
        Assert.Contains("Date: Sun, 22 Nov 2026 ", head, StringComparison.Ordinal);
        Assert.Contains("Message-ID: <1795310000123.2@pbx-b.site42>", head, StringComparison.Ordinal);
        var text = Encoding.UTF8.GetString(Convert.FromBase64String(body.Replace("\r\n", "", StringComparison.Ordinal)));
        Assert.Equal(message.Body.Replace("\n", "\r\n", StringComparison.Ordinal), text);
    }

    [Theory]
    [InlineData("[site42] pbx-b: plain")]
    [InlineData("looks like =?utf-8?B?eA==?= one")]
    [InlineData("Störung 🔌 in Köln, und zwar eine mit einem sehr langen Satz, der über mehrere Wörter geht, 🔌🔌🔌🔌🔌🔌🔌🔌🔌🔌🔌🔌🔌")]
    [InlineData("a subject of plain letters that is longer than one line of a header may reasonably be, and longer")]
    public void A_subject_survives_its_encoding(string subject)
    {
        var encoded = MailText.Encoded(subject);
        Assert.All(encoded.Split("\r\n "), word => Assert.True(word.Length <= 75 && word.All(char.IsAscii), word));
        var decoded = string.Concat(encoded.Split("\r\n ").Select(word => word.StartsWith("=?utf-8?B?", StringComparison.Ordinal)
            ? Encoding.UTF8.GetString(Convert.FromBase64String(word[10..^2])) : word));
        Assert.Equal(subject, decoded);
    }

    [Fact]
    public void A_datagram_for_syslog_has_the_fields_of_the_standard_and_ends_at_a_character()
    {
        var line = new AlertLine(9, At, "pbx b", "alarm", "pbx", "mysql", "Störung\n");
        var text = Encoding.UTF8.GetString(SyslogText.Write("site42", line));
        Assert.StartsWith("<27>1 2026-11-22T", text, StringComparison.Ordinal);
        Assert.EndsWith("Z pbx?b appliance - alarm - \uFEFF[site42] pbx/mysql: Störung ", text, StringComparison.Ordinal);
        var longest = SyslogText.Write("site42", line with { Text = new string('ä', 5000) });
        Assert.InRange(longest.Length, SyslogText.BytesMax - 1, SyslogText.BytesMax);
        Assert.DoesNotContain('\uFFFD', Encoding.UTF8.GetString(longest));
    }

    [Fact]
    public void The_json_is_read_back_and_fits_into_what_a_program_is_given()
    {
        var message = Message([.. Enumerable.Range(0, 10).Select(_ => ("alarm", new string('字', 5000)))]);
        message = message with { Lines = [.. message.Lines.Select(line => line.Bounded())] };
        var bytes = AlertJson.Write(message);
        Assert.True(bytes.Length <= 32 << 10, $"{bytes.Length}");
        using var json = JsonDocument.Parse(bytes);
        Assert.Equal("site42", json.RootElement.GetProperty("site").GetString());
        Assert.Equal(message.Subject, json.RootElement.GetProperty("subject").GetString());
        Assert.Equal(10, json.RootElement.GetProperty("events").GetArrayLength());
        Assert.Equal(AlertLine.TextMax, json.RootElement.GetProperty("events")[3].GetProperty("text").GetString()!.Length);
    }

    [Fact]
    public void Every_kind_of_report_has_its_gravity() => Assert.Equal(
        Enum.GetNames<ReportKind>().Select(name => name.ToLowerInvariant()).Order(StringComparer.Ordinal),
        AlertSettings.KindsAll.Order(StringComparer.Ordinal));

    [Fact]
    public void Numbers_make_no_other_news_and_everything_else_does()
    {
        var line = new AlertLine(1, 0, "pbx-a", "alarm", "pbx", "vip", "122 ms late");
        Assert.Equal(line.Key, (line with { Serial = 2, Text = "987 ms late" }).Key);
        Assert.NotEqual(line.Key, (line with { Group = "fax" }).Key);
        Assert.NotEqual(line.Key, (line with { Kind = "role" }).Key);
        Assert.NotEqual(line.Key, (line with { Text = "122 ms early" }).Key);
    }
}
