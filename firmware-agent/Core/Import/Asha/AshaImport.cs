using System.Collections.Immutable;
using Appliance.Core.Configuration.Schema;
using Appliance.Core.Import.Drbd;
using Appliance.Core.Import.Resources;
using static Appliance.Core.Import.Directive;
using static Appliance.Core.Import.Outcome;

namespace Appliance.Core.Import.Asha;

/// <summary>Reads the asha.conf of SARK's ASHA: shell assignments. What ASHA's own scripts make of them is known, and counts where no
/// drbd.conf and no text of crm says it.</summary>
internal sealed class AshaImport(PairFacts facts, ImportNotes notes)
{
    private const string ReplicaName = "r0";
    private const string Mount = "/drbd";
    private const int DrbdPort = 7788;

    public static readonly DirectiveTable Table = new("asha.conf", StringComparer.Ordinal,
        Noted("PRIMARY", "neither node is first: the pair begins with appliance data begin"),
        Mapped("USENIC1", "true: the cluster's interface is eth1, else eth0"),
        Mapped("CLUSTERIP", "type = \"ip\""),
        Refused("CLUSTERALERT", "its mail server is not in the file; a comment with [alert.mail] keeps the address"),
        Mapped("SITEID", "cluster.name"),
        Mapped("ANODEIP", "address of this node on the cluster's interface"),
        Mapped("BNODEIP", "address of the other node on the cluster's interface"),
        Mapped("ANODENAME", "[[node]]"),
        Mapped("BNODENAME", "[[node]]"),
        Mapped("DRBDDEV", "disk of the replica"),
        Mapped("CLUSTERNET", "tells the interface of the cluster's addresses"),
        Noted("IP", "the same as ANODEIP"),
        Mapped("RHINOSPF", "YES: [device.rhino] and type = \"tdm\""),
        Mapped("RHINOUSB", "port of [device.rhino]"));

    private readonly Dictionary<string, (string Value, Place Place)> _values = new(StringComparer.Ordinal);

    public void Read(SourceText text)
    {
        for (var at = 0; at < text.Lines.Length; at++)
        {
            var line = text.Lines[at].Trim();
            if (line.Length > 0 && line[0] != '#') Line(line, text.At(at));
        }

        Facts(text.At(0));
    }

    private void Line(string line, Place place)
    {
        var equals = line.IndexOf('=', StringComparison.Ordinal);
        var key = (equals < 0 ? line : line[..equals]).Replace("export ", "", StringComparison.Ordinal).Trim();
        if (Table.Find(key) is not { } directive)
        {
            notes.RefuseUnknown(place, key, "setting of asha.conf", Table);
            return;
        }

        var value = equals < 0 ? "" : Unquoted(line[(equals + 1)..]);
        notes.Take(place, directive, value.Length == 0 ? Refused("it has no value") : Problem(key, value) is { } problem
            ? Refused(problem) : _values.TryGetValue(key, out var first)
            ? Refused($"for the second time; {first.Place} has it already") : null);
        if (value.Length > 0 && Problem(key, value) is null) _values.TryAdd(key, (value, place));
    }

    /// <summary>The value of a shell assignment; a comment behind it does not count.</summary>
    private static string Unquoted(string text)
    {
        text = text.Trim();
        if (text.Length > 0 && text[0] is '"' or '\'')
            return text.IndexOf(text[0], 1) is > 0 and var end ? text[1..end] : text[1..];
        var blank = text.IndexOfAny([' ', '\t', '#', ';']);
        return blank < 0 ? text : text[..blank];
    }

    private static string? Problem(string key, string value) => key switch
    {
        "CLUSTERIP" or "ANODEIP" or "BNODEIP" => Fit.Problem(Types.Address, value),
        "CLUSTERNET" => NumericAddress.Canonical(value) is null ? $"{ImportNotes.Shown(value)} is no address" : null,
        "SITEID" or "ANODENAME" or "BNODENAME" => Fit.Problem(Types.Name, value),
        "DRBDDEV" or "RHINOUSB" => Fit.Problem(Types.Path, value),
        _ => null,
    };

    private bool Has(string key, out string value, out Place place)
    {
        var found = _values.TryGetValue(key, out var pair);
        (value, place) = found ? pair : ("", new Place("", 0));
        return found;
    }

    private void Facts(Place file)
    {
        var card = !Has("USENIC1", out var second, out _) ? "" : second is "true" or "YES" or "yes" ? "eth1" : "eth0";
        if (Has("SITEID", out var site, out var place)) facts.Set("cluster.name", site, place);
        if (Has("CLUSTERNET", out var network, out place) && card.Length > 0) facts.Networks.Add(new NetworkFact(network, card, place));
        var ends = ImmutableArray.CreateBuilder<ReplicaEnd>();
        Has("DRBDDEV", out var disk, out _);
        foreach (var letter in new[] { "A", "B" })
        {
            Has($"{letter}NODENAME", out var node, out var named);
            if (node.Length > 0) facts.Nodes.Add(new NodeFact(node, named, IsMembership: true));
            if (!Has($"{letter}NODEIP", out var address, out place)) continue;
            address = NumericAddress.Canonical(address)!;
            facts.Addresses.Add(new AddressFact(node, address, card, place));
            if (node.Length > 0) ends.Add(new ReplicaEnd(node, address, DrbdPort, disk, "internal", 0, place));
        }

        if (Has("CLUSTERALERT", out var mail, out place)) facts.Alerts.Add(new AlertFact(mail, "", place));
        var (rhino, port) = (Rhino(), Has("RHINOUSB", out var usb, out var at) ? usb : "");
        if (rhino is not null) facts.Rhinos.Add(new RhinoFact(port, Has("ANODENAME", out var powers, out _) ? powers : "", port.Length > 0
            ? at : rhino));
        if (disk.Length > 0) facts.UsualReplicas.Add(new ReplicaFact(ReplicaName, ends.ToImmutable(), UsualKeys, file));
        if (Has("CLUSTERIP", out var address2, out place)) ServiceAddress(NumericAddress.Canonical(address2)!, card, disk.Length > 0,
            rhino, place);
    }

    private Place? Rhino() => Has("RHINOSPF", out var card, out var place) && card is "YES" or "yes" or "true" ? place : null;

    /// <summary>What ASHA's template of r0.res says.</summary>
    private static ImmutableArray<(string, string, string)> UsualKeys =>
    [
        ("protocol", "\"C\"", ""), ("resync-rate", "{ max = \"30MiB/s\" }", ""), ("wait-for-peer", "\"15s\"", ""),
        ("after-split-brain", "{ 0pri = \"discard-least-changes\", 1pri = \"consensus\", 2pri = \"disconnect\" }",
            "a split brain is mended without a person, and what one node wrote is lost"),
    ];

    /// <summary>ASHA puts the address on eth0 and, with a second interface, takes the prefix length for 24.</summary>
    private void ServiceAddress(string address, string card, bool hasDisk, Place? rhino, Place place)
    {
        var bits = card == "eth1" && !NumericAddress.IsIPv6(address) ? 24 : 0;
        if (bits > 0 && !new PrefixType(network: false).Fits($"{address}/{bits}", out _)) bits = 0;
        facts.ServiceAddresses.Add(new ServiceAddressFact(address, bits, "eth0", place));
        var drafts = ImmutableArray.CreateBuilder<ResourceDraft>();
        if (hasDisk) Disk(drafts, place);
        Add(new ResourceDraft("p_mysql", "service", place)
            { Name = "mariadb", Unit = "mariadb.service", Probe = KnownServices.ProbeOf("mariadb.service") });
        Add(new ResourceDraft("p_ip_asterisk", "ip", place) { Name = "vip", Address = address, PrefixLength = bits, Interface = "eth0" });
        Add(new ResourceDraft("p_apache", "service", place) { Name = "apache2", Unit = "apache2.service" });
        Add(new ResourceDraft("p_asterisk", "service", place)
            { Name = "asterisk", Unit = "asterisk.service", Probe = KnownServices.ProbeOf("asterisk.service") });
        if (rhino is not null) Add(new ResourceDraft("rhino", "tdm", rhino) { Name = "pri", Device = "rhino-1spf" });
        facts.UsualGroups.Add(new GroupFact("", "", drafts.ToImmutable(), place));

        void Add(ResourceDraft draft) => drafts.Add(draft with { After = drafts.Count > 0 ? [drafts[^1].Id] : [] });
    }

    private static void Disk(ImmutableArray<ResourceDraft>.Builder drafts, Place place)
    {
        drafts.Add(new ResourceDraft("p_drbd_asterisk", "replica", place) { Name = "data", Replica = ReplicaName });
        drafts.Add(new ResourceDraft("p_fs_asterisk", "mount", place)
            { Name = "fs", Device = "/dev/drbd0", Directory = Mount, FsType = "ext3", After = ["p_drbd_asterisk"] });
        drafts.Add(new ResourceDraft("p_sym", "bind", place)
        {
            Name = "directories", Directory = Mount, After = ["p_fs_asterisk"],
            Paths = ["/etc/asterisk", "/var/lib/asterisk", "/var/spool/asterisk", "/opt/sark/db", "/var/log/asterisk", "/var/lib/mysql"],
        });
    }
}
