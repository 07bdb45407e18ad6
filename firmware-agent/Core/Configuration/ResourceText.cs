using System.Collections.Immutable;
using System.Globalization;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration;

/// <summary>The part of <see cref="ConfigText"/> that writes a resource.</summary>
internal static class ResourceText
{
    public static void Write(TomlText text, ResourceConfig resource)
    {
        text.Title("[[group.resource]]").Line("name", resource.Name).Line("type", resource.What.Word).Line("after", resource.After);
        Kind(text, resource.What);
        text.Line("start-timeout", resource.Timing.Start).Line("stop-timeout", resource.Timing.Stop)
            .Line("monitor-timeout", resource.Timing.Monitor).Line("monitor-interval", resource.Timing.MonitorInterval);
        var restarts = resource.Restarts;
        text.Raw("restarts", string.Create(CultureInfo.InvariantCulture,
            $"{{ max = {restarts.Max}, within = \"{Words.Of(restarts.Within)}\", "
                + $"delay = \"{Words.Of(restarts.Delay)}\", delay-max = \"{Words.Of(restarts.DelayMax)}\" }}"));
        if (resource.Probe is { } probe) text.Raw("probe", Probe(probe));
    }

    /// <summary>Two kinds that are written the same are the same thing.</summary>
    public static bool Same(ResourceKind left, ResourceKind right) => left.Word == right.Word && Alone(left) == Alone(right);

    private static string Alone(ResourceKind kind)
    {
        var text = new TomlText();
        Kind(text, kind);
        return text.ToString();
    }

    private static void Kind(TomlText text, ResourceKind kind)
    {
        _ = kind switch
        {
            ResourceKind.Ip ip => text.Line("address", $"{ip.Address}/{ip.PrefixLength}").Line("interface", ip.Interface)
                .Line("source-route", ip.SourceRoute).Line("refresh", ip.Refresh),
            ResourceKind.Route route => text.Line("network", route.Network).Line("source", route.Source).Line("interface", route.Interface),
            ResourceKind.Mount mount =>
                text.Line("device", mount.Device).Line("directory", mount.Directory).Line("fstype", mount.FsType)
                    .Line("options", mount.Options),
            ResourceKind.Bind bind => text.Line("from", bind.From).Line("paths", bind.Paths),
            ResourceKind.Service service => text.Line("unit", service.Unit),
            ResourceKind.Lsb lsb => text.Line("script", lsb.Script),
            ResourceKind.Ocf ocf => text.Line("agent", $"ocf:{ocf.Provider}:{ocf.Agent}").Raw("parameters", Parameters(ocf)),
            ResourceKind.Replica replica => text.Line("replica", replica.Name),
            ResourceKind.Dahdi dahdi => Dahdi(text, dahdi),
            ResourceKind.Tdm tdm => text.Line("device", tdm.Device),
            ResourceKind.Exec exec => text.Line("start", exec.StartCommand).Line("stop", exec.StopCommand)
                .Line("monitor", exec.MonitorCommand),
            _ => throw new InvariantException($"nobody writes {kind}"),
        };
    }

    private static TomlText Dahdi(TomlText text, ResourceKind.Dahdi dahdi)
    {
        text.Line("modules", dahdi.Modules).Line("config", dahdi.ConfigPath);
        if (!dahdi.WaitFor.IsEmpty) text.Raw("wait-for", Numbers(dahdi.WaitFor));
        return text.Line("alarm-timeout", dahdi.AlarmTimeout).Line("alarms", dahdi.AlarmsFail ? "fail" : "warn")
            .Line("unload", dahdi.Unload);
    }

    private static string Numbers(ImmutableArray<int> numbers) =>
        $"[{string.Join(", ", numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)))}]";

    private static string Parameters(ResourceKind.Ocf ocf)
    {
        var pairs = ocf.Parameters.Select(pair => $"{TomlText.Quote(pair.Key)} = {TomlText.Quote(pair.Value)}");
        return ocf.Parameters.IsEmpty ? "{}" : $"{{ {string.Join(", ", pairs)} }}";
    }

    private static string Probe(ProbeConfig probe)
    {
        var common = string.Create(CultureInfo.InvariantCulture,
            $"type = \"{probe.Word}\", interval = \"{Words.Of(probe.Interval)}\", timeout = \"{Words.Of(probe.Timeout)}\", misses = "
                + $"{probe.Misses}");
        return $"{{ {common}, {Own(probe)} }}";
    }

    private static string Own(ProbeConfig probe) => probe switch
    {
        ProbeConfig.Tcp tcp => string.Create(CultureInfo.InvariantCulture, $"address = {TomlText.Quote(tcp.Address)}, port = {tcp.Port}"),
        ProbeConfig.Http http => string.Create(CultureInfo.InvariantCulture,
            $"address = {TomlText.Quote(http.Address)}, port = {http.Port}, path = {TomlText.Quote(http.Path)}, status = {http.Status}"),
        ProbeConfig.Exec exec => $"command = {TomlText.Array(exec.Command)}",
        ProbeConfig.Mysql mysql => Mysql(mysql),
        ProbeConfig.Dahdi dahdi => $"spans = {Numbers(dahdi.Spans)}",
        ProbeConfig.Asterisk asterisk => $"sip = {TomlText.Quote(Sip(asterisk))}{Layers(asterisk)}",
        _ => throw new InvariantException($"nobody writes {probe}"),
    };

    private static string Mysql(ProbeConfig.Mysql mysql)
    {
        var way = mysql.Socket.Length > 0
            ? $"socket = {TomlText.Quote(mysql.Socket)}"
            : string.Create(CultureInfo.InvariantCulture, $"host = {TomlText.Quote(mysql.Host)}, port = {mysql.Port}");
        var password = mysql.PasswordFile.Length > 0 ? $", password-file = {TomlText.Quote(mysql.PasswordFile)}" : "";
        return $"{way}, user = {TomlText.Quote(mysql.User)}{password}{(mysql.Write ? ", write = true" : "")}";
    }

    /// <summary>Empty where only SIP is asked: nothing else has an effect then.</summary>
    private static string Layers(ProbeConfig.Asterisk asterisk)
    {
        if (asterisk.Layers == AsteriskLayers.Sip) return "";
        var words = ImmutableArray.CreateBuilder<string>();
        foreach (var (word, layer) in ResourceSchema.Layers)
            if (asterisk.Layers.HasFlag(layer)) words.Add(word);
        var text = string.Create(CultureInfo.InvariantCulture, $", layers = {TomlText.Array(words.ToImmutable())}, need = {asterisk.Need}");
        if (asterisk.Layers.HasFlag(AsteriskLayers.Cli) || asterisk.Layers.HasFlag(AsteriskLayers.Tasks))
            text += $", cli = {TomlText.Quote(asterisk.Cli)}";
        if (asterisk.Layers.HasFlag(AsteriskLayers.Ami))
            text += $", ami = {TomlText.Quote(Written(asterisk.Ami))}, ami-user = {TomlText.Quote(asterisk.AmiUser)}"
                + $", ami-secret-file = {TomlText.Quote(asterisk.AmiSecretFile)}"
                + $", ami-account = {TomlText.Quote(asterisk.MakesAmiAccount ? "made" : "kept")}";
        return asterisk.Layers.HasFlag(AsteriskLayers.Tasks)
            ? string.Create(CultureInfo.InvariantCulture, $"{text}, tasks-max = {asterisk.TasksMax}") : text;
    }

    private static string Written(Endpoint endpoint) => string.Create(CultureInfo.InvariantCulture,
        $"{(endpoint.Address.Contains(':') ? $"[{endpoint.Address}]" : endpoint.Address)}:{endpoint.Port}");

    private static string Sip(ProbeConfig.Asterisk asterisk)
    {
        var host = asterisk.Address.Contains(':') ? $"[{asterisk.Address}]:" : asterisk.Address.Length > 0 ? $"{asterisk.Address}:" : "";
        return string.Create(CultureInfo.InvariantCulture, $"udp:{host}{asterisk.SipPort}");
    }
}
