using Appliance.Core.Configuration;
using Appliance.Core.Time;

namespace Appliance.Core.Cluster;

/// <summary>What a group's decision may look at: the node's facts, the peer's, the witness' and the references', at one moment.</summary>
public readonly struct Situation(NodeState node, int number, Instant now)
{
    public NodeState Node { get; } = node;

    /// <summary>Number of the group.</summary>
    public int Number { get; } = number;

    public Instant Now { get; } = now;

    public GroupState Group => Node.Groups[Number];

    public GroupConfig Config => Node.Config.Groups[Number];

    public byte Me => (byte)Node.Node;

    public byte Them => (byte)Node.PeerNode;

    public PeerLiveness Peer => Node.Peer;

    /// <summary>What the peer last said about the group.</summary>
    public GroupFacts PeerFacts => Number < Peer.Last.GroupCount ? Peer.Last.Groups[Number] : default(GroupFacts) with { Vote = Vote.None };

    public bool PeerHolds => Peer.Alive && PeerFacts.Role.Holds();

    /// <summary>The peer is alive, heard, in service and able to take the group now.</summary>
    public bool PeerFit => Peer.State == PeerState.Up && PeerFacts.Fit && !PeerFacts.Role.Holds();

    /// <summary>Maintenance on either node keeps everything where it is.</summary>
    public bool Maintenance => Node.MaintenanceUntil is not null || Node.PeerMaintenanceUntil is not null;

    /// <summary>Third votes that can tell "the peer is gone" from "I am cut off" are configured.</summary>
    public bool ReferencesKnown => !Node.Config.Pings.IsEmpty || Node.Config.Witness is not null;

    /// <summary>How many ping references answered within deadtime.</summary>
    public int PingsSeen
    {
        get
        {
            var count = 0;
            foreach (var at in Node.PingsAt)
                if (at is { } answered && Silence(answered) < Node.Timing.Deadtime) count++;
            return count;
        }
    }

    public bool WitnessHeard => Node.WitnessAt is { } at && Silence(at) < Node.Timing.Deadtime;

    /// <summary>The witness' vote in this group, meaningful while <see cref="WitnessHeard"/>.</summary>
    public Vote WitnessVote => Number < Node.Witness.GroupCount ? Node.Witness.Groups[Number].Vote : Vote.None;

    /// <summary>Rule 2: neither the peer nor any reference is heard although references are configured.</summary>
    public bool Isolated => ReferencesKnown && !Peer.Alive && !WitnessHeard && PingsSeen == 0
        && Now - Node.DeafUntil >= Node.Timing.Deadtime;

    /// <summary>Nothing is known yet about being cut off or not: no reference has answered since we became able to hear.</summary>
    public bool ReferencesSilent => ReferencesKnown && !WitnessHeard && PingsSeen == 0;

    /// <summary>How long a difference must last before it is acted on: longer than one lost answer.</summary>
    public TimeSpan Settle => Max(TimeSpan.FromSeconds(1), Node.Timing.Deadtime * 2);

    /// <summary>Our vote is on its way to the disk.</summary>
    public bool Writing => !Node.Asked.Groups.TryGetValue(Group.Name, out var asked) ? Group.Vote != Vote.None : asked.Vote != Group.Vote;

    /// <summary>The group has a service address that can be asked for.</summary>
    public bool HasAddress
    {
        get
        {
            foreach (var resource in Config.Resources)
                if (resource.What is ResourceKind.Ip) return true;
            return false;
        }
    }

    /// <summary>Silence since a sign of life. What happened while we were deaf does not count against it.</summary>
    private TimeSpan Silence(Instant at) => Now - Instant.Later(at, Node.DeafUntil);

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
