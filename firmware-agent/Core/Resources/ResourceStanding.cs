using System.Collections.Immutable;
using Appliance.Core.Time;

namespace Appliance.Core.Resources;

/// <summary>What is known of one resource on this node.</summary>
/// <param name="Phase">Where it stands.</param>
/// <param name="Since">Since when <see cref="State"/>.</param>
/// <param name="Text">Why it is so, in words.</param>
/// <param name="Restarts">Moments of the local restarts that still count, oldest first.</param>
/// <param name="NotBefore">Back-off: no start before.</param>
/// <param name="GivenUp">Why it was given up here (budget used up, or trying again cannot mend it); null: it was not.</param>
/// <param name="Bounce">An operator asked for a restart that has not stopped it yet.</param>
/// <param name="Stuck">It failed to stop within its bound.</param>
/// <param name="Watched">Its watch is on.</param>
public sealed record ResourceStanding(
    ResourcePhase Phase,
    Instant Since,
    string Text,
    ImmutableArray<Instant> Restarts,
    Instant NotBefore,
    string? GivenUp,
    bool Bounce,
    bool Stuck,
    bool Watched)
{
    /// <summary>A resource that was never touched.</summary>
    public static ResourceStanding Untouched(Instant now) =>
        new(new ResourcePhase.Stopped(), now, "not started yet", [], Instant.Boot, null, false, false, false);

    /// <summary>The state as people see it.</summary>
    public ResourceState State => Phase switch
    {
        ResourcePhase.Stopped => GivenUp is not null ? ResourceState.Failed : ResourceState.Stopped,
        ResourcePhase.Started => ResourceState.Started,
        ResourcePhase.Unknown => ResourceState.Starting,
        ResourcePhase.Busy { Stops: true } => Stuck ? ResourceState.Failed : ResourceState.Stopping,
        ResourcePhase.Busy => ResourceState.Starting,
        ResourcePhase.Resisting => Stuck ? ResourceState.Failed : ResourceState.Stopping,
        _ => ResourceState.Failed,
    };

    /// <summary>What to tell people: why it was given up outlives what was done to it afterwards.</summary>
    public string Words => State == ResourceState.Failed && GivenUp is not null ? GivenUp : Text;

    public bool IsStopped => Phase is ResourcePhase.Stopped;

    public bool IsStarted => Phase is ResourcePhase.Started;

    /// <summary>It is stopped, on its way there, or has to go there: nothing that needs it may run.</summary>
    public bool IsDown => Phase switch
    {
        ResourcePhase.Stopped or ResourcePhase.Resisting => true,
        ResourcePhase.Busy busy => busy.Stops,
        ResourcePhase.Broken => GivenUp is null,
        _ => false,
    };
}

/// <summary>One line of <c>appliance status</c>.</summary>
public readonly record struct ResourceView(string Name, ResourceState State, Instant Since, string Text, int RestartsUsed);
