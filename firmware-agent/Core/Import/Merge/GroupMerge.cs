using System.Collections.Immutable;
using Appliance.Core.Configuration;
using Appliance.Core.Import.Drbd;
using Appliance.Core.Import.Resources;

namespace Appliance.Core.Import.Merge;

/// <summary>The groups: each resource once, with a name, behind those that it needs.</summary>
internal sealed class GroupMerge(PairFacts facts, ImportNotes notes, NodeMerge nodes, ReplicaMerge replicas)
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Place> _used = new(StringComparer.Ordinal);
    private readonly Filled _failback = new SettingMerge(facts, new ImportNotes()).Of("failback");

    public ImmutableArray<GroupDraft> All()
    {
        var sources = (facts.Groups.Count > 0 ? facts.Groups : facts.UsualGroups).Select(WithLines).ToArray();
        Addresses(sources);
        var groups = ImmutableArray.CreateBuilder<GroupDraft>();
        foreach (var group in sources)
        {
            var resources = new ResourceMerge(facts, notes, replicas, _used).All(group.Resources);
            if (resources.IsEmpty) continue;
            if (groups.Count < Limits.GroupsMax) groups.Add(Group(group, resources, sources.Length));
            else notes.Refuse(group.Place, "a group", $"more than {Limits.GroupsMax} groups; {ImportNotes.Shown(resources[0].Id)} and "
                + $"what is "
                + "with it is left out");
        }

        return groups.ToImmutable();
    }

    /// <summary>ASHA's daemon and a foneBRIDGE without a script in the group go with Asterisk.</summary>
    private GroupFact WithLines(GroupFact group)
    {
        if (group.Resources.FirstOrDefault(draft => draft.Unit == "asterisk.service") is not { } asterisk) return group;
        foreach (var (driver, place) in facts.Rhinos.Take(1).Select(rhino => ("rhino-1spf", rhino.Place))
            .Concat(facts.Bridges.Take(1).Select(bridge => ("fonebridge", bridge.Place))))
            if (Used(driver))
                group = group with
                {
                    Resources = group.Resources.Add(new ResourceDraft(driver, "tdm", place)
                        { Name = "pri", Device = driver, After = [asterisk.Id] }),
                };
        return group;

        bool Used(string driver) => _used.TryAdd($"lines {driver}", group.Place)
            && (facts.Groups.Count > 0 ? facts.Groups : facts.UsualGroups).All(one => one.Resources.All(draft => draft.Device != driver));
    }

    /// <summary>asha.conf names a service address: one of the resources must have it.</summary>
    private void Addresses(GroupFact[] groups)
    {
        foreach (var known in facts.ServiceAddresses)
            if (!groups.Any(group => group.Resources.Any(draft => draft.Word == "ip" && draft.Address == known.Address)))
                notes.Refuse(known.Place, known.Address, "no resource has this service address; the files contradict each other");
    }

    private GroupDraft Group(GroupFact group, ImmutableArray<ResourceDraft> resources, int count)
    {
        var usual = resources.Any(draft => draft.Unit == "asterisk.service") ? "pbx" : count == 1 ? "services" : resources[0].Name;
        var name = Names.Unique(group.Name.Length > 0 ? group.Name : usual, "group", _names);
        var preferred = nodes.Of(group.Preferred, group.Place);
        var (failback, hint) = Failback(group, preferred, resources.Any(draft => draft.Word == "replica"));
        return new GroupDraft(name, preferred, failback, hint, resources, group.Place);
    }

    private (string Failback, string Hint) Failback(GroupFact group, string preferred, bool hasReplica)
    {
        if (preferred.Length == 0) return ("never", "");
        var legacy = group.FailsBack is null && _failback.Value is null && facts.HasHeartbeat is not null;
        var back = group.FailsBack ?? (_failback.Value == "on" || legacy);
        if (!back) return ("never", _failback.Value is not null ? $"auto_failback off, {_failback.Hint}" : "it stays where it is");
        return (hasReplica ? "when-synced" : "1m",
            $"{(legacy ? "Heartbeat's default (legacy)" : "as it was")}; \"never\" spares the users a second interruption");
    }
}
