using Appliance.Core.Configuration;
using Appliance.Core.Configuration.Schema;
using Appliance.Core.Import.Merge;

namespace Appliance.Core.Import.Writing;

/// <summary>Writes telephone-line devices, fence devices, and what is only kept as a comment.</summary>
internal static class DeviceText
{
    public static string Write(DeviceDraft device)
    {
        var text = new CommentedToml();
        text.Blank();
        if (device is { Driver: "fonebridge", Config: { } config })
        {
            var numeric = NumericAddress.Canonical(config.Host);
            var isAddress = numeric is not null && !NumericAddress.IsIPv6(numeric);
            var lines = BridgeText.Device(device.Name, null, config).Split('\n');
            text.Comment($"from {device.Place}");
            foreach (var line in lines[..^1])
            {
                if (line.StartsWith("# interface", StringComparison.Ordinal))
                    text.Missing("interface", "\"eth1\"", "the card of the nodes that it is reached by; the file does not say it");
                else if (!isAddress && line.StartsWith("address = ", StringComparison.Ordinal))
                    text.Missing("address", "\"192.168.1.254\"", $"fb={config.Host} is no numeric IPv4 address");
                else text.Lines(line);
            }

            return text.ToString();
        }

        text.Lines($"[device.{TomlText.Key(device.Name)}]").Comment($"from {device.Place}").Line("driver", device.Driver);
        if (device.Driver == "fonebridge")
            text.Missing("address", "\"192.168.1.254\"", "the bridge's").Missing("interface", "\"eth1\"")
                .Missing("config", "\"/etc/appliance/redfone.conf\"", "or its settings here");
        else Rhino(text, device);
        return text.ToString();
    }

    private static void Rhino(CommentedToml text, DeviceDraft device)
    {
        if (device.Node.Length > 0) text.Line("node", device.Node, "the node whose USB port powers the card: ASHA's conf is on that one");
        else text.Missing("node", "\"pbx-a\"", "the node whose USB port powers the card");
        if (device.Port.Length > 0) text.Line("port", device.Port,
            "ASHA always used /dev/ttyUSB0, whatever is written; /dev/serial/by-id/… stays");
        else text.Missing("port", "\"/dev/serial/by-id/…\"");
    }

    public static string Write(FenceDraft fence)
    {
        var text = new CommentedToml();
        text.Blank().Lines($"[fence.{TomlText.Key(fence.Name)}]").Comment($"from {fence.Fact.Place}; try it: appliance fence test NODE")
            .Line("driver", fence.Fact.Driver);
        if (fence.Node.Length > 0) text.Line("node", fence.Node);
        else text.Missing("node", "\"pbx-a\"", "the node that it switches off");
        foreach (var (key, toml) in fence.Fact.Keys)
        {
            if (toml is not null) text.Raw(key, toml);
            else text.Missing(key, key == "address" ? "\"192.168.1.7\"" : "\"…\"");
        }

        if (fence.PasswordFile.Length > 0) text.Line("password-file", fence.PasswordFile,
            "the password is in no file that others may read");
        return text.ToString();
    }

    public static string Write(AlertFact alert) => new CommentedToml().Blank()
        .Comment($"from {alert.Place}; name the mail server, take the signs away, then: appliance alert test")
        .Comment("[alert.mail]").Comment($"to = [{TomlText.Quote(alert.To)}]").Comment("server = \"smtp.example.net:587\"").ToString();
}
