using System.Collections.Immutable;
using Appliance.Core.Configuration.Schema;
using Appliance.Core.Import.Resources;

namespace Appliance.Core.Import.Haresources;

/// <summary>Reads Heartbeat's haresources: a group a line, its preferred node first, its resources in the order of their start.</summary>
internal sealed class HaresourcesImport(PairFacts facts, ImportNotes notes)
{
    private static readonly char[] Blanks = [' ', '\t', '\r', '\f', '\v'];

    private int _resources;

    public void Read(SourceText text)
    {
        for (var at = 0; at < text.Lines.Length; at++)
        {
            var words = new List<(string Word, Place Place)>();
            bool goesOn;
            do
            {
                var comment = text.Lines[at].IndexOf('#', StringComparison.Ordinal);
                var line = (comment < 0 ? text.Lines[at] : text.Lines[at][..comment]).TrimEnd(Blanks);
                goesOn = line.EndsWith('\\') && at + 1 < text.Lines.Length;
                foreach (var word in line.TrimEnd('\\').Split(Blanks, StringSplitOptions.RemoveEmptyEntries))
                    words.Add((word, text.At(at)));
                if (goesOn) at++;
            }
            while (goesOn);
            if (words.Count > 0) Group(words);
        }
    }

    private void Group(List<(string Word, Place Place)> words)
    {
        var (node, place) = words[0];
        if (facts.PacemakerRules is { } rules)
        {
            notes.Note(place, "the line of " + ImportNotes.Shown(node),
                $"{rules} hands the resources to Pacemaker: Heartbeat does not read it");
            return;
        }

        if (Fit.Problem(Types.Name, node) is { } problem) notes.Refuse(place, "NODE", problem);
        else notes.Take(place, HaresourcesTable.Table.Find("NODE")!);
        if (Fit.Is(Types.Name, node)) facts.Nodes.Add(new NodeFact(node, place, IsMembership: false));
        else node = "";
        if (words.Count == 1) notes.Refuse(place, "NODE", "the line has no resource");
        var drafts = new List<ResourceDraft>();
        for (var at = 1; at < words.Count; at++)
        {
            if (++_resources > ImportLimits.ResourcesMax)
            {
                notes.Refuse(words[at].Place, "SCRIPT", $"more than {ImportLimits.ResourcesMax} resources; the rest of the file is not "
                    + $"read");
                return;
            }

            if (new AgentMapping(facts, notes).Map(Call(words[at].Word, words[at].Place, at)) is not { } draft) continue;
            drafts.Add(draft with { After = drafts.Count > 0 ? [drafts[^1].Id] : [] });
        }

        if (drafts.Count > 0) facts.Groups.Add(new GroupFact("", node, [.. drafts], place));
    }

    /// <summary>A word with its arguments; the ones that are known get the names that they have in Pacemaker.</summary>
    private static AgentCall Call(string word, Place place, int number)
    {
        var parts = word.Split("::");
        var (type, arguments) = (parts[0], parts[1..]);
        // The separator of arguments is a part of such addresses.
        if (type == "IPv6addr" && arguments.Length > 0) arguments = [word[(type.Length + 2)..]];
        var id = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{type}#{number}");
        if (char.IsAsciiDigit(type[..Math.Min(1, type.Length)].FirstOrDefault()) && type.Contains('.') && arguments.Length == 0)
            (type, arguments) = ("IPaddr", [type]);
        var call = new AgentCall(id, "script", "", type, Named(type, arguments, place), place);
        return call.Parameters.IsEmpty && AgentTable.Agents.Find(type) is null ? call with { Arguments = [.. arguments] } : call;
    }

    private static ImmutableArray<AgentParameter> Named(string type, string[] arguments, Place place)
    {
        if (arguments.Length == 0) return [];
        if (type is "IPaddr" or "IPaddr2" or "IPv6addr") return Address(arguments[0], place);
        string[] names = type switch
        {
            "Filesystem" => ["device", "directory", "fstype", "options"],
            "drbddisk" or "drbd" => ["drbd_resource"],
            "IPsrcaddr" => ["ipaddress"],
            "MailTo" => ["email", "subject"],
            _ => [],
        };
        return [.. names.Take(arguments.Length).Select((name, at) => new AgentParameter(name, arguments[at], place))];
    }

    /// <summary>ADDRESS[/PREFIX[/INTERFACE[:LABEL]][/BROADCAST]]</summary>
    private static ImmutableArray<AgentParameter> Address(string text, Place place)
    {
        var parts = text.Split('/');
        var found = ImmutableArray.CreateBuilder<AgentParameter>();
        found.Add(new AgentParameter("ip", parts[0], place));
        if (parts.Length > 1 && parts[1].Length > 0) found.Add(new AgentParameter("cidr_netmask", parts[1], place));
        foreach (var part in parts.Skip(2).Where(part => part.Length > 0))
        {
            var isAddress = NumericAddress.Canonical(part) is not null;
            found.Add(new AgentParameter(isAddress ? "broadcast" : "nic", isAddress ? part : part.Split(':')[0], place));
        }

        return found.ToImmutable();
    }
}
