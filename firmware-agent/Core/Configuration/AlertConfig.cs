using System.Collections.Immutable;
using Appliance.Core.Alerts;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration;

/// <summary>How a mail server is spoken to.</summary>
public enum MailSecurity
{
    /// <summary>TLS after STARTTLS, or no mail at all.</summary>
    StartTls,

    /// <summary>TLS from the first byte.</summary>
    Tls,

    /// <summary>In the clear.</summary>
    None,
}

/// <summary>A section <c>[alert.NAME]</c>: somebody who is told.</summary>
/// <param name="Name">In messages.</param>
public abstract record AlertConfig(string Name, AlertSettings Settings)
{
    /// <summary>The type's word.</summary>
    public abstract string Word { get; }

    /// <summary>Where to, for people.</summary>
    public abstract string Receiver { get; }

    /// <summary>A mail.</summary>
    /// <param name="PasswordFile">Empty: no login. So may be CaFile: the system's authorities.</param>
    public sealed record Mail(
        string Name, AlertSettings Settings, ImmutableArray<string> To, string From, string Server, MailSecurity Security, string User,
        string PasswordFile, string CaFile) : AlertConfig(Name, Settings)
    {
        public override string Word => "mail";

        public override string Receiver => string.Join(", ", To);
    }

    /// <summary>JSON by HTTP POST.</summary>
    /// <param name="TokenFile">Empty: none.</param>
    /// <param name="CaFile">Empty: the system's authorities.</param>
    public sealed record Webhook(string Name, AlertSettings Settings, string Url, string TokenFile, string CaFile)
        : AlertConfig(Name, Settings)
    {
        public override string Word => "webhook";

        public override string Receiver => Url;
    }

    /// <summary>A program that reads JSON.</summary>
    public sealed record Exec(string Name, AlertSettings Settings, ImmutableArray<string> Command) : AlertConfig(Name, Settings)
    {
        public override string Word => "exec";

        public override string Receiver => Command[0];
    }

    /// <summary>A syslog server, by UDP.</summary>
    public sealed record Syslog(string Name, AlertSettings Settings, Endpoint Server) : AlertConfig(Name, Settings)
    {
        public override string Word => "syslog";

        public override string Receiver => $"{Server.Address} port {Server.Port}";
    }
}
