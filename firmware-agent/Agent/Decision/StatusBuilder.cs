using Appliance.Agent.Fences;
using Appliance.Agent.Status;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Health;
using Appliance.Core.Resources;
using Appliance.Core.Time;
using Appliance.Core.Watchdog;

namespace Appliance.Agent.Decision;

/// <summary>Turns the node's state into what <c>appliance status</c> shows. Pure; what only the shell knows comes as <see
/// cref="ShellFacts"/>.</summary>
public static class StatusBuilder
{
    /// <summary>The whole view.</summary>
    public static StatusView Build(NodeState state, ShellFacts shell, Instant now)
    {
        var situation = new Situation(state, 0, now);
        var timing = state.Timing;
        return new StatusView(
            StatusView.CurrentFormat,
            state.Config.Cluster.Name,
            shell.UnixMs,
            shell.Version,
            new ConfigStatus(
                shell.ConfigPath, Hex(state.Config.Digest),
                state.Peer.Known && !state.Timing.LinuxHa ? Hex(state.Peer.Last.ConfigDigest) : null),
            Own(state, situation, now),
            Peer(state, now),
            new HeartbeatStatus(Ms(timing.Keepalive), Ms(timing.Warntime), Ms(timing.Deadtime), Ms(timing.Initdead), shell.Realtime,
                shell.LatenessMaxMicroseconds),
            [.. state.Config.Links.Select((link, number) => Link(state, shell, link, number, now))],
            Witness(state, situation, now),
            [.. state.Config.Groups.Select((group, number) => Group(new Situation(state, number, now), group, shell, now))],
            Alarms(state, shell, situation)) { Spans = shell.Spans, Watchdog = shell.Watchdog, Fence = Fence(state), Panel = shell.Panel,
            HealthScore = state.Health.Score, Sensors = state.Health.Readings };
    }

    private static NodeStatus Own(NodeState state, in Situation situation, Instant now) => new(
        state.NodeName, state.Node, PeerState.Up, null, state.OnDisk.Incarnation, state.Standby,
        Left(state.MaintenanceUntil, now), situation.Isolated, state.Peer.State == PeerState.Unknown, situation.PingsSeen,
            state.PingsAt.Length);

    private static NodeStatus Peer(NodeState state, Instant now)
    {
        var said = state.Peer.Last;
        return new NodeStatus(
            state.PeerName, state.PeerNode, state.Peer.State, Ago(state.Peer.HeardAt, now), said.Incarnation,
                said.Flags.HasFlag(NodeFlags.Standby),
            Left(state.PeerMaintenanceUntil, now), said.Flags.HasFlag(NodeFlags.Isolated), said.Flags.HasFlag(NodeFlags.Starting),
                said.PingsSeen, said.PingsKnown);
    }

    private static LinkStatus Link(NodeState state, ShellFacts shell, LinkConfig link, int number, Instant now)
    {
        var (type, device) = link switch
        {
            LinkConfig.Unicast unicast => ("unicast", unicast.Interface),
            LinkConfig.Multicast multicast => ("multicast", multicast.Interface),
            LinkConfig.Broadcast broadcast => ("broadcast", broadcast.Interface),
            LinkConfig.Serial serial => ("serial", serial.Device),
            _ => ("unknown", ""),
        };
        var view = state.Peer.Links[number];
        bool? hears = state.Peer.Alive && !state.Timing.LinuxHa ? (state.Peer.Last.LinksHeard >> number & 1) == 1 : null;
        var traffic = shell.Links[number];
        return new LinkStatus(
            link.Name, type, device, view.State, view.Reason, Ago(view.HeardAt, now), hears, traffic.Sent, traffic.SendErrors,
                traffic.Received, traffic.Rejected);
    }

    private static WitnessStatus? Witness(NodeState state, in Situation situation, Instant now)
    {
        if (state.Config.Witness is not { } witness) return null;
        var heard = situation.WitnessHeard;
        return new WitnessStatus(
            $"{witness.Address}:{witness.Port}", heard, Ago(state.WitnessAt, now), heard
                ? (state.Witness.LinksHeard >> state.PeerNode & 1) == 1 : null);
    }

    private static GroupStatus Group(in Situation now, GroupConfig config, ShellFacts shell, Instant at)
    {
        var (state, group, facts, number) = (now.Node, now.Group, now.PeerFacts, now.Number);
        var heard = now.Peer.Alive;
        var obstacle = Fitness.Obstacle(now);
        return new GroupStatus(
            group.Name, group.Role, heard ? facts.Role : null, Ms(at - group.Since),
            Vote(state, group.Vote), heard ? Vote(state, facts.Vote) : null,
            config.Preferred >= 0 ? state.Config.Nodes[config.Preferred] : null, Failback(config.Failback),
            obstacle.Length == 0, obstacle.Length == 0 ? [] : [obstacle], heard ? facts.Fit : null,
            group.Wish, heard ? facts.Wish : null, group.Data, heard ? facts.Data : null,
            GroupResources.Condition(group.Resources).Condition, group.Why,
            [.. GroupResources.View(group.Resources).Select((view, index) => Resource(config.Resources[index], view, shell, number, at))])
        {
            Score = Fitness.Score(now),
            PeerScore = heard ? facts.Score : null,
            Line = group.Line,
            PeerLine = heard ? facts.Line : null,
            Lines = shell.Lines(number),
            Replica = state.Config.ReplicaOf(config) is { } replica ? new GroupReplica(replica.Name, shell.Replica(replica.Name)) : null,
        };
    }

    private static ResourceStatus Resource(ResourceConfig config, ResourceView view, ShellFacts shell, int group, Instant now) => new(
        config.Name, config.What.Word, view.State, Ms(now - view.Since), view.Text, view.RestartsUsed, config.Restarts.Max,
        config.Probe is { } probe ? shell.Probe(group, config.Name, probe.Word) : null);

    private static FenceView? Fence(NodeState state)
    {
        var devices = state.Config.FencesOf(state.PeerNode).Select(fence => fence.Name).ToList();
        return devices.Count == 0 && !state.PeerFenced ? null
            : new FenceView(devices, state.PeerFenced, state.Fence.Token != 0, state.Fence.Failures, state.Fence.Words);
    }

    private static List<AlarmStatus> Alarms(NodeState state, ShellFacts shell, in Situation now)
    {
        var alarms = new List<AlarmStatus>();
        if (state.StorageProblem.Length > 0) alarms.Add(new AlarmStatus(true, state.StorageProblem));
        foreach (var reading in state.Health.Readings)
            if (reading.Level is SensorLevel.Warning or SensorLevel.Critical)
                alarms.Add(new AlarmStatus(
                    reading.Level == SensorLevel.Critical && state.Groups.Any(group => group.Role.Holds()), reading.Text));
        if (now.Isolated)
            alarms.Add(
                new AlarmStatus(
                    true, "this node is cut off: neither the peer nor any reference answers; check its LAN and cluster cables"));
        if (shell.Watchdog is { Problem: { Length: > 0 } problem } watchdog)
            alarms.Add(new AlarmStatus(watchdog.Standing is WatchdogStanding.Withheld or WatchdogStanding.Biting, $"watchdog: {problem}"));
        if (state.Fence.Words.Length > 0)
            alarms.Add(new AlarmStatus(
                !state.Groups.All(group => group.Role.Holds()),
                $"{state.PeerName} cannot be confirmed off ({state.Fence.Words}); nothing is taken over from it. If you have "
                    + $"switched it off by hand: appliance fence confirm {state.PeerName}"));
        if (state.Pair is { PeerIsAppliance: true })
            alarms.Add(new AlarmStatus(false, "both nodes run this agent and still speak Heartbeat's protocol: take heartbeat.compat "
                + "out of both files (docs/MIGRATION.md)"));
        foreach (var text in shell.Panel?.Troubles ?? []) alarms.Add(new AlarmStatus(false, text));
        foreach (var text in shell.Alerts) alarms.Add(new AlarmStatus(false, text));
        foreach (var text in shell.Standing) alarms.Add(new AlarmStatus(false, text));
        return alarms;
    }

    private static VoteStatus Vote(NodeState state, Vote vote) => new(vote.Term, vote.Node <= 1 ? state.Config.Nodes[vote.Node] : null);

    private static string Failback(FailbackConfig failback) => failback switch
    {
        FailbackConfig.After after => $"after {after.Stable.TotalMinutes:0.#}m",
        FailbackConfig.WhenSynced => "when-synced",
        FailbackConfig.Daily daily => $"daily {daily.From:HH\\:mm}-{daily.To:HH\\:mm}",
        _ => "never",
    };

    private static string Hex(uint digest) => digest.ToString("x8", System.Globalization.CultureInfo.InvariantCulture);

    private static int Ms(TimeSpan span) => (int)Math.Min(int.MaxValue, span.TotalMilliseconds);

    private static long? Ago(Instant? at, Instant now) => at is { } instant ? (long)(now - instant).TotalMilliseconds : null;

    private static long Left(Instant? until, Instant now) =>
        until is { } end ? (long)Math.Ceiling(Math.Max(0, (end - now).TotalSeconds)) : 0;
}
