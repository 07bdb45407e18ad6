using System.Collections.Immutable;
using Appliance.Core.Alerts;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration;

/// <summary>Makes the records of <c>[alert.NAME]</c>, and their canonical text.</summary>
internal static class AlertText
{
    /// <summary>A mail that a person reads.</summary>
    private const int LinesMax = 100;

    /// <summary>So the JSON fits into what a program is given, with every character of every sentence at its longest.</summary>
    private const int ExecLinesMax = 10;

    private static readonly string[] Securities = ["starttls", "tls", "none"];

    public static ImmutableArray<AlertConfig> Build(Section root) => [.. root.Sections("alert").Select(alert => One(alert))];

    public static void Write(TomlText text, AlertConfig alert)
    {
        text.Title($"[alert.{TomlText.Key(alert.Name)}]").Line("type", alert.Word).Line("kinds", alert.Settings.Kinds)
            .Line("gather", alert.Settings.Gather).Line("quiet", alert.Settings.Quiet);
        switch (alert)
        {
            case AlertConfig.Mail mail:
                text.Line("to", mail.To).Line("from", mail.From).Line("server", mail.Server).Line("tls", Securities[(int)mail.Security]);
                Optional(text, "user", mail.User);
                Optional(text, "password-file", mail.PasswordFile);
                Optional(text, "ca-file", mail.CaFile);
                break;
            case AlertConfig.Webhook webhook:
                text.Line("url", webhook.Url);
                Optional(text, "token-file", webhook.TokenFile);
                Optional(text, "ca-file", webhook.CaFile);
                break;
            case AlertConfig.Exec exec:
                text.Line("command", exec.Command);
                break;
            case AlertConfig.Syslog syslog:
                text.Line("server", syslog.Server.ToString());
                break;
            default:
                throw new InvariantException($"nobody writes {alert}");
        }
    }

    private static void Optional(TomlText text, string key, string value)
    {
        if (value.Length > 0) text.Line(key, value);
    }

    private static AlertConfig One(Section alert)
    {
        var (name, kinds) = (alert.Name, alert.Get<ImmutableArray<string>>("kinds"));
        var settings = new AlertSettings(
            kinds.IsEmpty ? AlertSettings.KindsDefault : kinds, alert.Get<TimeSpan>("gather"), alert.Get<TimeSpan>("quiet"),
            alert.Word == "exec" ? ExecLinesMax : LinesMax);
        return alert.Word switch
        {
            "mail" => Mail(name, settings, alert),
            "webhook" => new AlertConfig.Webhook(
                name, settings, alert.Get<string>("url"), alert.Get("token-file", ""), alert.Get("ca-file", "")),
            "exec" => new AlertConfig.Exec(name, settings, alert.Get<ImmutableArray<string>>("command")),
            "syslog" => new AlertConfig.Syslog(name, settings, alert.Get<Endpoint>("server")),
            _ => throw new InvariantException($"the schema accepts the alert type \"{alert.Word}\" and nobody builds it"),
        };
    }

    private static AlertConfig.Mail Mail(string name, AlertSettings settings, Section alert)
    {
        var to = alert.Get<ImmutableArray<string>>("to");
        var from = alert.Get("from", $"appliance@{to[0][(to[0].IndexOf('@', StringComparison.Ordinal) + 1)..]}");
        return new AlertConfig.Mail(
            name, settings, to, from, alert.Get<string>("server"), (MailSecurity)Array.IndexOf(Securities, alert.Get<string>("tls")),
            alert.Get("user", ""), alert.Get("password-file", ""), alert.Get("ca-file", ""));
    }
}
