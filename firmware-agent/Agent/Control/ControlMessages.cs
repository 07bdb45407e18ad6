using Appliance.Agent.Journal;
using Appliance.Agent.Status;
using Appliance.Core.Cluster;
using Appliance.Core.Incidents;

namespace Appliance.Agent.Control;

/// <summary>One line from client to agent. docs/decisions/0004-control-socket.md.</summary>
/// <param name="Command">One of <see cref="ControlCommands"/>.</param>
/// <param name="Arguments">Null: none.</param>
/// <param name="By">In whose name an order is given, for the events; null: whoever runs the command.</param>
public sealed record ControlRequest(string? Command, ControlArguments? Arguments = null, string? By = null);

/// <summary>Arguments of all commands; each command refuses those that it does not know.</summary>
/// <param name="Node">standby, online: the node meant; null: this one. fence-confirm: the node that is off.</param>
/// <param name="Group">switchover, restart, cleanup; explain (null: all).</param>
/// <param name="Resource">restart; cleanup (null: all of the group); panel: the state to show. drill: how far it is,
/// in words.</param>
/// <param name="Seconds">maintenance: for how long; null ends it. panel: for how long.</param>
/// <param name="SinceSerial">events: only later ones.</param>
/// <param name="Limit">events: at most that many of the newest.</param>
/// <param name="Follow">events: go on until the client closes its side.</param>
/// <param name="Id">incidents: the record, or the beginning of its name, or "last"; null: the list.</param>
public sealed record ControlArguments(
    string? Node = null,
    string? Group = null,
    string? Resource = null,
    long? Seconds = null,
    long? SinceSerial = null,
    int? Limit = null,
    bool? Follow = null,
    string? Id = null);

/// <summary>One line from agent to client. <c>events</c> answers with a line per event and, unless following, one without.</summary>
/// <param name="Ok">False: refused.</param>
/// <param name="Error">Why, as a sentence.</param>
/// <param name="Text">What happens now.</param>
/// <param name="Status">Answer to status.</param>
/// <param name="Event">One event.</param>
/// <param name="Explanations">Answer to explain.</param>
/// <param name="Incidents">Answer to incidents: the list, newest first, without phases and events; or one record, whole.</param>
public sealed record ControlReply(bool Ok, string? Error = null, string? Text = null, StatusView? Status = null, EventView? Event = null,
    IReadOnlyList<GroupExplanation>? Explanations = null, IReadOnlyList<Incident>? Incidents = null)
{
    public static ControlReply Refused(string error) => new(false, Error: error);
}

/// <summary>The words of the protocol.</summary>
public static class ControlCommands
{
    public const string Status = "status";
    public const string Explain = "explain";
    public const string Events = "events";
    public const string Standby = "standby";
    public const string Online = "online";
    public const string Switchover = "switchover";
    public const string Maintenance = "maintenance";
    public const string Restart = "restart";
    public const string Cleanup = "cleanup";
    public const string Reload = "reload";
    public const string FenceConfirm = "fence-confirm";
    public const string Panel = "panel";
    public const string Incidents = "incidents";
    public const string Drill = "drill";
}

/// <summary>JSON of replies. Unknown fields are ignored, so that an older command reads a newer agent.</summary>
public static class ControlJson
{
    /// <summary>A line.</summary>
    public static AgentJson Readable => field ??= AgentJson.Readable(depth: 16);

    /// <summary>The same, a line per field.</summary>
    public static AgentJson Indented => field ??= AgentJson.Readable(depth: 16, indented: true);
}
