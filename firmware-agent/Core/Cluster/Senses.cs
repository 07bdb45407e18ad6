using Appliance.Core.Fences;
using Appliance.Core.Health;
using Appliance.Core.Time;

namespace Appliance.Core.Cluster;

/// <summary>Turns what happened into facts. Every report of a change of the world starts here.</summary>
internal static class Senses
{
    /// <summary>Rule 6: a gap longer than the lease means that we did not run; what we believe may be old. True when there was
    /// one.</summary>
    public static bool NoticeGap(Turn turn)
    {
        var gap = turn.Now - turn.State.LastStep;
        if (gap < turn.State.Timing.Deadtime) return false;
        turn.State = turn.State with { DeafUntil = turn.Now, Revalidating = true };
        turn.Tell(
            ReportKind.Alarm,
                $"this node did not run for {gap.TotalMilliseconds:0} ms (paused, suspended or starved); it looks around before it "
                    + "touches anything shared");
        return true;
    }

    public static void Learn(Turn turn, Event input)
    {
        switch (input)
        {
            case Event.Heard heard:
                Hear(turn, heard);
                break;
            case Event.WitnessHeard heard:
                if (heard.Fresh) turn.State = turn.State with { WitnessAt = heard.At, Witness = heard.Heartbeat };
                break;
            case Event.LinkUsable change:
                turn.State = turn.State with { Peer = turn.State.Peer.Usable(change) };
                break;
            case Event.PingAnswered answer:
                turn.State = turn.State with { PingsAt = turn.State.PingsAt.SetItem(answer.Ping, answer.At) };
                break;
            case Event.Tick:
                for (var number = 0; number < turn.State.Groups.Length; number++) turn.Feed(number, new Resources.ResourceEvent.Tick());
                break;
            case Event.Persisted done:
                Storage.Written(turn, done);
                break;
            case Event.AddressAnswered answer:
                Answer(turn, answer);
                break;
            case Event.Resource happened:
                turn.Feed(happened.Group, happened.What);
                break;
            case Event.DataChanged change:
                PeerFencing.Learn(turn, change);
                break;
            case Event.LineChanged change:
                Move(turn, change);
                break;
            case Event.HealthRead read:
                foreach (var news in HealthNews.Of(turn.State.Health, read.Health)) turn.Do(new Effect.Tell(news));
                turn.State = turn.State with { Health = read.Health };
                break;
            case Event.PeerFenced fenced:
                turn.State = turn.State with { PeerFenced = !turn.State.Peer.Alive };
                turn.Tell(ReportKind.Fence, $"{turn.State.PeerName} is off, says {fenced.Device}");
                break;
            case Event.FenceAnswered answer:
                FenceOrders.Answer(turn, answer);
                break;
            case Event.FailbackWindow window:
                var group = turn.Group(window.Group);
                turn.Set(window.Group, group with { WindowOpen = window.Open, WindowUsed = window.Open && group.WindowUsed });
                break;
            case Event.PairDecided decided:
                Ruled.Learn(turn, decided.View);
                break;
            case Event.Commanded commanded:
                Orders.Obey(turn, commanded.Command);
                break;
            default:
                throw new InvariantException($"{input} is not handled");
        }
    }

    private static void Move(Turn turn, Event.LineChanged change)
    {
        var group = turn.Group(change.Group);
        turn.Set(change.Group,
            group with { Line = change.Line, LineWhy = change.Why, LineBroken = change.Broken, LinesApart = change.Apart });
        if ((group.Line, group.LinesApart) == (change.Line, change.Apart)) return;
        var kind = change is { Line: LineStanding.Unknown, Apart: false } ? ReportKind.Alarm : ReportKind.Resource;
        turn.Tell(kind, $"telephone lines: {change.Why}", group.Name, from: group.Line.ToString(), to: change.Line.ToString());
    }

    private static void Hear(Turn turn, Event.Heard heard)
    {
        var before = turn.State.Peer;
        var peer = before.Hear(heard);
        var said = peer.Last;
        var pause = said.Flags.HasFlag(NodeFlags.Maintenance) ? turn.Now + TimeSpan.FromSeconds(said.MaintenanceLeft) : (Instant?)null;
        turn.State = turn.State with
        {
            Peer = peer,
            PeerFenced = false,
            Fence = turn.State.Fence.Heard(),
            PeerMaintenanceUntil = peer.Fresh || pause is not null ? pause : turn.State.PeerMaintenanceUntil,
            // What arrives in the first moments after a gap was sent before we woke.
            Revalidating = turn.State.Revalidating && heard.At - turn.State.DeafUntil < turn.State.Timing.Keepalive,
        };
        if (before.Known && said.Incarnation != before.Last.Incarnation)
            turn.Tell(ReportKind.Peer, $"{turn.State.PeerName} was restarted (incarnation {said.Incarnation})");
        if (said.ConfigDigest != turn.State.Config.Digest && (!before.Known || before.Last.ConfigDigest != said.ConfigDigest))
            turn.Tell(
                ReportKind.Alarm,
                    $"the configuration of {turn.State.PeerName} differs from ours: copy one appliance.toml to both nodes and run "
                        + "appliance config reload");
        if (reappeared(before, peer)) Reannounce(turn);

        static bool reappeared(PeerLiveness before, PeerLiveness peer) =>
            before.State is PeerState.Dead or PeerState.Left && peer.State == PeerState.Up;
    }

    /// <summary>
    /// The peer may have announced the addresses while we could not hear it: say again where they are. Not before we have looked around
    /// after a
    /// gap, and not when the peer serves with a later term: that would pull the clients away from it just before we stop.
    /// </summary>
    private static void Reannounce(Turn turn)
    {
        for (var number = 0; number < turn.State.Groups.Length; number++)
        {
            var (group, peer) = (turn.Group(number), turn.Situation(number).PeerFacts);
            if (group.Role != Role.Active || turn.State.Revalidating || (peer.Role.Holds() && peer.Vote > group.Vote)) continue;
            turn.Do(new Effect.Reannounce(number));
        }
    }

    private static void Answer(Turn turn, Event.AddressAnswered answer)
    {
        var group = turn.Group(answer.Group);
        if (group.Evidence.Token != answer.Token) return;
        turn.Set(answer.Group, group with { Evidence = group.Evidence with { Answer = answer.Answer, Detail = answer.Detail } });
        if (turn.State.Peer.Alive || group.Role.Holds()) return;
        if (answer.Answer != group.LastAnswer)
            turn.Tell(ReportKind.Evidence, Words(answer, turn.State.PeerName), group.Name);
        turn.Set(answer.Group, turn.Group(answer.Group) with { LastAnswer = answer.Answer });
    }

    private static string Words(Event.AddressAnswered answer, string peer) => answer.Answer switch
    {
        AddressAnswer.Nobody => "nobody answers for the service address: the peer's kernel is gone",
        AddressAnswer.Somebody =>
            $"the service address still answers ({answer.Detail}) although {peer} is silent: a broken link or a half-dead node, not a "
                + "dead one; not starting a second server",
        _ => $"cannot ask who has the service address: {answer.Detail}",
    };

    /// <summary>Lets time pass: silence, expiries, the end of re-validation.</summary>
    public static void Judge(Turn turn)
    {
        var before = turn.State;
        var peer = before.Peer.Judge(before.Timing, before.StartedAt, before.DeafUntil, turn.Now);
        if (before.Timing.LinuxHa) peer = peer with { State = before.Pair?.Peer ?? PeerState.Unknown };
        var maintenanceOver = before.PeerMaintenanceUntil is { } theirs && turn.Now >= theirs;
        // Gone with its resources running, and it did not come back in time: from now on its silence counts.
        if (maintenanceOver && peer.State == PeerState.Left && peer.Last.Flags.HasFlag(NodeFlags.ResourcesStay))
            peer = peer with { State = PeerState.Dead };
        turn.State = before with
        {
            Peer = peer,
            PeerMaintenanceUntil = maintenanceOver ? null : before.PeerMaintenanceUntil,
            Revalidating = before.Revalidating && (before.Timing.LinuxHa || turn.Now - before.DeafUntil < before.Timing.Deadtime),
        };
        if (before.MaintenanceUntil is { } until && turn.Now >= until)
        {
            turn.State = turn.State with { MaintenanceUntil = null };
            turn.Tell(ReportKind.Alarm, "maintenance has expired: resources are managed again");
        }

        FenceOrders.Pass(turn);
        TellLinks(turn, before);
        TellPeer(turn, before);
    }

    private static void TellLinks(Turn turn, NodeState before)
    {
        for (var number = 0; number < turn.State.Peer.Links.Length; number++)
        {
            var (was, link) = (before.Peer.Links[number], turn.State.Peer.Links[number]);
            if (was.State == link.State) continue;
            var name = turn.State.Config.Links[number].Name;
            var text = link.State switch
            {
                LinkState.Up => $"link {name} is up",
                LinkState.Late => $"link {name}: late heartbeat",
                _ when link.Reason.Length > 0 => $"link {name} is down: {link.Reason}",
                _ => $"link {name} is down: {turn.State.PeerName} is not heard on it",
            };
            turn.Tell(ReportKind.Link, text, resource: name, from: was.State.ToString(), to: link.State.ToString());
        }
    }

    private static void TellPeer(Turn turn, NodeState before)
    {
        var (was, peer) = (before.Peer.State, turn.State.Peer.State);
        if (was == peer) return;
        var text = peer switch
        {
            PeerState.Up => $"{turn.State.PeerName} is heard",
            PeerState.Late => $"{turn.State.PeerName} is late: silent on all links for {turn.State.Timing.Warntime.TotalMilliseconds:0} ms",
            PeerState.Left => $"{turn.State.PeerName} said goodbye",
            _ => $"{turn.State.PeerName} is silent on all links",
        };
        turn.Tell(ReportKind.Peer, text, from: was.ToString(), to: peer.ToString());
    }
}
