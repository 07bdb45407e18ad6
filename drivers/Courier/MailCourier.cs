using Appliance.Core.Configuration;

namespace Appliance.Drivers.Courier;

/// <summary>Mail by SMTP (RFC 5321), with STARTTLS (RFC 3207) unless it is configured otherwise.</summary>
public sealed class MailCourier(AlertConfig.Mail config) : ICourier
{
    private const nint Smtp = 1 << 16;
    private const nint Smtps = 1 << 17;

    public string? Deliver(IReadOnlyList<byte[]> parts)
    {
        using var transfer = CurlTransfer.Open(out var problem);
        if (transfer is null) return problem;
        var isTls = config.Security == MailSecurity.Tls;
        transfer.Set(CurlLibrary.Protocols, isTls ? Smtps : Smtp);
        // The path is what we say in EHLO: some servers refuse a host name without a dot, none an address literal.
        transfer.Text(CurlLibrary.Url, $"{(isTls ? "smtps" : "smtp")}://{config.Server}/%5B127.0.0.1%5D");
        if (config.Security == MailSecurity.StartTls) transfer.Set(CurlLibrary.UseSsl, CurlLibrary.SslAll);
        if (config.CaFile.Length > 0) transfer.Text(CurlLibrary.CaInfo, config.CaFile);
        if (config.User.Length > 0)
        {
            if (SecretFile.Read(config.PasswordFile, out var unreadable) is not { } password) return unreadable;
            transfer.Text(CurlLibrary.UserName, config.User);
            transfer.Text(CurlLibrary.Password, password);
        }

        transfer.Text(CurlLibrary.MailFrom, $"<{config.From}>");
        transfer.List(CurlLibrary.MailReceivers, config.To.Select(receiver => $"<{receiver}>"));
        var failure = transfer.Perform(parts[0], isUpload: true);
        if (failure is null) return null;
        return transfer.Status is >= 400 and var code ? $"{config.Server} answers {code}: {failure}" : $"{config.Server}: {failure}";
    }
}
