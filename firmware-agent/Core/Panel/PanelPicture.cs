using Appliance.Core.Cluster;

namespace Appliance.Core.Panel;

/// <summary>What the lights show.</summary>
public readonly record struct PanelPicture(PanelState State, LedRhythm StatusLight, LedRhythm RoleLight)
{
    /// <summary>From what is known to what is shown. Pure.</summary>
    public static PanelPicture Of(PanelFacts facts) => Of(StateOf(facts), facts.Serves);

    /// <summary>The lights of a state.</summary>
    public static PanelPicture Of(PanelState state, bool serves)
    {
        var row = PanelTable.Of(state);
        return new PanelPicture(state, row.Status, row.Role ?? (serves ? LedRhythm.On : LedRhythm.Off));
    }

    //  agent ─no▶ NoAgent     a group fences ─▶ Fencing     nobody serves ─▶ NoPeer (peer silent) or Failed     failed here ─▶ Failed
    //  serves, line elsewhere or alarmed ─▶ LineAlarm     file refused ─▶ ConfigError     order of a person ─▶ Maintenance
    //  begun just now, or a group on its way ─▶ Starting     copying ─▶ Syncing
    //  what is left is well or wants a look:   serves ─▶ Serving | ServingAlone     does not ─▶ Standby | StandbyWarned
    private static PanelState StateOf(PanelFacts facts) => facts switch
    {
        { AgentRuns: false } => PanelState.NoAgent,
        _ when facts.Groups.Any(group => group.Role == Role.Fencing) => PanelState.Fencing,
        { IsNew: true } => PanelState.Starting,
        { ServiceLost: true, PeerHeard: false, Serves: false } => PanelState.NoPeer,
        { ServiceLost: true } => PanelState.Failed,
        _ when facts.Groups.Any(group => group.Role == Role.Failed) => PanelState.Failed,
        { LineTrouble: true, Serves: true } => PanelState.LineAlarm,
        { ConfigRefused: true } => PanelState.ConfigError,
        { OutOfService: true } or { MaintenanceLeft: > 0 } => PanelState.Maintenance,
        _ when facts.Groups.Any(group => group.Role is Role.Activating or Role.Deactivating) => PanelState.Starting,
        { Copied: not null } => PanelState.Syncing,
        { Serves: true, Reasons.IsEmpty: true } => PanelState.Serving,
        { Serves: true } => PanelState.ServingAlone,
        { Reasons.IsEmpty: true } => PanelState.Standby,
        _ => PanelState.StandbyWarned,
    };
}
