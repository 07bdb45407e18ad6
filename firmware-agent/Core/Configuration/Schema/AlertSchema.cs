using Appliance.Core.Alerts;

namespace Appliance.Core.Configuration.Schema;

/// <summary>The keys of <c>[alert.NAME]</c>.</summary>
public static class AlertSchema
{
    private static readonly KeyType MailAddress = new StringType(
        "mail address", "a plain mail address, for example \"noc@example.net\"", AddressFault);

    public static readonly SectionSchema Alert = new(
        "[alert.NAME]",
        "Who is told what happens. Each node tells what it sees; what cannot be delivered is tried again, also after a restart.",
        [
            new("type", new ChoiceType("mail", "webhook", "exec", "syslog"), "How.") { Default = "mail" },
            new("kinds", new ListType(new ChoiceType([.. AlertSettings.KindsAll]), 0, 9, "[\"role\", \"alarm\"]"),
                "Kinds of events, as `appliance events` shows them. Empty: role, peer, resource, fence and alarm.") { Default = "[]" },
            new("gather", Types.Duration("0ms", "10m"), "What happens within this time of the first news goes into one message.")
                { Default = "3s" },
            new("quiet", Types.Duration("0ms", "24h"), "The same news is told once in this time, then how often it came.")
                { Default = "10m" },
        ])
    {
        Discriminator = "type",
        Variants =
        [
            new("mail", "A mail.",
            [
                new("to", new ListType(MailAddress, 1, 32, "[\"noc@example.net\"]"), "Mail addresses.") { Required = true },
                new("from", MailAddress, "Sender; without it `appliance` at the first receiver's domain."),
                new("server", new StringType("host:port", "a mail server and its port, for example \"smtp.example.net:587\"", ServerFault),
                    "Mail server.") { Required = true },
                new("tls", new ChoiceType("starttls", "tls", "none"),
                    "`starttls` and `tls` never fall back to plain text; `none` is for a server on the same machine or network.")
                    { Default = "starttls" },
                new("user", Types.Text, "Login; without it none is made."),
                new("password-file", Types.Path, "File that holds the password, readable by root only."),
                new("ca-file", Types.Path, "Certificate authorities to trust in place of the system's (PEM)."),
            ]),
            new("webhook", "JSON by HTTP POST: `site`, `node`, `subject`, `text`, `events`. Any status of 2xx is success.",
            [
                new("url", new StringType("URL", "an http or https URL, for example \"https://hooks.example.net/appliance\"", UrlFault),
                    "Where to.") { Required = true },
                new("token-file", Types.Path, "File that holds a bearer token, readable by root only."),
                new("ca-file", Types.Path, "Certificate authorities to trust in place of the system's (PEM)."),
            ]),
            new("exec", "A program that reads the same JSON on its standard input. Exit code 0 is success; 30 s are its time.",
                [new("command", Types.Command, "Program and arguments.") { Required = true }]),
            new("syslog", "A datagram of RFC 5424 for each event. Nobody confirms it.",
                [new("server", new EndpointType(), "Numeric address and UDP port, for example \"192.168.1.9:514\".") { Required = true }]),
        ],
    };

    private static string? AddressFault(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at <= 0 || at != text.LastIndexOf('@') || at == text.Length - 1) return "write NAME@DOMAIN";
        if (text.Length > 254) return $"it has {text.Length} characters, at most 254";
        // What an SMTP command and a header may carry as it is: RFC 5321's dot-string and domain.
        return text.All(letter => char.IsAsciiLetterOrDigit(letter) || "@.-_+=!#$%&'*/?^`{|}~".Contains(letter)) ? null
            : "another character is in it";
    }

    private static string? ServerFault(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && text.Length <= 255 && NumericAddress.ParsePort(text[(colon + 1)..]) is not null
            && text[..colon].All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '[' or ']' or ':') ? null
            : "write HOST:PORT";
    }

    private static string? UrlFault(string text)
    {
        if (!text.StartsWith("https://", StringComparison.Ordinal) && !text.StartsWith("http://", StringComparison.Ordinal))
            return "it begins with neither https:// nor http://";
        if (text.Length > 1024) return $"it has {text.Length} characters, at most 1024";
        return text.All(letter => letter is > ' ' and <= '~') ? null : "another character is in it";
    }
}
