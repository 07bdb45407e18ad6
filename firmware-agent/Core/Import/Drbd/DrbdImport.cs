using System.Collections.Immutable;
using Appliance.Core.Configuration.Schema;
using static Appliance.Core.Import.Outcome;

namespace Appliance.Core.Import.Drbd;

/// <summary>Makes replicas of the resources of DRBD's files.</summary>
internal sealed class DrbdImport(PairFacts facts, ImportNotes notes)
{
    private const int ReplicasMax = 64;

    private static readonly string[] OptionSections = ["startup", "syncer", "net", "disk", "options", "handlers"];

    private readonly DrbdOptions _common = new(notes);

    public void Read(ImmutableArray<ImportFile> files)
    {
        var items = new DrbdFiles(files, notes).All();
        // What is common counts for the resources before it as well.
        foreach (var item in items.Where(item => item is { Keyword: "common", IsSection: true })) Common(item);
        foreach (var item in items) Item(item);
    }

    private void Common(DrbdItem common)
    {
        notes.Take(common.Place, DrbdTable.Table.Find("common")!);
        foreach (var item in common.Items)
        {
            if (item.IsSection && OptionSections.Contains(item.Keyword)) _common.Section(item);
            else if (item is { Keyword: "protocol", IsSection: false }) _common.Option("resource", item);
            else notes.RefuseUnknown(item.Place, item.Keyword, "part of common", DrbdTable.Table);
        }
    }

    private void Item(DrbdItem item)
    {
        switch (item.Keyword)
        {
            case "common" when item.IsSection: break;
            case "global" when item.IsSection: new DrbdOptions(notes).Section(item); break;
            case "skip": notes.Take(item.Place, DrbdTable.Table.Find("skip")!); break;
            case "resource" when item.IsSection: Resource(item); break;
            default: notes.RefuseUnknown(item.Place, item.Keyword, "section of drbd.conf", DrbdTable.Table); break;
        }
    }

    private void Resource(DrbdItem resource)
    {
        var directive = DrbdTable.Table.Find("resource")!;
        var name = resource.Value;
        if (Fit.Problem(Types.Name, name) is { } problem) notes.Take(resource.Place, directive, Refused($"its name: {problem}"));
        else if (facts.Replicas.Find(one => one.Name == name) is { } other)
            notes.Take(resource.Place, directive, Refused($"{other.Place} has a resource {name}, too; only that one is taken"));
        else if (facts.Replicas.Count >= ReplicasMax) notes.Take(resource.Place, directive, Refused($"more than {ReplicasMax} resources"));
        else
        {
            notes.Take(resource.Place, directive);
            var options = new DrbdOptions(notes, _common);
            var ends = new DrbdEnds(notes);
            foreach (var item in resource.Items) Part(item, options, ends);
            facts.Replicas.Add(new ReplicaFact(name, ends.All(resource.Place), options.Keys(), resource.Place));
            foreach (var end in ends.All(resource.Place)) Node(end);
        }
    }

    private void Node(ReplicaEnd end)
    {
        if (end.Node.Length == 0) return;
        facts.Nodes.Add(new NodeFact(end.Node, end.Place, IsMembership: false));
        if (end.Address.Length > 0) facts.Addresses.Add(new AddressFact(end.Node, end.Address, "", end.Place));
    }

    private static void Part(DrbdItem item, DrbdOptions options, DrbdEnds ends)
    {
        if (item.IsSection && OptionSections.Contains(item.Keyword)) options.Section(item);
        else if (item is { Keyword: "protocol", IsSection: false }) options.Option("resource", item);
        else ends.Take(item, options);
    }
}
