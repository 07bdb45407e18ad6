using System.Collections.Immutable;
using Appliance.Core.Configuration;
using Appliance.Core.Configuration.Schema;
using static Appliance.Core.Import.Outcome;

namespace Appliance.Core.Import.Resources;

/// <summary>A STONITH device of Heartbeat's or Pacemaker's as a <c>[fence.NAME]</c>.</summary>
internal static class FenceMapping
{
    private static readonly string[] Own =
    [
        "pcmk_host_list", "pcmk_host_map", "pcmk_host_check", "pcmk_delay_max", "pcmk_delay_base", "pcmk_reboot_action",
        "pcmk_off_action", "pcmk_monitor_timeout", "pcmk_reboot_timeout", "priority", "stonith-timeout", "hostlist", "hostname",
    ];

    private static readonly string[] Passwords = ["passwd", "password"];

    private static readonly string[] PasswordScripts = ["passwd_script", "password_script"];

    /// <summary>Null: taken; else why not.</summary>
    public static Outcome? Take(
        string name, string type, IReadOnlyList<(string Key, string Value)> parameters, Place place, PairFacts facts)
    {
        if (type is "external/ipmi" or "fence_ipmilan") return Ipmi(name, parameters, place, facts);
        if (!type.StartsWith("fence_", StringComparison.Ordinal) || Fit.Problem(FenceSchema.Fence, "agent", type) is not null)
            return Refused($"the device {ImportNotes.Shown(type)} is not translated; write [fence.NAME]");
        var password = Value(parameters, Passwords);
        var rest = parameters.Where(one => !Own.Contains(one.Key) && !Passwords.Contains(one.Key) && !PasswordScripts.Contains(one.Key))
            .Select(one => $"{TomlText.Key(one.Key)} = {TomlText.Quote(one.Value)}").ToArray();
        ImmutableArray<(string, string?)> keys =
            [("agent", TomlText.Quote(type)), ("parameters", rest.Length == 0 ? "{}" : $"{{ {string.Join(", ", rest)} }}")];
        facts.Fences.Add(new FenceFact(name, Node(parameters), "agent", keys, password, place));
        return null;
    }

    private static Outcome? Ipmi(
        string name, IReadOnlyList<(string Key, string Value)> parameters, Place place, PairFacts facts)
    {
        var address = Value(parameters, "ipaddr", "ip") ?? "";
        var user = Value(parameters, "userid", "login", "username") ?? "";
        var lan = Value(parameters, "interface") ?? (Value(parameters, "lanplus") is "1" or "true" or "on" ? "lanplus" : "lan");
        if (Fit.Problem(FenceSchema.Fence, "user", user) is { } wrong) return Refused($"user: {wrong}");
        ImmutableArray<(string, string?)> keys =
        [
            ("address", Fit.Is(Types.Address, address) ? TomlText.Quote(NumericAddress.Canonical(address)!) : null),
            ("user", user.Length > 0 ? TomlText.Quote(user) : null),
            ("interface", TomlText.Quote(lan == "lanplus" ? "lanplus" : "lan")),
        ];
        facts.Fences.Add(new FenceFact(name, Node(parameters), "ipmi", keys, Value(parameters, Passwords) ?? "", place));
        return address.Length > 0 && !Fit.Is(Types.Address, address)
            ? Mapped("[fence.NAME]; its address is no numeric one and has to be filled in") : null;
    }

    private static string Node(IReadOnlyList<(string Key, string Value)> parameters)
    {
        var hosts = (Value(parameters, "pcmk_host_list", "hostname", "hostlist") ?? "")
            .Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries);
        return hosts.Length == 1 ? hosts[0] : "";
    }

    private static string? Value(IReadOnlyList<(string Key, string Value)> parameters, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        foreach (var (name, value) in parameters)
            if (name == key) return value;
        return null;
    }
}
