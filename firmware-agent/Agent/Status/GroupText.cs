using Appliance.Agent.Replica.Text;
using Appliance.Core.Cluster;
using Appliance.Core.Resources;

namespace Appliance.Agent.Status;

/// <summary>The part of the page about one group.</summary>
internal static class GroupText
{
    public static void Write(StatusPage page, StatusView view, GroupStatus group)
    {
        page.Title($"GROUP {group.Name}");
        Row(page, view.Node.Name, view, group.Role.ToString(), Colour(page.Paint, group.Role), HereNote(group));
        Row(page, view.Peer.Name, view, group.PeerRole?.ToString() ?? "unknown", PeerColour(page.Paint, group.PeerRole), ThereNote(group));
        page.Wrapped("  policy ", Policy(group), page.Paint.Faint);
        if (group.Replica is { } replica)
            page.Wrapped("  replica ", $"{replica.Name}: {(replica.Status is { } status ? ReplicaText.Line(status)
                : "its process does not answer")}", Worth(page.Paint, replica));
        foreach (var line in group.Lines)
            page.Wrapped(
                "  line ", $"{line.Name}: {line.Text}", line.Standing == LineStanding.Unknown ? page.Paint.Notice : page.Paint.Faint);
        if (group.Why.Length > 0) page.Wrapped("  why ", group.Why, text => text);
        if (group.Role != Role.Passive || group.Condition != GroupCondition.Stopped) Resources(page, group);
    }

    private static Func<string, string> Worth(Paint paint, GroupReplica replica) =>
        replica.Status is { } status && ReplicaText.IsWell(status) ? paint.Faint : paint.Notice;

    private static void Row(StatusPage page, string node, StatusView view, string role, Func<string, string> colour, string note)
    {
        var wide = Math.Max(view.Node.Name.Length, view.Peer.Name.Length);
        page.Row($"  {node.PadRight(wide)}  ", role.PadRight(12), colour, note);
    }

    private static string HereNote(GroupStatus group)
    {
        var notes = new List<string> { $"for {Words.Span(group.SinceMs)}", $"term {group.Vote.Term}" };
        if (group.Data != DataStanding.None) notes.Add($"data {group.Data}");
        if (group.Wish == Wish.Takeover) notes.Add("asks for it");
        notes.AddRange(group.Fit ? [] : group.FitReasons.Count > 0 ? group.FitReasons : ["not fit"]);
        return string.Join(", ", notes);
    }

    private static string ThereNote(GroupStatus group)
    {
        var notes = new List<string>();
        if (group.PeerVote is { } vote && vote.Term != group.Vote.Term) notes.Add($"term {vote.Term}");
        if (group.PeerData is { } data && data != DataStanding.None) notes.Add($"data {data}");
        if (group.PeerWish == Wish.Takeover) notes.Add("asks for it");
        if (group.PeerFit is { } fit) notes.Add(fit ? "fit" : "not fit");
        return string.Join(", ", notes);
    }

    private static string Policy(GroupStatus group) =>
        group.Preferred is { } node ? $"preferred {node}, failback {group.Failback}" : $"no preferred node, failback {group.Failback}";

    private static Func<string, string> PeerColour(Paint paint, Role? role) => role is { } known ? Colour(paint, known) : paint.Notice;

    private static Func<string, string> Colour(Paint paint, Role role) => role switch
    {
        Role.Active => paint.Good,
        Role.Passive => text => text,
        Role.Activating or Role.Deactivating => paint.Notice,
        _ => paint.Bad,
    };

    private static void Resources(StatusPage page, GroupStatus group)
    {
        var names = group.Resources.Select(resource => resource.Name.Length).DefaultIfEmpty(0).Max();
        var types = group.Resources.Select(resource => resource.Type.Length).DefaultIfEmpty(0).Max();
        foreach (var resource in group.Resources)
        {
            var label = $"    {resource.Name.PadRight(names)}  {resource.Type.PadRight(types)}  ";
            page.Row(label, resource.State.ToString().PadRight(8), Colour(page.Paint, resource.State), ResourceNote(resource));
        }
    }

    private static Func<string, string> Colour(Paint paint, ResourceState state) => state switch
    {
        ResourceState.Started => paint.Good,
        ResourceState.Stopped => paint.Faint,
        ResourceState.Failed => paint.Bad,
        _ => paint.Notice,
    };

    private static string ResourceNote(ResourceStatus resource)
    {
        var notes = new List<string>();
        if (resource.State != ResourceState.Stopped) notes.Add($"for {Words.Span(resource.SinceMs)}");
        if (resource.Probe is { Healthy: { } healthy } probe)
            notes.Add(ProbeNote(probe, healthy));
        if (resource.RestartsUsed > 0) notes.Add($"restarted {resource.RestartsUsed} of {resource.RestartsMax}");
        if (resource.Text.Length > 0) notes.Add(resource.Text);
        return string.Join(", ", notes);
    }

    private static string ProbeNote(ProbeStatus probe, bool healthy) =>
        !healthy ? $"{probe.Type} missed {probe.Misses}: {probe.Text}"
        : probe.IsNotable ? $"{probe.Type} answers, but {probe.Text}"
        : $"{probe.Type} answers in {Words.Span((long)probe.TookMs)}";
}
