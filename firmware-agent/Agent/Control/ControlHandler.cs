using System.Text.Json;
using Appliance.Agent.Status;
using Appliance.Core.Cluster;
using Appliance.Core.Panel;

namespace Appliance.Agent.Control;

/// <summary>Turns a request line into a reply. Anything a client can send ends in a reply, never in an exception.</summary>
public sealed class ControlHandler(IAgentControl agent)
{
    private const int ByMax = 100;

    private static readonly ControlArguments None = new();

    /// <summary>Reads a request. Null and an error when it is none.</summary>
    public static ControlRequest? Parse(ReadOnlySpan<byte> line, out string error) =>
        RequestText.Parse(line, RequestJson.Strict.ControlRequest, static request => request.Command, out error);

    /// <summary>Answers everything but <c>events</c>, which is a stream.</summary>
    public ControlReply Answer(ControlRequest request)
    {
        if (request.By is not { } by) return Carry(request);
        if (by.Length is 0 or > ByMax) return ControlReply.Refused($"who orders is told in 1 to {ByMax} characters");
        var reply = Carry(request);
        agent.Note($"{Words.Clean(by)} ordered {OrderText.Of(request)}: {(reply.Ok ? reply.Text ?? "done" : $"refused: {reply.Error}")}");
        return reply;
    }

    private ControlReply Carry(ControlRequest request)
    {
        var arguments = request.Arguments ?? None;
        return request.Command switch
        {
            ControlCommands.Status => Refuse(arguments) ?? new ControlReply(true, Status: agent.Status()),
            ControlCommands.Explain => Explain(arguments),
            ControlCommands.Standby => RefuseNode(arguments, "standby") ?? Execute(new Command.Standby()),
            ControlCommands.Online => RefuseNode(arguments, "online") ?? Execute(new Command.Online()),
            ControlCommands.Switchover => Switchover(arguments),
            ControlCommands.Maintenance => Maintenance(arguments),
            ControlCommands.Restart => Restart(arguments),
            ControlCommands.Cleanup => Cleanup(arguments),
            ControlCommands.FenceConfirm =>
                Refuse(arguments with { Node = null }) ?? Execute(new Command.ConfirmFenced(arguments.Node ?? "")),
            ControlCommands.Panel => Panel(arguments),
            ControlCommands.Incidents => Incidents(arguments),
            ControlCommands.Drill => Drill(arguments),
            ControlCommands.Reload => Refuse(arguments) ?? Wait(agent.ReloadConfig()),
            _ => ControlReply.Refused($"the agent knows no command '{Words.Clean(request.Command!)}'; are both of the same version?"),
        };
    }

    /// <summary>What remains of the arguments after the command took its own must be nothing.</summary>
    private static ControlReply? Refuse(ControlArguments rest) =>
        rest == None ? null : ControlReply.Refused("the command does not take these arguments");

    /// <summary>A node commands itself only: an order that cannot arrive while the links are cut must not look as if it had.</summary>
    private ControlReply? RefuseNode(ControlArguments arguments, string verb)
    {
        if (Refuse(arguments with { Node = null }) is { } refused) return refused;
        var view = agent.Status();
        if (arguments.Node is not { } node || node == view.Node.Name) return null;
        return node == view.Peer.Name
            ? ControlReply.Refused($"{node} is the other node: run 'appliance {verb}' there")
            : ControlReply.Refused($"there is no node '{Words.Clean(node)}'; the nodes are {view.Node.Name} and {view.Peer.Name}");
    }

    private ControlReply Explain(ControlArguments arguments)
    {
        if (Refuse(arguments with { Group = null }) is { } refused) return refused;
        if (arguments.Group is null) return new ControlReply(true, Explanations: agent.Explain());
        return RefuseGroup(arguments.Group, out _)
            ?? new ControlReply(true, Explanations: [.. agent.Explain().Where(group => group.Group == arguments.Group)]);
    }

    private ControlReply Switchover(ControlArguments arguments) =>
        Refuse(arguments with { Group = null }) ?? RefuseGroup(arguments.Group, out _) ?? Execute(new Command.Switchover(arguments.Group!));

    private ControlReply Restart(ControlArguments arguments) =>
        Refuse(arguments with { Group = null, Resource = null })
        ?? RefuseResource(arguments, required: true)
        ?? Execute(new Command.RestartResource(arguments.Group!, arguments.Resource!));

    private ControlReply Cleanup(ControlArguments arguments) =>
        Refuse(arguments with { Group = null, Resource = null })
        ?? RefuseResource(arguments, required: false)
        ?? Execute(new Command.Cleanup(arguments.Group!, arguments.Resource));

    private ControlReply Maintenance(ControlArguments arguments)
    {
        if (Refuse(arguments with { Seconds = null }) is { } refused) return refused;
        if (arguments.Seconds is not { } seconds) return Execute(new Command.Maintenance(null));
        var most = ControlLimits.MaintenanceMax;
        return seconds < 1 || seconds > (long)most.TotalSeconds
            ? ControlReply.Refused($"maintenance lasts from 1 second to {most.TotalDays:0} days; {seconds} seconds were asked for")
            : Execute(new Command.Maintenance(TimeSpan.FromSeconds(seconds)));
    }

    private ControlReply Panel(ControlArguments arguments)
    {
        if (Refuse(arguments with { Resource = null, Seconds = null }) is { } refused) return refused;
        if (PanelTable.Of(arguments.Resource ?? "") is not { } row)
            return ControlReply.Refused($"a panel has no state '{Words.Clean(arguments.Resource ?? "")}'");
        var most = (long)ControlLimits.PanelMax.TotalSeconds;
        return arguments.Seconds is not { } seconds || seconds < 1 || seconds > most
            ? ControlReply.Refused($"a state is shown for 1 to {most} seconds")
            : Wait(Task.FromResult(agent.TryPanel(row.State, TimeSpan.FromSeconds(seconds))));
    }

    private ControlReply Incidents(ControlArguments arguments)
    {
        if (Refuse(arguments with { Id = null }) is { } refused) return refused;
        return agent.Incidents(arguments.Id) is { } found ? new ControlReply(true, Incidents: found)
            : ControlReply.Refused($"there is no incident '{Words.Clean(arguments.Id ?? "")}': appliance incidents lists them");
    }

    /// <summary>A drill is noted, so that nobody takes what follows for an accident; the agent does nothing else about it.</summary>
    private ControlReply Drill(ControlArguments arguments)
    {
        if (Refuse(arguments with { Resource = null }) is { } refused) return refused;
        if (arguments.Resource is not { Length: > 0 and <= ControlLimits.DrillTextMax } words)
            return ControlReply.Refused($"how far a drill is is told in 1 to {ControlLimits.DrillTextMax} characters");
        agent.Note($"drill {Words.Clean(words)}");
        return new ControlReply(true, Text: "noted");
    }

    private ControlReply? RefuseGroup(string? name, out GroupStatus? group)
    {
        var groups = agent.Status().Groups;
        group = groups.FirstOrDefault(known => known.Name == name);
        if (group is not null) return null;
        var names = string.Join(", ", groups.Select(known => known.Name));
        return ControlReply.Refused($"there is no group '{Words.Clean(name ?? "")}'; the groups are {names}");
    }

    private ControlReply? RefuseResource(ControlArguments arguments, bool required)
    {
        if (RefuseGroup(arguments.Group, out var group) is { } refused) return refused;
        if (arguments.Resource is null && !required) return null;
        if (group!.Resources.Any(known => known.Name == arguments.Resource)) return null;
        var names = string.Join(", ", group.Resources.Select(known => known.Name));
        return ControlReply.Refused($"group {group.Name} has no resource '{Words.Clean(arguments.Resource ?? "")}'; it has {names}");
    }

    private ControlReply Execute(Command command) => Wait(agent.Execute(command));

    private static ControlReply Wait(Task<CommandReply> task)
    {
        if (!task.Wait(ControlLimits.ReplyDeadline))
        {
            return ControlReply.Refused(
                $"the agent did not answer within {ControlLimits.ReplyDeadline.TotalSeconds:0} s; "
                + "whether the command was taken is not known: see 'appliance status'");
        }

        var reply = task.Result;
        return reply.Done ? new ControlReply(true, Text: reply.Text) : ControlReply.Refused(reply.Text);
    }
}
