using Appliance.Core;
using Appliance.Core.Alerts;
using Appliance.Core.Configuration;
using Appliance.Drivers.Courier;

namespace Appliance.Agent.Alerts;

/// <summary>Somebody who is told: what is written for him, and who brings it.</summary>
public sealed class AlertReceiver(ICourier courier, Func<AlertMessage, IReadOnlyList<byte[]>> write)
{
    /// <param name="unixMs">Wall clock, milliseconds.</param>
    public static AlertReceiver Of(AlertConfig alert, Func<long> unixMs) => alert switch
    {
        AlertConfig.Mail mail => new AlertReceiver(
            new MailCourier(mail), message => [MailText.Write(message, mail.From, mail.To, unixMs())]),
        AlertConfig.Webhook webhook => new AlertReceiver(new WebhookCourier(webhook), static message => [AlertJson.Write(message)]),
        AlertConfig.Exec exec => new AlertReceiver(new ExecCourier(exec), static message => [AlertJson.Write(message)]),
        AlertConfig.Syslog syslog => new AlertReceiver(
            new SyslogCourier(syslog), static message => [.. message.Lines.Select(line => SyslogText.Write(message.Site, line))]),
        _ => throw new InvariantException($"nobody brings {alert}"),
    };

    /// <summary>Null when it was taken, else why not, in words.</summary>
    public string? Tell(AlertMessage message) => courier.Deliver(write(message));
}
