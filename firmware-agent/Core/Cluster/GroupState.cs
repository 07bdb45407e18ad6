using Appliance.Core.Resources;
using Appliance.Core.Time;

namespace Appliance.Core.Cluster;

/// <summary>One group on this node.</summary>
public sealed record GroupState
{
    public required string Name { get; init; }

    public Role Role { get; init; }

    /// <summary>Since when the role.</summary>
    public Instant Since { get; init; }

    /// <summary>Why the group is where it is, as a sentence.</summary>
    public string Why { get; init; } = "the agent has just started";

    /// <summary>Our durable vote: spoken and acted on only after it is on disk.</summary>
    public Vote Vote { get; init; } = Vote.None;

    /// <summary>Our vote has carried a promotion (or comes from before a restart): a new promotion needs a new term.</summary>
    public bool VoteSpent { get; init; } = true;

    /// <summary>On disk: resources of the group may be running here.</summary>
    public bool Held { get; init; }

    public required GroupResourcesState Resources { get; init; }

    /// <summary>What the resources were last asked for; null: nothing yet.</summary>
    public Goal? Goal { get; init; }

    /// <summary>While Deactivating: hand the group to the peer when all is stopped.</summary>
    public bool HandOver { get; init; }

    /// <summary>When it was last stopped here to be handed to the peer, which has the first claim for a while.</summary>
    public Instant? HandedAt { get; init; }

    /// <summary>While Activating: resources that still run are taken back as they are.</summary>
    public bool Adopting { get; init; }

    /// <summary>The group failed here; until then, or a cleanup, it is not fit.</summary>
    public Instant? FailedUntil { get; init; }

    /// <summary>When it failed here last: the next try keeps its distance.</summary>
    public Instant FailedAt { get; init; }

    /// <summary>Why it failed here.</summary>
    public string FailedWhy { get; init; } = "";

    public DataStanding Data { get; init; }

    public ReplicaState Replica { get; init; } = ReplicaState.None;

    /// <summary>Where the group's telephone lines are; None: it has none.</summary>
    public LineStanding Line { get; init; }

    /// <summary>How that is known, in words.</summary>
    public string LineWhy { get; init; } = "";

    /// <summary>Hardware of this node does not do what it is told. That the peer does not know where they are is not our fault.</summary>
    public bool LineBroken { get; init; }

    /// <summary>Every line is known, but they are not at one node: they are being moved.</summary>
    public bool LinesApart { get; init; }

    /// <summary>The question who has the service address.</summary>
    public Evidence Evidence { get; init; } = Evidence.None;

    /// <summary>The answer that was last reported, so that it is said once.</summary>
    public AddressAnswer? LastAnswer { get; init; }

    public Wish Wish { get; init; }

    /// <summary>An operator's wish ends then; a failback wish has no end.</summary>
    public Instant? WishUntil { get; init; }

    /// <summary>Since when this node could take the group without a break.</summary>
    public Instant? FitSince { get; init; }

    /// <summary>Since when the peer sees more ping references than the active we are.</summary>
    public Instant? PeerBetterSince { get; init; }

    /// <summary>Since when this node is critical and the peer would serve better.</summary>
    public Instant? PeerHealthierSince { get; init; }

    /// <summary>Since when nobody holds the group although somebody could.</summary>
    public Instant? VacantSince { get; init; }

    /// <summary>Since when the peer says that it resets itself because a resource would not stop.</summary>
    public Instant? PeerFencingSince { get; init; }

    /// <summary>The daily failback window is open.</summary>
    public bool WindowOpen { get; init; }

    /// <summary>The window was used; once is enough.</summary>
    public bool WindowUsed { get; init; }
}

/// <summary>The last question who has the group's service address, and its answer.</summary>
/// <param name="Token">Names the question; 0: never asked.</param>
/// <param name="AskedAt">When.</param>
/// <param name="Answer">Null: no answer yet.</param>
/// <param name="Detail">In words.</param>
public sealed record Evidence(ulong Token, Instant AskedAt, AddressAnswer? Answer, string Detail)
{
    public static Evidence None => new(0, Instant.Boot, null, "");
}
