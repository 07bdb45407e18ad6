using Appliance.Core.Configuration;

namespace Appliance.Drivers.Courier;

/// <summary>JSON by HTTP POST. Redirections are not followed: the token belongs to the URL that was written.</summary>
public sealed class WebhookCourier(AlertConfig.Webhook config) : ICourier
{
    private const nint Http = 1;
    private const nint Https = 2;

    public string? Deliver(IReadOnlyList<byte[]> parts)
    {
        using var transfer = CurlTransfer.Open(out var problem);
        if (transfer is null) return problem;
        transfer.Set(CurlLibrary.Protocols, config.Url.StartsWith("https", StringComparison.Ordinal) ? Https : Http);
        transfer.Text(CurlLibrary.Url, config.Url);
        if (config.CaFile.Length > 0) transfer.Text(CurlLibrary.CaInfo, config.CaFile);
        // Without the empty Expect a server that does not know it costs a second.
        var headers = new List<string> { "Content-Type: application/json", "Expect:" };
        if (config.TokenFile.Length > 0)
        {
            if (SecretFile.Read(config.TokenFile, out var unreadable) is not { } token) return unreadable;
            headers.Add($"Authorization: Bearer {token}");
        }

        transfer.List(CurlLibrary.HttpHeader, headers);
        if (transfer.Perform(parts[0], isUpload: false) is { } failure) return failure;
        return transfer.Status is >= 200 and < 300 ? null : $"the server answers {transfer.Status}; expected 2xx";
    }
}
