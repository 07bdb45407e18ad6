namespace Appliance.Core.Panel;

/// <summary>One row of the table that docs/PANEL.md shows.</summary>
/// <param name="State">Of the node.</param>
/// <param name="Word">In commands and JSON.</param>
/// <param name="Status">Light "status": is the pair well?</param>
/// <param name="Role">Light "role": does this node serve? Null: it follows whether it does.</param>
/// <param name="Title">First line of a display, at most 16 characters.</param>
/// <param name="Meaning">A sentence for a person who stands there.</param>
/// <param name="WhatToDo">The same.</param>
public sealed record PanelRow(
    PanelState State, string Word, LedRhythm Status, LedRhythm? Role, string Title, string Meaning, string WhatToDo);

/// <summary>The one table that says which state shows what.</summary>
public static class PanelTable
{
    /// <summary>Columns of the smallest display.</summary>
    public const int TitleMax = 16;

    public static IReadOnlyList<PanelRow> Rows { get; } =
    [
        new(PanelState.Serving, "serving", LedRhythm.On, LedRhythm.On, "SERVING",
            "This node serves and the other one could take over.", "Nothing."),
        new(PanelState.Standby, "standby", LedRhythm.On, LedRhythm.Off, "STANDBY",
            "The other node serves and this one could take over.", "Nothing."),
        new(PanelState.ServingAlone, "serving-alone", LedRhythm.Wink, LedRhythm.On, "SERVES, NO SPARE",
            "This node serves; the next fault may not be survived.", "Look at the other node, the cables, then `appliance status`."),
        new(PanelState.StandbyWarned, "standby-warned", LedRhythm.Wink, LedRhythm.Off, "STANDBY, CHECK",
            "The other node serves; something of the pair is not whole.", "Page with the button, or `appliance status`."),
        new(PanelState.Starting, "starting", LedRhythm.Slow, LedRhythm.Slow, "STARTING",
            "The node has just begun, or a group is being started or stopped.", "Wait. If it stays so: `appliance status`."),
        new(PanelState.Syncing, "syncing", LedRhythm.Double, null, "COPYING DATA",
            "The second copy of the data is not complete yet.", "Wait; do not switch the other node off."),
        new(PanelState.Maintenance, "maintenance", LedRhythm.Flash, null, "MAINTENANCE",
            "Somebody works here: maintenance, or standby by order.",
            "Ask who; `appliance maintenance off` or `appliance online` ends it."),
        new(PanelState.LineAlarm, "line-alarm", LedRhythm.Fast, LedRhythm.On, "LINE ALARM",
            "This node serves, but the telephone line is elsewhere or has an alarm.", "Line cables, relay, then the carrier."),
        new(PanelState.Failed, "failed", LedRhythm.Fast, LedRhythm.Off, "FAILED",
            "A group failed on this node, or nobody serves it.", "`appliance status` on both nodes, now."),
        new(PanelState.NoPeer, "no-peer", LedRhythm.Fast, LedRhythm.Flash, "NO PEER",
            "Nobody serves here, and the other node is not heard.", "Power and cables of both nodes, now."),
        new(PanelState.ConfigError, "config-error", LedRhythm.Fast, LedRhythm.Slow, "CONFIG ERROR",
            "The configuration file was refused; the last good one is in force.", "`appliance config check` says why."),
        new(PanelState.Fencing, "fencing", LedRhythm.Fast, LedRhythm.Fast, "RESETTING",
            "A resource would not stop; the node resets itself.", "Wait a minute; if it hangs, switch it off and on."),
        new(PanelState.NoAgent, "no-agent", LedRhythm.Off, LedRhythm.Off, "NO AGENT",
            "The agent does not run on this node, or the node has no power.", "`systemctl status appliance-agent`."),
        new(PanelState.StickAccepted, "stick-accepted", LedRhythm.Double, LedRhythm.Double, "STICK ACCEPTED",
            "For a minute: the node took what is on the USB stick.", "Pull it out."),
        new(PanelState.StickRefused, "stick-refused", LedRhythm.Double, LedRhythm.Fast, "STICK REFUSED",
            "For a minute: nothing of the USB stick was taken.", "`result.txt` on the stick says why."),
        new(PanelState.StickAsks, "stick-button", LedRhythm.Double, LedRhythm.Flash, "HOLD THE BUTTON",
            "The USB stick proves nothing: only somebody at the front may let it in.", "Hold the button for 1 s, not longer than 2 s."),
    ];

    public static PanelRow Of(PanelState state) => Rows.First(row => row.State == state);

    /// <summary>The row of that word; null: there is none.</summary>
    public static PanelRow? Of(string word) => Rows.FirstOrDefault(row => row.Word == word);
}
