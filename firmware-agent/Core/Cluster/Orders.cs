using Appliance.Core.Resources;

namespace Appliance.Core.Cluster;

/// <summary>An operator's commands: may it be asked, and what follows.</summary>
internal static class Orders
{
    public static string? Refusal(NodeState state, Command command) => command switch
    {
        Command.Switchover order => SwitchoverRefusal(state, order.Group),
        Command.RestartResource order => ResourceRefusal(state, order.Group, order.Resource),
        Command.Cleanup order => order.Resource is { } resource ? ResourceRefusal(state, order.Group, resource)
            : GroupRefusal(state, order.Group),
        Command.Maintenance { For: { } span } when span <= TimeSpan.Zero => "maintenance needs a duration, for example --for 30m",
        Command.Stop { KeepResources: true } when state.MaintenanceUntil is null =>
            "resources stay only in maintenance: appliance maintenance on --for 10m first",
        Command.ConfirmFenced order when order.Node != state.PeerName =>
            $"{order.Node} is not the other node; that is {state.PeerName}",
        Command.ConfirmFenced when state.Peer.Alive => $"{state.PeerName} is heard: it is not off",
        _ => null,
    };

    private static string? GroupRefusal(NodeState state, string name) =>
        Number(state, name) >= 0 ? null
            : $"there is no group {name}; groups: {string.Join(", ", state.Groups.Select(group => group.Name))}";

    private static string? ResourceRefusal(NodeState state, string name, string resource)
    {
        if (GroupRefusal(state, name) is { } refusal) return refusal;
        var resources = state.Config.Groups[Number(state, name)].Resources;
        return resources.Any(candidate => candidate.Name == resource)
            ? null
            : $"group {name} has no resource {resource}; it has {string.Join(", ", resources.Select(candidate => candidate.Name))}";
    }

    private static string? SwitchoverRefusal(NodeState state, string name)
    {
        if (GroupRefusal(state, name) is { } refusal) return refusal;
        var now = new Situation(state, Number(state, name), state.LastStep);
        if (now.Maintenance) return "maintenance is on: appliance maintenance off first";
        if (!now.Peer.Alive) return $"{state.PeerName} is not heard; there is nobody to switch to or from";
        if (now.Group.Role == Role.Active)
            return now.PeerFit ? null : $"{state.PeerName} cannot take the group now (see appliance status there)";
        if (now.PeerFacts.Role != Role.Active)
            return $"the group is {now.PeerFacts.Role} on {state.PeerName} and {now.Group.Role} here: wait until one node serves";
        var obstacle = Fitness.Obstacle(now);
        return obstacle.Length == 0 ? null : $"this node cannot take the group: {obstacle}";
    }

    /// <summary>Carries out a command that was not refused.</summary>
    public static void Obey(Turn turn, Command command)
    {
        if (Refusal(turn.State, command) is { } refusal)
        {
            turn.Tell(ReportKind.Command, $"refused: {refusal}");
            return;
        }

        switch (command)
        {
            case Command.Standby:
                turn.State = turn.State with { Standby = true };
                turn.Tell(ReportKind.Command, "standby: this node gives its groups away");
                break;
            case Command.Online:
                turn.State = turn.State with { Standby = false };
                turn.Tell(ReportKind.Command, "online: this node may serve again");
                break;
            case Command.Switchover order:
                Switchover(turn, order.Group);
                break;
            case Command.Maintenance order:
                Maintain(turn, order.For);
                break;
            case Command.RestartResource order:
                turn.Tell(ReportKind.Command, "restart ordered", order.Group, order.Resource);
                turn.Feed(Number(turn.State, order.Group), new ResourceEvent.Restart(order.Resource));
                break;
            case Command.Cleanup order:
                CleanUp(turn, order);
                break;
            case Command.ConfirmFenced:
                Fences.FenceOrders.Confirm(turn, "the operator");
                break;
            case Command.Stop order:
                Stop(turn, order.KeepResources);
                break;
            default:
                throw new InvariantException($"{command} is not handled");
        }
    }

    private static void Switchover(Turn turn, string name)
    {
        var number = Number(turn.State, name);
        turn.Set(number, turn.Group(number) with { Wish = Wish.Takeover, WishUntil = turn.Now + Wishes.OrderedFor });
        turn.Tell(ReportKind.Command, "switchover ordered", name);
    }

    private static void Maintain(Turn turn, TimeSpan? span)
    {
        var asked = turn.State.Asked with { MaintenanceLeft = 0 };
        turn.State = turn.State with { MaintenanceUntil = span is { } length ? turn.Now + length : null, Asked = asked };
        turn.Tell(ReportKind.Command, span is { } on ? $"maintenance for {on.TotalMinutes:0.#} min: nothing is started, stopped or moved"
            : "maintenance ended");
    }

    private static void CleanUp(Turn turn, Command.Cleanup order)
    {
        var number = Number(turn.State, order.Group);
        turn.Set(number, turn.Group(number) with { FailedUntil = null });
        if (turn.Group(number).Role == Role.Failed) turn.Become(number, Role.Passive, "failures were cleaned up");
        turn.Tell(ReportKind.Command, "cleanup: failures forgotten", order.Group, order.Resource);
        turn.Feed(number, new ResourceEvent.Cleanup(order.Resource));
    }

    private static void Stop(Turn turn, bool keepResources)
    {
        turn.State = turn.State with { Stopping = true };
        turn.Tell(ReportKind.Command, keepResources ? "the agent ends, resources stay"
            : "the agent ends: groups are handed over or stopped first");
        if (!keepResources) return;
        turn.State = turn.State with { Left = true };
        turn.Do(new Effect.Leave(ResourcesStay: true));
    }

    private static int Number(NodeState state, string name)
    {
        for (var number = 0; number < state.Groups.Length; number++)
            if (state.Groups[number].Name == name) return number;
        return -1;
    }
}
