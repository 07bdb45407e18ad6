using Appliance.Agent.Control;
using Appliance.Agent.Incidents;
using Appliance.Agent.Journal;
using Appliance.Agent.Panel;
using Appliance.Agent.Status;
using Appliance.Core.Cluster;
using Appliance.Core.Incidents;
using Appliance.Core.Panel;
using Appliance.Core.Time;

namespace Appliance.Agent.Decision;

/// <summary>What the control socket may ask: snapshots are read, commands go through the inbox like every other event.</summary>
public sealed class AgentControl(
    Func<NodeState> state, Func<ShellFacts> shell, Func<Instant> clock, EventStore events, Action<Event> post, Action<Report> tell,
    Func<CommandReply> reload)
    : IAgentControl
{
    public StatusView Status() => StatusBuilder.Build(state(), shell(), clock());

    public IReadOnlyList<GroupExplanation> Explain()
    {
        var (now, at) = (state(), clock());
        return [.. now.Groups.Select((_, number) => Explanation.Of(new Situation(now, number, at)))];
    }

    public IReadOnlyList<EventView> Events(long sinceSerial, int limit) => events.Since(sinceSerial, limit);

    public Task<CommandReply> Execute(Command command)
    {
        var now = state();
        if (NodeMachine.Refusal(now, command) is { } refusal) return Task.FromResult(new CommandReply(false, refusal));
        post(new Event.Commanded(command));
        return Task.FromResult(new CommandReply(true, Promise(now, command)));
    }

    public void Note(string sentence) => tell(new Report(ReportKind.Command, sentence));

    public Task<CommandReply> ReloadConfig() => Task.Run(reload); // Cards that get other names take seconds.

    /// <summary>The records; null: none are kept.</summary>
    internal IncidentDesk? Desk { get; set; }

    public IReadOnlyList<Incident>? Incidents(string? id) => Desk is { } desk ? desk.Read(id) : [];

    /// <summary>Null: no front panel is configured.</summary>
    public FrontPanel? Panel { get; set; }

    public CommandReply TryPanel(PanelState state, TimeSpan span)
    {
        if (Panel is null) return new CommandReply(false, "no front panel is configured: [panel] in appliance.toml");
        Panel.Try(state, span);
        return new CommandReply(true, $"the panel shows {PanelTable.Of(state).Word} for {span.TotalSeconds:0} s");
    }

    private static string Promise(NodeState state, Command command) => command switch
    {
        Command.Standby when !state.Groups.Any(group => group.Role.Holds()) => $"{state.NodeName} is in standby and served nothing",
        Command.Standby when state.Peer.State == PeerState.Up =>
            $"{state.NodeName} gives its groups to {state.PeerName} where that node is fit, and stops the others",
        Command.Standby => $"{state.PeerName} is not heard: the groups of {state.NodeName} stop and nobody serves them",
        Command.Online => $"{state.NodeName} may serve again; nothing moves by itself unless failback is configured",
        Command.Switchover order => $"{order.Group} moves to the other node",
        Command.Maintenance { For: { } span } => $"nothing is started, stopped or moved on either node for {span.TotalMinutes:0.#} minutes",
        Command.Maintenance => "resources are managed again",
        Command.RestartResource order => $"{order.Group}/{order.Resource} and what depends on it are restarted",
        Command.Cleanup => "failures are forgotten",
        Command.ConfirmFenced => $"{state.PeerName} counts as switched off until it is heard again",
        _ => "accepted",
    };
}
