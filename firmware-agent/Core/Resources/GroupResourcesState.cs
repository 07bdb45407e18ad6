using System.Collections.Immutable;
using Appliance.Core.Configuration;
using Appliance.Core.Time;

namespace Appliance.Core.Resources;

/// <summary>All resources of one group on this node. A value; changed by <see cref="GroupResources.Step"/> only.</summary>
/// <param name="Group">Name of the group, for reports.</param>
/// <param name="Graph">Who needs whom.</param>
/// <param name="Goal">What the owner wants.</param>
/// <param name="Thawed">The goal when it is not Frozen: the last one that was not.</param>
/// <param name="Disturbed">Something failed, or an operator restarts something, and not everything runs again yet.</param>
/// <param name="NextOperation">Id of the next operation; the group's number is in the top bits, so ids are unique in the agent.</param>
/// <param name="Resources">By index in the configuration.</param>
public sealed record GroupResourcesState(
    string Group,
    ResourceGraph Graph,
    Goal Goal,
    Goal Thawed,
    bool Disturbed,
    ulong NextOperation,
    ImmutableArray<ResourceStanding> Resources)
{
    private const int GroupShift = 48;

    /// <summary>
    /// At the start of the agent: presumed stopped and wanted so. <see cref="ResourceEvent.Want"/> with Adopt asks what really runs.
    /// </summary>
    public static GroupResourcesState Start(GroupConfig config, int group, Instant now) =>
        new(
            config.Name,
            ResourceGraph.Of(config),
            Goal.Stopped,
            Goal.Stopped,
            false,
            ((ulong)group << GroupShift) + 1,
            [.. config.Resources.Select(_ => ResourceStanding.Untouched(now))]);
}
