using System.Collections.Immutable;
using Appliance.Core.Import.Resources;

namespace Appliance.Core.Import.Crm;

/// <summary>Puts the resources of a group into an order in which they can be started; circles are told and cut.</summary>
internal static class CrmOrder
{
    public static ImmutableArray<ResourceDraft> Sort(
        List<ResourceDraft> members, Func<string, HashSet<string>?> after, ImportNotes notes)
    {
        var known = members.Select(member => member.Id).ToHashSet(StringComparer.Ordinal);
        var waits = new Dictionary<string, int>(StringComparer.Ordinal);
        var followers = new Dictionary<string, List<ResourceDraft>>(StringComparer.Ordinal);
        var drafts = members.Select(member => member with { After = [.. (after(member.Id) ?? []).Where(known.Contains)] }).ToArray();
        foreach (var draft in drafts)
        {
            waits[draft.Id] = draft.After.Length;
            foreach (var first in draft.After)
            {
                if (!followers.TryGetValue(first, out var list)) followers.Add(first, list = []);
                list.Add(draft);
            }
        }

        var ready = new Queue<ResourceDraft>(drafts.Where(draft => draft.After.IsEmpty));
        var sorted = ImmutableArray.CreateBuilder<ResourceDraft>(drafts.Length);
        var done = new HashSet<string>(StringComparer.Ordinal);
        while (ready.TryDequeue(out var next))
        {
            sorted.Add(next);
            done.Add(next.Id);
            foreach (var follower in followers.GetValueOrDefault(next.Id, []))
                if (--waits[follower.Id] == 0) ready.Enqueue(follower);
        }

        foreach (var draft in drafts.Where(draft => !done.Contains(draft.Id)))
        {
            notes.Refuse(draft.Place, ImportNotes.Shown(draft.Id),
                "it waits for itself in a circle of orders; its order has to be written");
            sorted.Add(draft with { After = [.. draft.After.Where(done.Contains)] });
        }

        return sorted.ToImmutable();
    }
}
