using Appliance.Agent.Journal;

namespace Appliance.Agent.Incidents;

/// <summary>What a node tells the other one of an incident. JSON between the nodes; fields are added, never renamed.</summary>
/// <param name="Format">Version of this shape: 1.</param>
/// <param name="NowBootMs">Boot clock of the node that tells, while it tells.</param>
/// <param name="NowUnixMs">Its wall clock.</param>
/// <param name="AgentBootMs">When its agent started, on its boot clock.</param>
/// <param name="Half">Its lower bound for how far the other node's boot clock is ahead, milliseconds modulo 2^32; null: it has
/// none.</param>
/// <param name="LeftOut">Events that the bound kept out.</param>
/// <param name="Events">Of the span that was asked for, oldest first.</param>
public sealed record PeerHalf(
    int Format, long NowBootMs, long NowUnixMs, long AgentBootMs, uint? Half, int LeftOut, IReadOnlyList<EventView> Events)
{
    /// <summary>The shape this build speaks.</summary>
    public const int CurrentFormat = 1;

    /// <summary>True when everything is there that a reader relies on.</summary>
    internal bool IsWhole
    {
        get
        {
            if (Format != CurrentFormat || Events is null || Events.Count > Core.Incidents.Incident.EventsMax) return false;
            foreach (var happened in Events)
                if (happened is not { Node: not null, Kind: not null, Text: not null }) return false;
            return true;
        }
    }
}
