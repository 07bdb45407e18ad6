using System.Collections.Immutable;
using Appliance.Core.Time;

namespace Appliance.Core.Cluster;

/// <summary>What a pair that speaks Heartbeat's protocol has come to, as the groups have to follow it.</summary>
/// <param name="Serial">Grows with every change of what is granted.</param>
/// <param name="IsDecided">It is known what this node may run; before that what runs is neither stopped nor touched.</param>
/// <param name="Granted">By group number: this node may run it.</param>
/// <param name="PeerHolds">By group number: the other node says that it has it.</param>
/// <param name="Peer">How the other node stands.</param>
/// <param name="PeerReady">It can be negotiated with.</param>
/// <param name="PeerIsAppliance">It runs this agent, too: the mode is not needed any more.</param>
/// <param name="HeardAt">When it was last heard; null: never.</param>
/// <param name="LinksHeardAt">The same by link number.</param>
/// <param name="PeerIncarnation">Its generation.</param>
/// <param name="Why">Why it is as it is, as a sentence.</param>
public sealed record RuledPair(
    ulong Serial, bool IsDecided, ImmutableArray<bool> Granted, ImmutableArray<bool> PeerHolds, PeerState Peer, bool PeerReady,
    bool PeerIsAppliance, Instant? HeardAt, ImmutableArray<Instant?> LinksHeardAt, ulong PeerIncarnation, string Why);
