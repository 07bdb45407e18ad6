using System.Collections.Immutable;
using System.Globalization;
using Appliance.Core.Configuration;
using Appliance.Core.Configuration.Schema;
using static Appliance.Core.Import.Outcome;

namespace Appliance.Core.Import.Resources;

/// <summary>Makes a resource of the new file of what Heartbeat or Pacemaker called; says what became of it and of each parameter.</summary>
internal sealed class AgentMapping(PairFacts facts, ImportNotes notes)
{
    private const string Folder = "/etc/init.d/";

    /// <summary>Null: it is no resource of the new file; what became of it has been told.</summary>
    public ResourceDraft? Map(AgentCall call)
    {
        var known = AgentTable.Agents.Find(call.Type);
        Outcome? outcome = null;
        var draft = known is { Usual: not Disposition.Mapped } ? null : Draft(call, out outcome);
        if (known?.Name == "MailTo") Mail(call);
        if (outcome is not null || known is null) Tell(call, outcome ?? Mapped($"type = \"{draft?.Word}\""));
        else Tell(call, new Outcome(known.Usual, known.Words));
        Parameters(call, known, draft?.Word == "ocf");
        return outcome is { Disposition: Disposition.Refused } ? null : draft;
    }

    private void Tell(AgentCall call, Outcome outcome)
    {
        var name = call.Id == call.Type || call.Class == "script" ? ImportNotes.Shown(call.Type)
            : $"{ImportNotes.Shown(call.Id)} ({ImportNotes.Shown(call.Spelled)})";
        if (outcome.Disposition == Disposition.Mapped) notes.Map(call.Place, name, outcome.Words);
        else if (outcome.Disposition == Disposition.Noted) notes.Note(call.Place, name, outcome.Words);
        else notes.Refuse(call.Place, name, outcome.Words);
    }

    /// <summary>Those of an agent that is taken as it is all go with it.</summary>
    private void Parameters(AgentCall call, Directive? known, bool taken)
    {
        foreach (var parameter in call.Parameters)
        {
            var name = $"{AgentTable.Family(call.Type)} {parameter.Key}";
            if (known is not null && AgentTable.Parameters.Find(name) is { } directive && !taken) notes.Take(parameter.Place, directive);
            else if (taken) notes.Map(parameter.Place, ImportNotes.Shown(name), "parameters of the agent");
            else notes.Refuse(parameter.Place, ImportNotes.Shown(name), "no parameter that is known here");
        }
    }

    private ResourceDraft? Draft(AgentCall call, out Outcome? outcome)
    {
        outcome = null;
        switch (call.Type)
        {
            case "IPaddr" or "IPaddr2" or "IPv6addr": return Address(call, out outcome);
            case "IPsrcaddr": return SourceRoute(call, out outcome);
            case "Filesystem": return Mount(call, out outcome);
            case "drbd" or "drbddisk" when call.Class is "script" || call.Provider is "linbit" or "heartbeat":
                return Replica(call, out outcome);
            case "symlink" when call.Class == "ocf": return Symlink(call, out outcome);
            case "ping" or "pingd": outcome = Pings(call); return null;
            case "dahdi" or "zaptel": return new ResourceDraft(call.Id, "dahdi", call.Place) { Name = "dahdi" };
            case "fonulator": return new ResourceDraft(call.Id, "tdm", call.Place) { Name = "pri", Device = "fonebridge" };
            case "fixrouting" when call.Class is "script" or "lsb":
                return new ResourceDraft(call.Id, "source-route-all", call.Place);
            default: return Program(call, out outcome);
        }
    }

    private static ResourceDraft? Address(AgentCall call, out Outcome? outcome)
    {
        outcome = null;
        var text = call.Value("ip", "ipv6addr");
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var address = NumericAddress.Canonical(slash < 0 ? text : text[..slash]);
        if (address is null || Fit.Problem(Types.Address, address) is not null)
        {
            outcome = Refused($"{ImportNotes.Shown(text)} is no numeric address of a host");
            return null;
        }

        var mask = call.Value("cidr_netmask") is { Length: > 0 } given ? given : slash < 0 ? "" : text[(slash + 1)..];
        var bits = PrefixLength(mask, NumericAddress.IsIPv6(address) ? 128 : 32);
        if (mask.Length > 0 && bits == 0) outcome = Mapped($"type = \"ip\"; {ImportNotes.Shown(mask)} is no netmask, it has to be "
            + $"filled in");
        if (bits > 0 && !new PrefixType(network: false).Fits($"{address}/{bits}", out var because))
        {
            outcome = Mapped($"type = \"ip\"; the prefix length {bits} does not fit ({because}) and has to be filled in");
            bits = 0;
        }

        var card = call.Value("nic");
        if (!Fit.Is(Types.Interface, card)) card = "";
        return new ResourceDraft(call.Id, "ip", call.Place)
        {
            Name = "vip", Address = address, PrefixLength = bits, Interface = card.Split(':')[0],
        };
    }

    /// <summary>"24" or "255.255.255.0"; 0: neither.</summary>
    internal static int PrefixLength(string mask, int bits)
    {
        if (int.TryParse(mask, NumberStyles.None, CultureInfo.InvariantCulture, out var length)) return length <= bits ? length : 0;
        if (bits != 32 || NumericAddress.Canonical(mask) is not { } canonical || NumericAddress.IsIPv6(canonical)) return 0;
        for (length = 1; length <= bits; length++)
            if (NumericAddress.HostBitsAre(canonical, length, ones: false)) break;
        var ones = NumericAddress.Bytes(canonical).Sum(part => System.Numerics.BitOperations.PopCount(part));
        return ones == length ? length : 0;
    }

    private static ResourceDraft? SourceRoute(AgentCall call, out Outcome? outcome)
    {
        var address = NumericAddress.Canonical(call.Value("ipaddress"));
        outcome = address is null || Fit.Problem(Types.Address, address) is not null
            ? Refused($"{ImportNotes.Shown(call.Value("ipaddress"))} is no numeric address of a host") : null;
        return outcome is not null ? null
            : new ResourceDraft(call.Id, "source-route", call.Place) { Name = "source-route", Address = address! };
    }

    private static ResourceDraft? Mount(AgentCall call, out Outcome? outcome)
    {
        var (device, directory) = (call.Value("device"), Trimmed(call.Value("directory")));
        var type = call.Value("fstype");
        var wrong = device.StartsWith('-') || device.Contains(':', StringComparison.Ordinal)
            ? $"{ImportNotes.Shown(device)} is no block device by path; give it one (a label, a UUID and a server of NFS are not mounted)"
            : Fit.Problem(Types.Path, device) ?? Fit.Problem(Types.Path, directory)
                ?? Fit.Problem(ResourceSchema.Resource, "options", call.Value("options"))
                ?? Fit.Problem(ResourceSchema.Resource, "fstype", type);
        outcome = wrong is null ? null : Refused(wrong);
        return wrong is not null ? null : new ResourceDraft(call.Id, "mount", call.Place)
        {
            Name = "fs", Device = device, Directory = directory, FsType = type is "auto" ? "" : type, Options = call.Value("options"),
        };
    }

    internal static string Trimmed(string path) => path.Length > 1 ? path.TrimEnd('/') : path;

    private static ResourceDraft? Replica(AgentCall call, out Outcome? outcome)
    {
        var name = call.Value("drbd_resource");
        outcome = Fit.Problem(Types.Name, name) is { } problem ? Refused(problem) : null;
        return outcome is not null ? null : new ResourceDraft(call.Id, "replica", call.Place) { Name = "data", Replica = name };
    }

    private static ResourceDraft? Symlink(AgentCall call, out Outcome? outcome)
    {
        var (target, link) = (Trimmed(call.Value("target")), Trimmed(call.Value("link")));
        var wrong = Fit.Problem(Types.Path, target) ?? Fit.Problem(Types.Path, link);
        if (wrong is null && (!target.EndsWith(link, StringComparison.Ordinal) || target.Length == link.Length))
            wrong = $"{ImportNotes.Shown(target)} is not {ImportNotes.Shown(link)} below a mounted directory: a bind resource covers a "
                + $"path "
                + "with the same path of the mount";
        outcome = wrong is null ? null : Refused(wrong);
        return wrong is not null ? null
            : new ResourceDraft(call.Id, "bind", call.Place) { Name = "directories", Paths = [link], Directory = target[..^link.Length] };
    }

    private Outcome? Pings(AgentCall call)
    {
        var hosts = call.Value("host_list").Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
        if (hosts.Length == 0) return Refused("it names no host");
        var named = hosts.Where(host => !Fit.Is(Types.Address, host)).ToArray();
        foreach (var host in hosts)
            if (Fit.Is(Types.Address, host)) facts.Pings.Add(new PingFact(NumericAddress.Canonical(host)!, call.Place));
        return named.Length == 0 ? null
            : Refused($"{ImportNotes.Shown(named[0])} is no numeric address: a cluster must not depend on a name server");
    }

    private void Mail(AgentCall call)
    {
        if (call.Value("email") is { Length: > 0 } to) facts.Alerts.Add(new AlertFact(to, call.Value("subject"), call.Place));
    }

    private static ResourceDraft? Program(AgentCall call, out Outcome? outcome)
    {
        outcome = null;
        var type = call.Type.EndsWith(".service", StringComparison.Ordinal) ? call.Type[..^".service".Length] : call.Type;
        var unit = KnownServices.UnitOf(type) ?? (call.Class is "systemd" or "service" ? $"{type}.service" : null);
        if (unit is not null && call.Arguments.IsEmpty && (call.Class != "ocf" || AgentTable.Agents.Find(call.Type) is not null))
            return Service(call, unit, out outcome);
        if (call.Class == "ocf") return Ocf(call, out outcome);
        var script = Folder + call.Type;
        outcome = Fit.Problem(Types.Path, script) is { } wrong ? Refused(wrong)
            : call.Class is not ("lsb" or "script" or "service") ? Refused($"{call.Class} is no class of resources that is known here")
                : null;
        if (outcome is not null) return null;
        var draft = new ResourceDraft(call.Id, call.Arguments.IsEmpty ? "lsb" : "exec", call.Place)
        {
            Name = call.Type, Script = script, Comment = "its script has to be on both nodes, with exit codes as LSB wants them",
        };
        return call.Arguments.IsEmpty ? draft : draft with { Command = [script, .. call.Arguments] };
    }

    private static ResourceDraft? Service(AgentCall call, string unit, out Outcome? outcome)
    {
        outcome = Fit.Problem(Types.Unit, unit) is { } problem ? Refused(problem) : null;
        if (outcome is not null) return null;
        var probe = KnownServices.ProbeOf(unit);
        if (unit == "mariadb.service" && call.Value("socket") is { Length: > 0 } socket && Fit.Is(Types.Path, socket)
            && socket is not (ResourceSchema.MysqlSocket or "/var" + ResourceSchema.MysqlSocket))
            probe = $"{{ type = \"mysql\", socket = {TomlText.Quote(socket)} }}";
        var name = unit[..unit.LastIndexOf('.')];
        return new ResourceDraft(call.Id, "service", call.Place) { Name = name, Unit = unit, Probe = probe };
    }

    private static ResourceDraft? Ocf(AgentCall call, out Outcome? outcome)
    {
        var agent = $"ocf:{call.Provider}:{call.Type}";
        outcome = Fit.Problem(Types.Agent, agent) is { } problem ? Refused(problem) : null;
        return outcome is not null ? null : new ResourceDraft(call.Id, "ocf", call.Place)
        {
            Name = call.Type, Agent = agent, Comment = "its agent has to be on both nodes (package resource-agents)",
            Parameters = [.. call.Parameters.Select(parameter => (parameter.Key, parameter.Value)).DistinctBy(pair => pair.Key)],
        };
    }
}
