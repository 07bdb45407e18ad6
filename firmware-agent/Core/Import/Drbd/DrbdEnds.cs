using System.Collections.Immutable;
using System.Globalization;
using Appliance.Core.Configuration.Schema;
using static Appliance.Core.Import.Outcome;

namespace Appliance.Core.Import.Drbd;

/// <summary>The ends of one resource of DRBD's while they are read: sections <c>on</c> and <c>floating</c>, volumes, connections.</summary>
internal sealed class DrbdEnds(ImportNotes notes)
{
    /// <summary>DRBD 9 knows more ends than a pair has; so many are read to name them.</summary>
    private const int EndsMax = 16;

    private readonly List<ReplicaEnd> _ends = [];
    private ReplicaEnd _shared = new("", "", 0, "", "", -1, new Place("", 0));

    /// <summary>What stands in the resource itself counts for every end that does not say otherwise.</summary>
    public ImmutableArray<ReplicaEnd> All(Place resource)
    {
        var shared = _shared with { Place = resource };
        return _ends.Count == 0 ? shared.Disk.Length + shared.MetaDisk.Length == 0 && shared.Minor < 0 ? [] : [shared]
            : [.. _ends.Select(end => end with
            {
                Disk = end.Disk.Length > 0 ? end.Disk : shared.Disk,
                MetaDisk = end.MetaDisk.Length > 0 ? end.MetaDisk : shared.MetaDisk,
                Minor = end.Minor >= 0 ? end.Minor : shared.Minor,
            })];
    }

    /// <summary>An item of the resource that is no section of options.</summary>
    public void Take(DrbdItem item, DrbdOptions options)
    {
        var table = DrbdTable.Table;
        if (table.Find($"resource {item.Keyword}") is not { } directive)
            notes.RefuseUnknown(item.Place, item.Keyword, "part of a resource", table);
        else if (directive.Usual != Disposition.Mapped) notes.Take(item.Place, directive);
        else if (item.Keyword == "on") On(item, item.Value, directive, options);
        else if (item.Keyword == "floating") Floating(item, directive, options);
        else if (item.Keyword is "connection" or "connection-mesh") Connection(item, directive, options);
        else if (item.Keyword == "volume") _shared = Volume(item, directive, _shared, options);
        else notes.Take(item.Place, directive, Value(item, ref _shared));
    }

    private void On(DrbdItem item, string node, Directive directive, DrbdOptions options)
    {
        if (Fit.Problem(Types.Name, node) is { } problem)
        {
            notes.Take(item.Place, directive, Refused(problem));
            return;
        }

        notes.Take(item.Place, directive, item.Values.Length > 1
            ? Refused($"{string.Join(' ', item.Values.Skip(1).Take(3).Select(ImportNotes.Shown))}: one section for one node; only "
                + $"{node} is taken") : null);
        Add(End(item, _ends.Find(end => end.Node == node) ?? Empty(item.Place) with { Node = node }, options));
    }

    private void Floating(DrbdItem item, Directive directive, DrbdOptions options)
    {
        var end = Empty(item.Place);
        var outcome = Address([.. item.Values], ref end);
        notes.Take(item.Place, directive, outcome);
        Add(End(item, end, options));
    }

    private ReplicaEnd End(DrbdItem section, ReplicaEnd end, DrbdOptions options)
    {
        if (!section.IsSection) return end;
        foreach (var item in section.Items)
        {
            if (DrbdTable.Table.Find($"on {item.Keyword}") is not { } directive)
                notes.RefuseUnknown(item.Place, $"on {item.Keyword}", "part of on", DrbdTable.Table);
            else if (item.Keyword == "volume") end = Volume(item, directive, end, options);
            else if (directive.Usual != Disposition.Mapped) notes.Take(item.Place, directive);
            else notes.Take(item.Place, directive, Value(item, ref end));
        }

        return end;
    }

    private ReplicaEnd Volume(DrbdItem item, Directive directive, ReplicaEnd end, DrbdOptions options)
    {
        notes.Take(item.Place, directive, item.Value == "0" ? null
            : Refused($"volume {ImportNotes.Shown(item.Value)}: a replica is one block device; make this one a replica of its own"));
        if (!item.IsSection || item.Value != "0") return end;
        foreach (var inner in item.Items)
        {
            // disk { … } has options, disk /dev/… is the disk.
            if (inner is { IsSection: true, Keyword: "disk" }) options.Section(inner);
            else if (DrbdTable.Table.Find($"on {inner.Keyword}") is { } known && inner.Keyword is not ("volume" or "address"))
                notes.Take(inner.Place, known, Value(inner, ref end));
            else notes.RefuseUnknown(inner.Place, $"on {inner.Keyword}", "part of a volume", DrbdTable.Table);
        }

        return end;
    }

    private void Connection(DrbdItem section, Directive directive, DrbdOptions options)
    {
        notes.Take(section.Place, directive);
        if (!section.IsSection) return;
        foreach (var item in section.Items)
        {
            if (item is { IsSection: true, Keyword: "path" }) Connection(item, directive, options);
            else if (item.IsSection && item.Keyword is "net" or "disk") options.Section(item);
            else if (item.Keyword == "hosts") notes.Take(item.Place, DrbdTable.Table.Find("hosts")!);
            else if (item.Keyword == "host") Host(item);
            else notes.RefuseUnknown(item.Place, item.Keyword, "part of a connection", DrbdTable.Table);
        }
    }

    /// <summary><c>host NAME address ADDRESS:PORT;</c> and the same with braces.</summary>
    private void Host(DrbdItem item)
    {
        var directive = DrbdTable.Table.Find("host")!;
        var words = item.Values;
        if (item.IsSection)
            words = [.. words, .. item.Items.Where(inner => inner.Keyword == "address").SelectMany(inner => inner.Words)];
        if (words.IsEmpty || Fit.Problem(Types.Name, words[0]) is not null)
        {
            notes.Take(item.Place, directive, Refused("it names no node"));
            return;
        }

        var end = _ends.Find(one => one.Node == words[0]) ?? Empty(item.Place) with { Node = words[0] };
        var at = words.IndexOf("address");
        notes.Take(item.Place, directive, words.Contains("via") ? Refused("there is no proxy")
            : at < 0 ? Refused("it has no address") : Address([.. words.Skip(at + 1)], ref end));
        Add(end);
    }

    private void Add(ReplicaEnd end)
    {
        if (end.Node.Length > 0) _ends.RemoveAll(one => one.Node == end.Node);
        if (_ends.Count < EndsMax) _ends.Add(end);
        else notes.Refuse(end.Place, "on", $"more than {EndsMax} nodes");
    }

    private static ReplicaEnd Empty(Place place) => new("", "", 0, "", "", -1, place);

    private static Outcome? Value(DrbdItem item, ref ReplicaEnd end)
    {
        switch (item.Keyword)
        {
            case "disk" when item.Value == "none": return Refused("a node without a disk is no second copy");
            case "disk":
                if (Fit.Problem(Types.Path, item.Value) is { } disk) return Refused(disk);
                end = end with { Disk = item.Value };
                return null;
            case "meta-disk" or "flexible-meta-disk": return MetaDisk(item, ref end);
            case "device": return Device(item, ref end);
            case "address": return Address([.. item.Values], ref end);
            default: return null;
        }
    }

    private static Outcome? MetaDisk(DrbdItem item, ref ReplicaEnd end)
    {
        var path = item.Value;
        if (path.Contains('[') || item.Values.Length > 1)
            return Refused("places on a shared metadata disk are not used; give each replica a metadata partition, or \"internal\"");
        if (Fit.Problem(ReplicaSchema.Replica, "metadata", path) is { } problem) return Refused(problem);
        end = end with { MetaDisk = path };
        return path == "internal" ? null : Mapped("metadata; it is written anew by appliance replica create");
    }

    /// <summary><c>/dev/drbd0</c>, <c>/dev/drbd_r0 minor 0</c> or <c>minor 0</c>.</summary>
    private static Outcome? Device(DrbdItem item, ref ReplicaEnd end)
    {
        var words = item.Values;
        var at = words.IndexOf("minor");
        var digits = at >= 0 && at + 1 < words.Length ? words[at + 1] : item.Value.StartsWith("/dev/drbd", StringComparison.Ordinal)
            ? item.Value["/dev/drbd".Length..] : "";
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var minor))
            return Refused($"{ImportNotes.Shown(item.Value)} says no number; expected /dev/drbdN or minor N");
        end = end with { Minor = minor };
        return null;
    }

    private static Outcome? Address(ImmutableArray<string> words, ref ReplicaEnd end)
    {
        if (words.Length > 1 && words[0] is "ipv4" or "ipv6") words = words[1..];
        if (words.IsEmpty) return Refused("it says no address");
        if (words[0] is "ssocks" or "sci" or "sdp") return Refused($"{words[0]} is no TCP/IP");
        var text = string.Concat(words);
        if (NumericAddress.ParseEndpoint(text) is not { } endpoint)
            return Refused($"{ImportNotes.Shown(text)}; expected a numeric address and a port such as 10.1.1.1:7788");
        end = end with { Address = endpoint.Address, Port = endpoint.Port };
        return null;
    }
}
