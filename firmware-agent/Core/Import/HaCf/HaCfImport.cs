using System.Globalization;
using Appliance.Core.Configuration.Schema;
using Appliance.Core.Import.Resources;
using static Appliance.Core.Import.Outcome;

namespace Appliance.Core.Import.HaCf;

/// <summary>Reads Heartbeat's ha.cf: a directive a line, its arguments behind it, <c>#</c> begins a comment anywhere.</summary>
internal sealed class HaCfImport(PairFacts facts, ImportNotes notes)
{
    private static readonly char[] Blanks = [' ', '\t', ',', '\r', '\f', '\v'];

    private int _port;
    private int _baud;

    public void Read(SourceText text)
    {
        facts.HasHeartbeat ??= text.At(0);
        for (var at = 0; at < text.Lines.Length; at++)
        {
            var words = Words(text.Lines[at]);
            if (words.Length > 0) Line(words[0], words[1..], text.At(at));
        }
    }

    internal static string[] Words(string line)
    {
        var comment = line.IndexOf('#', StringComparison.Ordinal);
        return (comment < 0 ? line : line[..comment]).Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
    }

    private void Line(string word, string[] arguments, Place place)
    {
        if (HaCfTable.Table.Find(word) is not { } directive) notes.RefuseUnknown(place, word, "directive of ha.cf", HaCfTable.Table);
        else if (arguments.Length == 0) notes.Take(place, directive, Refused("it has no value"));
        else notes.Take(place, directive, Take(directive.Name, arguments, place));
    }

    private Outcome? Take(string name, string[] arguments, Place place) => name switch
    {
        "bcast" or "udp" or "ucast" or "ucast6" or "mcast" or "mcast6" or "serial"
            when facts.Links.Count + arguments.Length > ImportLimits.LinksMax => Refused($"more than {ImportLimits.LinksMax} links"),
        "node" => Nodes(arguments, place),
        "keepalive" or "warntime" or "deadtime" or "initdead" => Time(name, arguments, place),
        "udpport" => Port(arguments[0], out _port),
        "baud" => Baud(arguments[0]),
        "bcast" or "udp" => Each(arguments, Types.Interface, one => facts.Links.Add(new(LinkWay.Broadcast, one, _port, place))),
        "ucast" or "ucast6" => Unicast(arguments, place),
        "mcast" or "mcast6" => Multicast(arguments, place),
        "serial" => Each(arguments, Types.Path, one => facts.Links.Add(new(LinkWay.Serial, one, 0, place) { Baud = _baud })),
        "ping" or "ping6" => Each(arguments, Types.Address, one => facts.Pings.Add(new(NumericAddress.Canonical(one)!, place))),
        "ping_group" => arguments.Length < 2 ? Refused("it names no address")
            : Each(arguments[1..], Types.Address, one => facts.Pings.Add(new(NumericAddress.Canonical(one)!, place))),
        "auto_failback" or "nice_failback" => Failback(name, arguments[0], place),
        "stonith_host" => HeartbeatFence.Take(arguments, place, facts),
        "watchdog" => Watchdog(arguments[0], place),
        "respawn" => Respawn(arguments),
        "crm" or "pacemaker" => Pacemaker(arguments[0], place),
        "autojoin" => arguments[0] is "none" ? null
            : Refused($"{ImportNotes.Shown(arguments[0])} lets nodes join by themselves; here exactly two nodes are named"),
        "cluster" => Cluster(arguments[0], place),
        _ => null,
    };

    private Outcome? Nodes(string[] arguments, Place place) =>
        Each(arguments, Types.Name, one => facts.Nodes.Add(new NodeFact(one, place, IsMembership: true)));

    private Outcome? Time(string name, string[] arguments, Place place)
    {
        if (OldTime.Heartbeat(arguments[0]) is not { } time)
            return Refused($"{ImportNotes.Shown(arguments[0])} is no time of Heartbeat's");
        if (Fit.Problem(ConfigSchema.Heartbeat, name, time) is { } problem) return Refused(problem);
        facts.Set($"heartbeat.{name}", Configuration.Schema.Words.Of(time), place);
        return null;
    }

    private static Outcome? Port(string text, out int port)
    {
        port = NumericAddress.ParsePort(text) ?? 0;
        return port > 0 ? null : Refused($"{ImportNotes.Shown(text)} is no port");
    }

    private Outcome? Baud(string text)
    {
        _baud = 0;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var baud))
            return Refused($"{ImportNotes.Shown(text)} is no speed");
        if (Fit.Problem(ConfigSchema.Link, "baud", baud) is { } problem) return Refused(problem);
        _baud = baud;
        return null;
    }

    /// <summary>Every argument must fit; those that do are taken even if another one does not.</summary>
    private static Outcome? Each(string[] arguments, KeyType type, Action<string> take)
    {
        Outcome? outcome = null;
        foreach (var one in arguments)
        {
            if (Fit.Problem(type, one) is { } problem) outcome ??= Refused(problem);
            else take(one);
        }

        return outcome;
    }

    private Outcome? Unicast(string[] arguments, Place place)
    {
        if (arguments.Length != 2) return Refused("expected an interface and an address");
        if (Fit.Problem(Types.Interface, arguments[0]) is { } wrong) return Refused(wrong);
        if (Fit.Problem(Types.Address, arguments[1]) is { } problem) return Refused(problem);
        var end = new AddressFact("", NumericAddress.Canonical(arguments[1])!, arguments[0], place);
        var same = facts.Links.FindIndex(link => link.Way == LinkWay.Unicast && link.Interface == arguments[0] && link.Port == _port);
        if (same < 0)
            facts.Links.Add(new LinkFact(LinkWay.Unicast, arguments[0], _port, place) { Ends = [end] });
        else if (facts.Links[same].Ends.All(known => known.Address != end.Address) && facts.Links[same].Ends.Length <= Limits.Nodes)
            facts.Links[same] = facts.Links[same] with { Ends = facts.Links[same].Ends.Add(end) };
        return null;
    }

    private Outcome? Multicast(string[] arguments, Place place)
    {
        if (arguments.Length < 2) return Refused("expected an interface, a group, a port, a time to live and 0 or 1");
        if (Fit.Problem(Types.Interface, arguments[0]) is { } wrong) return Refused(wrong);
        if (Fit.Problem(new AddressType(multicast: true), arguments[1]) is { } problem) return Refused(problem);
        var port = _port;
        if (arguments.Length > 2 && Port(arguments[2], out port) is { } bad) return bad;
        facts.Links.Add(new LinkFact(LinkWay.Multicast, arguments[0], port, place) { Group = NumericAddress.Canonical(arguments[1])! });
        return arguments.Length > 3 && arguments[3] is not ("0" or "1")
            ? Mapped("[[heartbeat.link]] with group; its packets have a time to live of 1 and stay on the segment") : null;
    }

    private Outcome? Failback(string name, string value, Place place)
    {
        bool? on = value.ToLowerInvariant() switch
        {
            "on" or "true" or "yes" or "y" or "1" => true,
            "off" or "false" or "no" or "n" or "0" => false,
            "legacy" when name == "auto_failback" => true,
            _ => null,
        };
        if (on is null) return Refused($"{ImportNotes.Shown(value)} is neither on nor off");
        facts.Set("failback", on == (name == "auto_failback") ? "on" : "off", place);
        return null;
    }

    private Outcome? Watchdog(string path, Place place)
    {
        if (Fit.Problem(Types.Path, path) is { } problem) return Refused(problem);
        facts.Set("watchdog.device", path, place);
        return null;
    }

    private static Outcome? Respawn(string[] arguments)
    {
        var program = arguments.Length > 1 ? arguments[1] : arguments[0];
        return program[(program.LastIndexOf('/') + 1)..] switch
        {
            "ipfail" => Noted("built in: a node that hears neither peer nor any [[ping]] does not serve"),
            "pingd" => Noted("built in: a node that hears neither peer nor any [[ping]] does not serve"),
            "dopd" => Noted("built in: the agent answers the replica's question whether its peer is harmless"),
            "cib" or "crmd" or "ccm" or "stonithd" or "attrd" or "lrmd" or "mgmtd" => Noted("a part of Pacemaker; not used any more"),
            _ => Refused($"{ImportNotes.Shown(program)} was kept running beside Heartbeat; make it a systemd unit with Restart=always"),
        };
    }

    private Outcome? Pacemaker(string value, Place place)
    {
        if (value.ToLowerInvariant() is "off" or "false" or "no" or "n" or "0") return null;
        facts.PacemakerRules ??= place;
        return null;
    }

    private Outcome? Cluster(string name, Place place)
    {
        if (Fit.Problem(Types.Name, name) is { } problem) return Refused(problem);
        facts.Set("cluster.name", name, place);
        return null;
    }
}
