using System.Text.Json.Serialization;
using Appliance.Agent.Replica.Text;
using Appliance.Core;
using Appliance.Core.Cluster;
using Appliance.Core.Replica;
using Appliance.Core.Resources;

namespace Appliance.Agent.Status;

/// <summary>Nagios' words; the numbers are its exit codes.</summary>
[JsonConverter(typeof(EnumWord<HealthLevel>))]
public enum HealthLevel
{
    Ok = 0,
    Warning = 1,
    Critical = 2,
}

/// <param name="Level">How bad it is.</param>
/// <param name="Text">A short phrase.</param>
public sealed record HealthReason(HealthLevel Level, string Text);

/// <summary>One verdict over a <see cref="StatusView"/>.</summary>
/// <param name="Level">The worst of the reasons; Ok when there are none.</param>
/// <param name="Reasons">Worst first.</param>
public sealed record HealthVerdict(HealthLevel Level, IReadOnlyList<HealthReason> Reasons)
{
    // Critical: service is lost or about to be.      a group served nowhere, served twice, a node resetting itself, a critical alarm
    // Warning:  service stands, redundancy does not. peer not heard, link or witness or reference silent, a group that failed or could
    //                                                not run on one node, standby, maintenance, two different files, any other alarm

    /// <summary>Judges. Pure.</summary>
    public static HealthVerdict Of(StatusView view)
    {
        var critical = new List<string>();
        var warning = new List<string>();
        foreach (var group in view.Groups) JudgeGroup(view, group, critical, warning);
        foreach (var alarm in view.Alarms) (alarm.Critical ? critical : warning).Add(alarm.Text);
        JudgeNodes(view, warning);
        JudgePaths(view, warning);
        SpanText.Judge(view, warning);
        var level = critical.Count > 0 ? HealthLevel.Critical : warning.Count > 0 ? HealthLevel.Warning : HealthLevel.Ok;
        return new HealthVerdict(level, [.. Each(HealthLevel.Critical, critical), .. Each(HealthLevel.Warning, warning)]);
    }

    private static IEnumerable<HealthReason> Each(HealthLevel level, List<string> texts) =>
        texts.Select(text => new HealthReason(level, text));

    private static void JudgeGroup(StatusView view, GroupStatus group, List<string> critical, List<string> warning)
    {
        var (here, there) = (group.Role, group.PeerRole);
        if (here == Role.Fencing) critical.Add($"{view.Node.Name} resets itself: a resource of {group.Name} would not stop");
        if (there == Role.Fencing) critical.Add($"{view.Peer.Name} resets itself: a resource of {group.Name} would not stop");
        if (here == Role.Active && there == Role.Active) critical.Add($"{group.Name} is active on both nodes");
        if (here != Role.Active && there != Role.Active) JudgeUnserved(view, group, critical, warning);
        if (here == Role.Failed) warning.Add($"{group.Name} failed on {view.Node.Name}");
        // Standby is told once, of the node; a state file that cannot be used once, as an alarm.
        else if (here != Role.Active && !group.Fit && !view.Node.Standby && !IsAlarm(view, group.FitReasons))
            warning.Add(CannotTake(view.Node.Name, group));
        if (there == Role.Failed) warning.Add($"{group.Name} failed on {view.Peer.Name}");
        else if (there != Role.Active && group.PeerFit == false && !view.Peer.Standby)
            warning.Add($"{view.Peer.Name} could not take over {group.Name}");
        JudgeResources(group, warning);
        JudgeLines(view, group, warning);
        if (group.Replica is { } replica) JudgeReplica(group, replica, critical, warning);
    }

    /// <summary>One good copy serves as well as two; the second one is what the next fault needs.</summary>
    private static void JudgeReplica(GroupStatus group, GroupReplica replica, List<string> critical, List<string> warning)
    {
        if (replica.Status is not { } status) warning.Add($"the process of replica {replica.Name} does not answer on this node");
        else if (status is { Role: ReplicaRole.Primary, Frozen.Length: > 0 })
            critical.Add($"the users of {group.Name} wait for replica {replica.Name}: {status.Frozen}");
        else if (!ReplicaText.IsWell(status)) warning.Add($"replica {replica.Name}: {ReplicaText.Line(status)}");
    }

    /// <summary>Calls by other ways still work; those over the lines may not.</summary>
    private static void JudgeLines(StatusView view, GroupStatus group, List<string> warning)
    {
        foreach (var line in group.Lines)
            if (line.Standing == LineStanding.Unknown) warning.Add($"telephone lines of {group.Name}: {line.Name}: {line.Text}");
        if (group is { Role: Role.Active, Line: LineStanding.There } && group.Lines.Count > 0)
            warning.Add($"the telephone lines of {group.Name} are not at {view.Node.Name}, which serves");
        if (group.PeerLine == LineStanding.Unknown && group.Line != LineStanding.Unknown)
            warning.Add($"{view.Peer.Name} does not know where the telephone lines of {group.Name} are");
    }

    private static void JudgeUnserved(StatusView view, GroupStatus group, List<string> critical, List<string> warning)
    {
        if (group.Role == Role.Activating) warning.Add($"{group.Name} is starting on {view.Node.Name}");
        else if (group.PeerRole == Role.Activating) warning.Add($"{group.Name} is starting on {view.Peer.Name}");
        // The agent there is being restarted under maintenance, and what it ran goes on.
        else if (group.PeerRole is null && view.Peer is { State: PeerState.Left, MaintenanceLeft: > 0 })
            warning.Add($"{view.Peer.Name} left during maintenance: whether {group.Name} is served there is not known");
        else if (group.PeerRole is null) critical.Add($"{group.Name} is not served here, and {view.Peer.Name} is not heard: {group.Why}");
        else critical.Add($"{group.Name} is served nowhere: {group.Why}");
    }

    private static bool IsAlarm(StatusView view, IReadOnlyList<string> reasons) =>
        view.Alarms.Any(alarm => reasons.Any(reason => reason.Contains(alarm.Text, StringComparison.Ordinal)));

    private static string CannotTake(string node, GroupStatus group) =>
        group.FitReasons.Count > 0
            ? $"{node} could not take over {group.Name}: {string.Join("; ", group.FitReasons)}"
            : $"{node} could not take over {group.Name}";

    private static void JudgeResources(GroupStatus group, List<string> warning)
    {
        foreach (var resource in group.Resources)
        {
            if (resource.State == ResourceState.Failed)
                warning.Add($"{group.Name}/{resource.Name} failed{(resource.Text.Length > 0 ? $": {resource.Text}" : "")}");
            if (resource is { State: ResourceState.Started, Probe: { Healthy: true, IsNotable: true } probe })
                warning.Add($"{group.Name}/{resource.Name} answers, but {probe.Text}");
        }
    }

    private static void JudgeNodes(StatusView view, List<string> warning)
    {
        var peer = view.Peer;
        if (peer.State != PeerState.Up) warning.Add($"{peer.Name} is {Words.Of(peer.State)}");
        // This node says so itself, as an alarm.
        if (peer.Isolated) warning.Add($"{peer.Name} is cut off");
        foreach (var node in new[] { view.Node, peer })
        {
            if (node.Standby) warning.Add($"{node.Name} is in standby");
            if (node.MaintenanceLeft > 0) warning.Add($"{node.Name} is in maintenance for {Words.Span(node.MaintenanceLeft * 1000)}");
            if (node.IsHeard && node.PingsSeen < node.PingsKnown)
                warning.Add($"{node.Name} sees {node.PingsSeen} of {node.PingsKnown} ping references");
        }

        if (view.Config.Differs) warning.Add("the nodes run with different configuration files");
    }

    private static void JudgePaths(StatusView view, List<string> warning)
    {
        var peerHeard = view.Peer.IsHeard;
        foreach (var link in view.Links)
        {
            // A dead peer takes all links with it: then only what is wrong on this side is news.
            if (link.Reason.Length > 0) warning.Add($"link {link.Name} is down: {link.Reason}");
            else if (peerHeard && link.State != LinkState.Up) warning.Add($"link {link.Name} is {Words.Of(link.State)}");
            else if (peerHeard && link.PeerHears == false) warning.Add($"{view.Peer.Name} does not hear us on link {link.Name}");
        }

        if (view.Witness is { Heard: false } witness) warning.Add($"the witness {witness.Address} does not answer");
    }
}
