using System.Text;
using Appliance.Core.Alerts;
using Appliance.Core.Configuration;
using Appliance.Drivers.Courier;

namespace Appliance.Drivers.Tests.Courier;

public class MailCourierTests
{
    private static readonly AlertSettings Settings = new([], TimeSpan.Zero, TimeSpan.Zero, 100);

    /// <summary>What is brought: a mail in miniature, with a line that begins with a point (RFC 5321, section 4.5.2).</summary>
    public static IReadOnlyList<byte[]> Parts { get; } = [Encoding.UTF8.GetBytes("Subject: x\r\n\r\n.pbx-a is dead\r\n")];

    private static AlertConfig.Mail Mail(PretendServer server, MailSecurity security, string user = "") => new(
        "mail", Settings, ["noc@example.net", "two@example.net"], "appliance@example.net", $"localhost:{server.Port}", security, user,
        user.Length > 0 ? server.SecretFile("open sesame") : "", server.AuthorityFile);

    private static string? Deliver(AlertConfig.Mail mail) => new MailCourier(mail).Deliver(Parts);

    /// <summary>An SMTP server as in RFC 5321, after its greeting.</summary>
    private static void Smtp(PretendServer server, bool offersTls, string endOfData = "250 taken", bool isSecure = false)
    {
        while (server.Hear() is { } line)
        {
            var word = line.Split(' ')[0].ToUpperInvariant();
            switch (word)
            {
                case "EHLO":
                    server.Say("250-localhost");
                    if (offersTls && !isSecure) server.Say("250-STARTTLS");
                    server.Say("250 AUTH PLAIN");
                    break;
                case "STARTTLS":
                    server.Say("220 go ahead");
                    server.Secure();
                    isSecure = true;
                    break;
                case "AUTH":
                    server.Say("334 ");
                    server.Hear();
                    server.Say("235 welcome");
                    break;
                case "DATA":
                    server.Say("354 go on");
                    while (server.Hear() is { } text && text != ".") continue;
                    server.Say(endOfData);
                    break;
                case "QUIT":
                    server.Say("221 bye");
                    return;
                default:
                    server.Say("250 fine");
                    break;
            }
        }
    }

    [Fact]
    public void A_mail_goes_through_starttls_with_a_login()
    {
        using var server = new PretendServer(server =>
        {
            server.Say("220 localhost");
            Smtp(server, offersTls: true);
        });
        Assert.Null(Deliver(Mail(server, MailSecurity.StartTls, "pbx")));
        var heard = server.Heard;
        Assert.True(heard.IndexOf("STARTTLS") < heard.FindIndex(line => line.StartsWith("AUTH PLAIN", StringComparison.Ordinal)));
        Assert.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes("\0pbx\0open sesame")), heard);
        Assert.Contains("RCPT TO:<two@example.net>", heard);
        Assert.Contains(heard, line => line.StartsWith("MAIL FROM:<appliance@example.net>", StringComparison.Ordinal));
        Assert.Equal(["Subject: x", "", "..pbx-a is dead"], heard[(heard.IndexOf("DATA") + 1)..heard.IndexOf(".")]);
    }

    [Fact]
    public void Tls_from_the_first_byte_and_none_at_all()
    {
        using var secure = new PretendServer(server =>
        {
            server.Secure();
            server.Say("220 localhost");
            Smtp(server, offersTls: false, isSecure: true);
        });
        Assert.Null(Deliver(Mail(secure, MailSecurity.Tls)));
        using var plain = new PretendServer(server =>
        {
            server.Say("220 localhost");
            Smtp(server, offersTls: true);
        });
        Assert.Null(Deliver(Mail(plain, MailSecurity.None)));
        Assert.DoesNotContain("STARTTLS", plain.Heard);
    }

    [Fact]
    public void A_server_without_starttls_gets_no_mail_and_no_password()
    {
        using var server = new PretendServer(server =>
        {
            server.Say("220 localhost");
            Smtp(server, offersTls: false);
        });
        Assert.NotNull(Deliver(Mail(server, MailSecurity.StartTls, "pbx")));
        Assert.DoesNotContain(server.Heard, line => line.StartsWith("AUTH", StringComparison.Ordinal)
            || line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public void A_certificate_that_nobody_vouches_for_gets_no_mail()
    {
        using var server = new PretendServer(server =>
        {
            server.Say("220 localhost");
            Smtp(server, offersTls: true);
        });
        var problem = Deliver(Mail(server, MailSecurity.StartTls) with { CaFile = "" });
        Assert.Contains("certificate", problem, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(server.Heard, line => line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("451 try later", "451")]
    [InlineData("552 too large", "552")]
    public void A_server_that_refuses_is_quoted(string endOfData, string code)
    {
        using var server = new PretendServer(server =>
        {
            server.Say("220 localhost");
            Smtp(server, offersTls: false, endOfData);
        });
        Assert.Contains(code, Deliver(Mail(server, MailSecurity.None)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "found none")]
    [InlineData("\r", "found none")]
    [InlineData("open\u0007sesame", "control characters")]
    [InlineData("open\0sesame", "control characters")]
    public void A_password_that_is_none_is_told_and_nothing_is_said_to_the_server(string secret, string because)
    {
        using var server = new PretendServer(server =>
        {
            server.Say("220 localhost");
            Smtp(server, offersTls: true);
        });
        var mail = Mail(server, MailSecurity.StartTls, "pbx");
        server.SecretFile(secret);
        Assert.Contains(because, Deliver(mail), StringComparison.Ordinal);
        Assert.Empty(server.Heard);
    }

    [Fact]
    public void Garbage_endless_lines_and_a_server_that_is_gone_are_told_in_words()
    {
        using var garbage = new PretendServer(server => server.Say("\u0001\u0002 not mail at all"));
        Assert.NotNull(Deliver(Mail(garbage, MailSecurity.None)));
        using var endless = new PretendServer(server =>
        {
            for (var i = 0; i < 10_000; i++) server.Say($"220-{new string('x', 500)}");
        });
        Assert.NotNull(Deliver(Mail(endless, MailSecurity.None)));
        var mail = Mail(garbage, MailSecurity.None);
        garbage.Dispose();
        Assert.Contains("localhost", Deliver(mail), StringComparison.Ordinal);
        Assert.Contains("/nowhere", Deliver(mail with { User = "x", PasswordFile = "/nowhere/secret" }), StringComparison.Ordinal);
    }
}
