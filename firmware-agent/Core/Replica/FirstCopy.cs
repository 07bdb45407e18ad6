using Appliance.Core.Replica.Engine;

namespace Appliance.Core.Replica;

/// <summary>What a node with a replica that may be new has to do.</summary>
public enum FirstCopyStep
{
    /// <summary>Nothing, now or later: there is data, or it will come from the peer.</summary>
    None,

    /// <summary>Look again in a moment.</summary>
    Wait,

    /// <summary>Declare this node's disk the truth and fill it.</summary>
    Make,
}

/// <param name="IsFirstNode">The first [[node]] of the configuration: of two new disks its is the one that counts.</param>
/// <param name="FirstNode">Its name.</param>
/// <param name="Status">What the replica's process says; null: it does not answer.</param>
/// <param name="Waited">Since the first look.</param>
/// <param name="Patience">For a peer that is not there: it may be starting, and may have the data.</param>
public sealed record FirstCopyFacts(bool IsFirstNode, string FirstNode, ReplicaStatus? Status, TimeSpan Waited, TimeSpan Patience);

/// <summary>
/// Whether a fresh node makes the first copy of a replica's data. Wrong by one side is a system that never starts; wrong by the other is
/// an empty one in the place of a full one. So: only what never held data is overwritten, a peer that answers has the first word, and of
/// two new disks only the first node's counts.
/// </summary>
public static class FirstCopy
{
    //                      no answer of the peer, or of our process
    //            ┌────────────── Wait ◀─────────────┐
    //            │ patience ends                     │
    //            ▼                                   │
    //   peer was met before, or ──▶ None        our disk is new? ──no──▶ None (it holds data)
    //   not the first node                           │ yes
    //            │ else                              ▼
    //            ▼                  peer new, too: first node ──▶ Make, the other ──▶ None
    //           Make                peer has data, or a part: ──▶ None (it copies, or a person decides)

    public static (FirstCopyStep Step, string Why) Decide(FirstCopyFacts facts)
    {
        if (facts.Status is not { } now) return facts.Waited < facts.Patience ? Wait("the replica's process does not answer")
            : None("the replica's process does not answer");
        if (!now.New) return None("it holds data, or is being filled");
        // Two new disks have nothing to compare: the engine keeps them apart until one of them is declared the truth.
        if (now.PeerNew == true)
            return facts.IsFirstNode ? Make("both disks are new, and this is the first node")
                : None($"both disks are new, and {facts.FirstNode} makes the first copy");
        if (now.PeerNew == false) return None("the peer has data, or a part of it: it is copied from there, or a person decides");
        if (now.Connection == ConnectionState.StandAlone) return None($"the two replicas do not work together: {now.Why}");
        if (facts.Waited < facts.Patience) return Wait("the peer does not answer yet");
        if (!facts.IsFirstNode) return None($"the peer does not answer; {facts.FirstNode} makes the first copy");
        return now.PeerSeen ? None("the peer does not answer, and it was met before: it may have the data")
            : Make("nobody else is there: this node begins alone");
    }

    private static (FirstCopyStep, string) None(string why) => (FirstCopyStep.None, why);

    private static (FirstCopyStep, string) Wait(string why) => (FirstCopyStep.Wait, why);

    private static (FirstCopyStep, string) Make(string why) => (FirstCopyStep.Make, why);
}
