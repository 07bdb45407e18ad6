using System.Collections.Immutable;
using System.Globalization;
using Appliance.Core.Configuration.Schema;
using static Appliance.Core.Import.Outcome;

namespace Appliance.Core.Import.Corosync;

/// <summary>Reads a corosync.conf: sections in braces, <c>key: value</c>, comments on lines of their own.</summary>
internal sealed class CorosyncImport(PairFacts facts, ImportNotes notes)
{
    private const int NodesMax = 64;
    private const int RingsMax = 8;

    private sealed class Ring
    {
        public Place? Place;
        public string Network = "";
        public string Group = "";
        public bool Broadcast;
        public readonly List<string> Members = [];
    }

    private sealed class Member
    {
        public Place? Place;
        public string Name = "";
        public long Id;
        public readonly Dictionary<int, (string Address, Place Place)> Addresses = [];
    }

    private readonly Dictionary<int, Ring> _rings = [];
    private readonly List<Member> _members = [];
    private readonly Stack<(string Section, Place Place)> _open = new();
    private readonly List<(Ring Ring, Place Place)> _unnumbered = [];
    private Ring _ring = new();
    private int _number = -1;
    private string _whole = "";

    public void Read(SourceText text)
    {
        var tooDeep = 0;
        for (var at = 0; at < text.Lines.Length; at++)
        {
            var line = text.Lines[at].Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            if (line.EndsWith('{') && (tooDeep > 0 || _open.Count >= ImportLimits.DepthMax)) tooDeep++;
            else if (line == "}" && tooDeep > 0) tooDeep--;
            else if (line.EndsWith('{')) Open(line[..^1].Trim(), text.At(at));
            else if (line == "}") Close(text.At(at));
            else Value(line, text.At(at));
        }

        if (_open.Count > 0)
            notes.Refuse(text.At(text.Lines.Length - 1), "}",
                $"{_open.Peek().Section} {{ of line {_open.Peek().Place.Line} is never closed");
        while (_open.Count > 0) Close(text.At(text.Lines.Length - 1));
        Facts();
    }

    private void Open(string name, Place place)
    {
        var section = _open.Count == 0 ? name : $"{_open.Peek().Section} {name}";
        if (_whole.Length == 0)
        {
            if (CorosyncTable.Table.Find(section) is { } directive) notes.Take(place, directive);
            else if (section is not ("totem" or "quorum")) notes.RefuseUnknown(place, section, "section of corosync.conf",
                CorosyncTable.Table);
            if (CorosyncTable.Whole.Contains(section)) _whole = section;
        }

        _open.Push((section.Length <= 200 ? section : "…", place));
        if (section == "totem interface") (_ring, _number) = (new Ring { Place = place }, -1);
        if (section == "nodelist node" && _members.Count < NodesMax) _members.Add(new Member { Place = place });
    }

    private void Close(Place place)
    {
        if (!_open.TryPop(out var section))
        {
            notes.Refuse(place, "}", "nothing is open that it could close");
            return;
        }

        if (section.Section == _whole) _whole = "";
        if (section.Section != "totem interface") return;
        if (_number < 0) _unnumbered.Add((_ring, section.Place));
        else if (!_rings.TryAdd(_number, _ring))
            notes.Refuse(section.Place, "totem interface", $"link {_number} for the second time; the first one is taken");
    }

    private void Value(string line, Place place)
    {
        if (_whole.Length > 0) return;
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        var key = colon < 0 ? line : line[..colon].TrimEnd();
        var value = colon < 0 ? "" : line[(colon + 1)..].Trim();
        var name = _open.Count == 0 ? key : $"{_open.Peek().Section} {key}";
        var ring = RingOf(name);
        if (CorosyncTable.Table.Find(ring >= 0 ? "nodelist node ringN_addr" : name) is not { } directive)
            notes.RefuseUnknown(place, name, "directive of corosync.conf", CorosyncTable.Table);
        else if (value.Length == 0) notes.Take(place, directive, Refused("it has no value"));
        else if (ring < 0) notes.Take(place, directive, Take(name, value, place));
        else if (Address(ring, value, place) is { } problem) notes.Refuse(place, name, problem.Words);
        else notes.Map(place, name, directive.Words);
    }

    /// <summary>The number in <c>nodelist node ringN_addr</c>; -1: it is another directive.</summary>
    private static int RingOf(string name)
    {
        const string front = "nodelist node ring";
        return name.StartsWith(front, StringComparison.Ordinal) && name.EndsWith("_addr", StringComparison.Ordinal)
            && name.Length == front.Length + 6 && char.IsAsciiDigit(name[front.Length]) ? name[front.Length] - '0' : -1;
    }

    private Outcome? Take(string name, string value, Place place)
    {
        switch (name)
        {
            case "totem token": return Token(value, place);
            case "totem cluster_name":
                if (Fit.Problem(Types.Name, value) is { } problem) return Refused(problem);
                facts.Set("cluster.name", value, place);
                return null;
            case "totem transport":
                return value is "udp" or "udpu" or "knet" ? null : Refused($"{ImportNotes.Shown(value)} is no medium that is used here");
            case "totem interface ringnumber" or "totem interface linknumber":
                if (value.Length != 1 || !char.IsAsciiDigit(value[0]) || value[0] - '0' >= RingsMax) return Refused("expected 0 to 7");
                _number = value[0] - '0';
                return null;
            case "totem interface bindnetaddr":
                _ring.Network = NumericAddress.Canonical(value) ?? "";
                return _ring.Network.Length > 0 ? null : Refused($"{ImportNotes.Shown(value)} is no numeric address");
            case "totem interface mcastaddr":
                if (Fit.Problem(new AddressType(multicast: true), value) is { } wrong) return Refused(wrong);
                _ring.Group = NumericAddress.Canonical(value)!;
                return null;
            case "totem interface broadcast": _ring.Broadcast = value == "yes"; return null;
            case "totem interface member memberaddr": return MemberAddress(value);
            case "nodelist node name": return Name(value, place);
            case "nodelist node nodeid" when _members.Count > 0:
                if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var id)) _members[^1].Id = id;
                return null;
            default: return null;
        }
    }

    private Outcome? Token(string value, Place place)
    {
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
            return Refused($"{ImportNotes.Shown(value)} is no number of milliseconds");
        var time = TimeSpan.FromMilliseconds(milliseconds);
        if (Fit.Problem(ConfigSchema.Heartbeat, "deadtime", time) is { } problem) return Refused(problem);
        facts.Set("heartbeat.deadtime", Words.Of(time), place);
        return null;
    }

    private Outcome? MemberAddress(string value)
    {
        if (Fit.Problem(Types.Address, value) is { } problem) return Refused(problem);
        if (_ring.Members.Count < NodesMax) _ring.Members.Add(NumericAddress.Canonical(value)!);
        return null;
    }

    private Outcome? Name(string value, Place place)
    {
        if (Fit.Problem(Types.Name, value) is { } problem) return Refused(problem);
        if (_members.Count > 0) (_members[^1].Name, _members[^1].Place) = (value, place);
        return null;
    }

    /// <summary>An address, or a name that is the node's own.</summary>
    private Outcome? Address(int ring, string value, Place place)
    {
        if (_members.Count == 0) return null;
        var member = _members[^1];
        if (Fit.Is(Types.Address, value))
        {
            member.Addresses.TryAdd(ring, (NumericAddress.Canonical(value)!, place));
            return null;
        }

        if (ring == 0 && member.Name.Length == 0 && Fit.Is(Types.Name, value)) (member.Name, member.Place) = (value, place);
        return Refused($"{ImportNotes.Shown(value)} is no numeric address: a cluster must not depend on a name server; the link's "
            + $"address has "
            + "to be filled in");
    }

    private void Facts()
    {
        foreach (var member in _members)
        {
            var first = member.Addresses.GetValueOrDefault(0);
            // Without a number Corosync makes one of the first address.
            var id = member.Id != 0 || first.Address is null ? member.Id : Number(first.Address);
            facts.Nodes.Add(new NodeFact(member.Name, member.Place!, IsMembership: true, id));
        }

        foreach (var (ring, _) in _unnumbered)
        {
            var free = Selection.Range(0, RingsMax).FirstOrDefault(number => !_rings.ContainsKey(number), -1);
            if (free >= 0) _rings.Add(free, ring);
        }

        for (var number = 0; number < RingsMax; number++) Link(number, _rings.GetValueOrDefault(number));
    }

    private void Link(int number, Ring? ring)
    {
        var ends = ImmutableArray.CreateBuilder<AddressFact>();
        foreach (var member in _members.Where(member => member.Addresses.ContainsKey(number)))
        {
            var (address, place) = member.Addresses[number];
            ends.Add(new AddressFact(member.Name, address, "", place));
            facts.Addresses.Add(ends[^1] with { Node = member.Name.Length > 0 ? member.Name : $"#{NodeNumber(member)}" });
        }

        if (ring is null && ends.Count == 0) return;
        var at = ring?.Place ?? ends[0].Place;
        if (ends.Count == 0 && ring is not null) ends.AddRange(ring.Members.Select(member => new AddressFact("", member, "", at)));
        var way = ends.Count > 0 ? LinkWay.Unicast : ring!.Broadcast ? LinkWay.Broadcast
            : ring.Group.Length > 0 ? LinkWay.Multicast : LinkWay.Unicast;
        facts.Links.Add(new LinkFact(way, "", 0, at)
        {
            Group = ring?.Group ?? "", Network = ring?.Network ?? "", Ends = ends.ToImmutable(),
        });
    }

    private static long NodeNumber(Member member) =>
        member.Id != 0 || !member.Addresses.TryGetValue(0, out var first) ? member.Id : Number(first.Address);

    /// <summary>The number of a node that has none in the file: its IPv4 address with the highest bit cleared, as
    /// <c>clear_node_high_bit</c> asks.</summary>
    internal static long Number(string address)
    {
        var bytes = NumericAddress.Bytes(address);
        return bytes.Length != 4 ? 0 : (((long)bytes[0] << 24) | ((long)bytes[1] << 16) | ((long)bytes[2] << 8) | bytes[3]) & 0x7FFF_FFFF;
    }
}
