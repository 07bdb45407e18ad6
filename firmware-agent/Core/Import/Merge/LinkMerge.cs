using System.Collections.Immutable;

namespace Appliance.Core.Import.Merge;

/// <summary>The media between the nodes.</summary>
internal sealed class LinkMerge(PairFacts facts, ImportNotes notes, NodeMerge nodes)
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _media = new(StringComparer.Ordinal);

    public ImmutableArray<LinkDraft> All()
    {
        var links = ImmutableArray.CreateBuilder<LinkDraft>();
        foreach (var fact in facts.Links.Count > 0 ? facts.Links : Usual())
        {
            if (links.Count < Limits.LinksMax)
            {
                if (Link(fact) is { } link) links.Add(link);
            }
            else
            {
                notes.Refuse(fact.Place, "a link", $"more than {Limits.LinksMax} links");
            }
        }

        return links.ToImmutable();
    }

    /// <summary>Without any link the addresses of the nodes on one interface are one.</summary>
    private List<LinkFact> Usual() =>
    [
        .. facts.Addresses.Where(fact => fact.Interface.Length > 0).GroupBy(fact => fact.Interface, StringComparer.Ordinal)
            .Where(group => group.Select(fact => fact.Address).Distinct().Count() == Limits.Nodes)
            .Select(group => new LinkFact(LinkWay.Unicast, group.Key, 0, group.First().Place) { Ends = [.. group.DistinctBy(fact
                => fact.Address)] }),
    ];

    private LinkDraft? Link(LinkFact fact)
    {
        var card = fact.Interface.Length > 0 ? fact.Interface : InterfaceOf(fact);
        var (addresses, hint) = fact.Way == LinkWay.Unicast ? Ends(fact) : (default, "");
        var medium = $"{fact.Way} {card} {fact.Port} {fact.Group} {string.Join(' ', fact.Ends.Select(end => end.Address))}";
        // The same line in both nodes' files.
        if (card.Length > 0 && !_media.Add(medium)) return null;
        if (card.Length == 0)
            hint = hint.Length > 0 ? hint : fact.Network.Length > 0 ? $"the one in the network of {fact.Network}"
                : fact.Ends.Length > 0 ? $"the one with {string.Join(" and ", fact.Ends.Take(2).Select(end => end.Address))}" : "";
        var name = Names.Unique(card.Length > 0 ? card[(card.LastIndexOf('/') + 1)..] : "link", "link", _names);
        return new LinkDraft(fact, name, card, addresses, hint);
    }

    private string InterfaceOf(LinkFact fact)
    {
        foreach (var end in fact.Ends)
            if (facts.Addresses.Find(known => known.Address == end.Address
                && known.Interface.Length > 0) is { } found) return found.Interface;
        return fact.Network.Length == 0 ? "" : facts.Networks.Find(known => known.Network == fact.Network)?.Interface ?? "";
    }

    private (ImmutableArray<string> Addresses, string Hint) Ends(LinkFact fact)
    {
        var found = new string?[Limits.Nodes];
        var loose = new List<string>();
        foreach (var end in fact.Ends.DistinctBy(end => end.Address))
        {
            var node = end.Node.Length > 0 ? nodes.IndexOf(end.Node) : nodes.OwnerOf(end.Address);
            if (node >= 0 && found[node] is null) found[node] = end.Address;
            else loose.Add(end.Address);
        }

        // Two addresses, one owner known: the other one is the other node's.
        var missing = Array.IndexOf(found, null);
        if (nodes.AreKnown && loose.Count == 1 && missing >= 0 && found.Count(address => address is null) == 1)
            (found[missing], loose) = (loose[0], []);
        if (Array.TrueForAll(found, address => address is not null) && nodes.AreKnown) return ([.. found.Select(address => address!)], "");
        var known = fact.Ends.Select(end => end.Address).Distinct().Take(4).ToArray();
        return (default, known.Length == 0 ? "no file says an address"
            : $"the files know {string.Join(" and ", known)}, but not "
                + $"{(nodes.AreKnown ? "whose they are or the other one" : "the nodes' names")}");
    }
}
