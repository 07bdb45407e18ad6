namespace Appliance.Agent.Status;

/// <param name="Showing">The word of the state in docs/PANEL.md.</param>
/// <param name="StatusLight">Rhythm of the light "status"; null: there is none.</param>
/// <param name="RoleLight">Rhythm of the light "role"; null: there is none.</param>
/// <param name="Screen">Lines on the display; empty: there is none, or nothing was shown yet.</param>
/// <param name="Troubles">What of it does not work, in words.</param>
public sealed record PanelStatus(
    string Showing, string? StatusLight, string? RoleLight, IReadOnlyList<string> Screen, IReadOnlyList<string> Troubles)
{
    /// <summary>The button is down now; null: there is none, or it does not work.</summary>
    public bool? ButtonHeld { get; init; }
}
