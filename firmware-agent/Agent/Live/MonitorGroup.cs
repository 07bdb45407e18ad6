using System.Globalization;
using System.Runtime.CompilerServices;
using Appliance.Agent.Replica.Text;
using Appliance.Agent.Status;
using Appliance.Core.Cluster;
using Appliance.Core.Lines;
using Appliance.Core.Replica;
using Appliance.Core.Resources;

namespace Appliance.Agent.Live;

/// <summary>The rows of one group: where it is, its data, its telephone lines and calls, and its resources, those that are not fine
/// first. Pure.</summary>
internal static class MonitorGroup
{
    private const int BarCells = 20;

    public static void Add(List<MonitorRow> rows, StatusView view, GroupStatus group, bool full)
    {
        Role(rows, $"{group.Name} on {view.Node.Name}", group.Role, Here(group));
        Role(rows, $"{group.Name} on {view.Peer.Name}", group.PeerRole, There(group));
        if (group.Replica is { } replica) Replica(rows, group, replica);
        foreach (var line in group.Lines)
        {
            HealthLevel? level = line.Standing == LineStanding.Unknown ? HealthLevel.Warning : null;
            rows.Add(new MonitorRow(level is null ? Rank.Fact : Rank.Concern, "line")
            {
                Mark = MonitorRows.MarkOf(level), Label = $"{group.Name} line {line.Name}", State = line.Standing.ToString(), Level = level,
                Note = line.Text,
            });
        }

        foreach (var resource in group.Resources) Calls(rows, group, resource);
        // A group that rests says so in one word.
        if (group.Role != Core.Cluster.Role.Passive || group.Condition != GroupCondition.Stopped) Resources(rows, group, full);
        if (full && group.Why.Length > 0) rows.Add(new MonitorRow(Rank.Fine, "reason") { Note = $"{group.Name}: {group.Why}" });
    }

    private static void Role(List<MonitorRow> rows, string label, Role? role, string note)
    {
        HealthLevel? level = role switch
        {
            Core.Cluster.Role.Active => HealthLevel.Ok,
            Core.Cluster.Role.Passive => null,
            null or Core.Cluster.Role.Activating or Core.Cluster.Role.Deactivating => HealthLevel.Warning,
            _ => HealthLevel.Critical,
        };
        rows.Add(new MonitorRow(Rank.Place, "role")
        {
            Mark = MonitorRows.MarkOf(level), Label = label, State = role?.ToString() ?? "unknown", Level = level, Note = note,
        });
    }

    private static string Here(GroupStatus group)
    {
        var note = string.Create(CultureInfo.InvariantCulture, $"{MonitorRows.Age(group.SinceMs)}, term {group.Vote.Term}");
        if (group.Wish == Wish.Takeover) note += ", asks for it";
        if (group.Fit) return string.Create(CultureInfo.InvariantCulture, $"{note}, score {group.Score}");
        note += ", not fit";
        for (var i = 0; i < group.FitReasons.Count; i++) note += (i == 0 ? ": " : "; ") + group.FitReasons[i];
        return note;
    }

    private static string There(GroupStatus group)
    {
        var note = group.PeerWish == Wish.Takeover ? "asks for it" : "";
        return group.PeerFit switch
        {
            null => note,
            false => MonitorRows.And(note, "not fit"),
            _ => MonitorRows.And(
                note, group.PeerScore is { } score ? string.Create(CultureInfo.InvariantCulture, $"fit, score {score}") : "fit"),
        };
    }

    private static void Replica(List<MonitorRow> rows, GroupStatus group, GroupReplica replica)
    {
        var status = replica.Status;
        var level = status is null || status.Frozen.Length > 0 ? HealthLevel.Critical
            : ReplicaText.IsWell(status) ? HealthLevel.Ok : HealthLevel.Warning;
        rows.Add(new MonitorRow(level == HealthLevel.Ok ? Rank.Fact : Rank.Concern, "replica")
        {
            Mark = MonitorRows.MarkOf(level), Label = $"{group.Name} data {replica.Name}",
            State = status?.Connection.ToString() ?? "silent", Level = level,
            Note = status is null ? "its process does not answer" : Copy(status),
        });
    }

    private static string Copy(ReplicaStatus status)
    {
        var disks = $"{status.Disk}/{status.PeerDisk}";
        if (status.Frozen.Length > 0) return $"users wait: {status.Frozen}; {disks}";
        if (status.Progress is not { } progress) return MonitorRows.And(disks, status.Why);
        var done = (int)(ProcDrbd.PerMille(progress) * BarCells / 1000);
        return $"[{new string('#', done)}{new string('.', BarCells - done)}] {ReplicaText.Progress(status, progress)}; {disks}";
    }

    private static void Calls(List<MonitorRow> rows, GroupStatus group, ResourceStatus resource)
    {
        if (resource.Probe?.Facts is not { } facts) return;
        var note = "";
        if (facts.Channels is { } channels) note = Invariant($"{channels} channels");
        if (facts.Registered is { } registered)
            note = MonitorRows.And(note, Invariant($"registered {registered} of {registered + (facts.Unregistered ?? 0)}"));
        if (facts.Queued > 0) note = MonitorRows.And(note, Invariant($"{facts.Queued} tasks wait"));
        rows.Add(new MonitorRow(Rank.Fact, "count of calls")
            { Label = $"{group.Name} calls", State = facts.Calls is { } calls ? Invariant($"{calls} up") : "unknown", Note = note });
    }

    private static void Resources(List<MonitorRow> rows, GroupStatus group, bool full)
    {
        // Three passes keep the order of the file within each.
        for (var wanted = HealthLevel.Critical; wanted > HealthLevel.Ok; wanted--)
            foreach (var resource in group.Resources)
                if (LevelOf(group, resource) == wanted) Resource(rows, group, resource, wanted);
        var (names, count) = ("", 0);
        foreach (var resource in group.Resources)
        {
            if (LevelOf(group, resource) is { } level && level != HealthLevel.Ok) continue;
            if (full) Resource(rows, group, resource, LevelOf(group, resource));
            else (names, count) = (MonitorRows.And(names, resource.Name), count + 1);
        }

        if (count > 0)
            rows.Add(new MonitorRow(Rank.Fine, "list of resources")
                { Label = $"{group.Name} fine", State = Invariant($"{count}"), Note = names });
    }

    /// <summary>Null: it is stopped, as it should be.</summary>
    private static HealthLevel? LevelOf(GroupStatus group, ResourceStatus resource) => resource switch
    {
        { State: ResourceState.Failed } => HealthLevel.Critical,
        { State: ResourceState.Stopped } => group.Role == Core.Cluster.Role.Active ? HealthLevel.Warning : null,
        { State: not ResourceState.Started } or { Probe: { Healthy: false } or { Healthy: true, IsNotable: true } } => HealthLevel.Warning,
        _ => HealthLevel.Ok,
    };

    private static void Resource(List<MonitorRow> rows, GroupStatus group, ResourceStatus resource, HealthLevel? level)
    {
        var note = resource.Probe is { Healthy: { } healthy } probe && (!healthy || probe.IsNotable)
            ? healthy ? $"{probe.Type} answers, but {probe.Text}" : Invariant($"{probe.Type} missed {probe.Misses}: {probe.Text}") : "";
        note = MonitorRows.And(note, resource.Text);
        if (resource.RestartsUsed > 0)
            note = MonitorRows.And(note, Invariant($"restarted {resource.RestartsUsed} of {resource.RestartsMax}"));
        rows.Add(new MonitorRow(level is HealthLevel.Critical or HealthLevel.Warning ? Rank.Concern : Rank.Fine, "resource")
        {
            Mark = MonitorRows.MarkOf(level), Label = $"{group.Name}/{resource.Name}", State = resource.State.ToString(), Level = level,
            Note = resource.State == ResourceState.Stopped ? note : MonitorRows.And(note, MonitorRows.Age(resource.SinceMs)),
        });
    }

    private static string Invariant(DefaultInterpolatedStringHandler text) => string.Create(CultureInfo.InvariantCulture, ref text);
}
