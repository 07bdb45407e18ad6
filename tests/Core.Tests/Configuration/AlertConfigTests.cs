using Appliance.Core.Alerts;
using Appliance.Core.Configuration;

namespace Appliance.Core.Tests.ConfigurationTests;

public class AlertConfigTests
{
    private const string Mail = "[alert.mail]\nto = [\"noc@example.net\"]\nserver = \"smtp.example.net:587\"\n";

    private static AlertConfig One(string text) => Assert.Single(Config.Good(Config.Plus(text)).Alerts);

    [Fact]
    public void A_mail_needs_a_receiver_and_a_server_and_nothing_else()
    {
        var mail = Assert.IsType<AlertConfig.Mail>(One(Mail));
        Assert.Equal(("mail", "appliance@example.net", MailSecurity.StartTls, ""), (mail.Name, mail.From, mail.Security, mail.User));
        Assert.Equal(AlertSettings.KindsDefault.AsEnumerable(), mail.Settings.Kinds);
        Assert.Equal((TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(10)), (mail.Settings.Gather, mail.Settings.Quiet));
    }

    [Theory]
    [InlineData(Mail + "kinds = [\"role\", \"alarm\"]\ngather = \"0ms\"\nfrom = \"pbx@example.net\"\ntls = \"tls\"\n"
        + "user = \"x\"\npassword-file = \"/etc/appliance/mail\"\nca-file = \"/etc/appliance/ca.pem\"")]
    [InlineData("[alert.hook]\ntype = \"webhook\"\nurl = \"https://hooks.example.net/x?y=1\"\ntoken-file = \"/etc/appliance/token\"")]
    [InlineData("[alert.x]\ntype = \"exec\"\ncommand = [\"/usr/local/bin/tell\", \"now\"]\nquiet = \"1h\"")]
    [InlineData("[alert.log]\ntype = \"syslog\"\nserver = \"192.168.1.9:514\"")]
    [InlineData("[alert.log]\ntype = \"syslog\"\nserver = \"[fd00::9]:514\"")]
    public void What_is_written_is_read_back(string text)
    {
        var config = Config.Good(Config.Plus(text));
        var again = Config.Good(Config.Read(ConfigText.Write(config)));
        Assert.Equal(config.Digest, again.Digest);
        Assert.Equal(ConfigText.Write(config), ConfigText.Write(again));
        Assert.NotEqual(Config.Good(Config.Read(Config.Minimal)).Digest, config.Digest);
    }

    [Theory]
    [InlineData("[alert.mail]\nto = []\nserver = \"s:25\"", "to")]
    [InlineData("[alert.mail]\nto = [\"a@b\\r\\nBcc: c@d\"]\nserver = \"s:25\"", "to")]
    [InlineData("[alert.mail]\nto = [\"<a@b>\"]\nserver = \"s:25\"", "to")]
    [InlineData("[alert.mail]\nto = [\"a b@c\"]\nserver = \"s:25\"", "to")]
    [InlineData("[alert.mail]\nto = [\"a@b\"]\nserver = \"s\"", "server")]
    [InlineData("[alert.mail]\nto = [\"a@b\"]\nserver = \"s/x:25\"", "server")]
    [InlineData("[alert.mail]\nto = [\"a@b\"]\nserver = \"s:25\"\nuser = \"x\"", "belong together")]
    [InlineData("[alert.mail]\nto = [\"a@b\"]\nserver = \"s:25\"\nuser = \"x\"\npassword-file = \"/x\"\ntls = \"none\"", "in the clear")]
    [InlineData("[alert.h]\ntype = \"webhook\"\nurl = \"ftp://x\"", "https://")]
    [InlineData("[alert.h]\ntype = \"webhook\"\nurl = \"http://x/ y\"", "url")]
    [InlineData("[alert.h]\ntype = \"webhook\"\nurl = \"http://x/\"\ntoken-file = \"/x\"", "in the clear")]
    [InlineData("[alert.x]\ntype = \"exec\"\ncommand = [\"tell\"]", "absolute path")]
    [InlineData("[alert.l]\ntype = \"syslog\"\nserver = \"log.example.net:514\"", "numeric address")]
    [InlineData("[alert.l]\ntype = \"pager\"", "type")]
    [InlineData("[alert.x]\ncommand = [\"/usr/local/bin/tell\"]", "command belongs to type = \"exec\", which is not written")]
    [InlineData("[alert.x]\ncommand = [\"/usr/local/bin/tell\"]", "to is missing")]
    [InlineData("[alert.x]\nto = [\"a@b\"]\nserver = \"s:25\"\nurl = \"https://x/\"", "url belongs to type = \"webhook\"")]
    [InlineData("[alert.mail]\nto = [\"a@b\"]\nserver = \"s:25\"\nkinds = [\"rolle\"]", "role")]
    public void What_cannot_work_is_refused(string text, string because)
    {
        var result = Config.Plus(text);
        Assert.Null(result.Config);
        Assert.Contains(result.Problems, problem => $"{problem.KeyPath} {problem.Message}".Contains(because, StringComparison.Ordinal));
    }
}
