using System.Collections.Immutable;
using Appliance.Core.FoneBridge;

namespace Appliance.Core.Import;

/// <summary>A node's name.</summary>
/// <param name="Id">Corosync's number of the node; 0: not said.</param>
/// <param name="IsMembership">The file decides who is a member (ha.cf, corosync.conf, crm, asha.conf); another one may only agree.</param>
internal sealed record NodeFact(string Name, Place Place, bool IsMembership, long Id = 0);

/// <summary>An address that a node keeps.</summary>
/// <param name="Node">Its name; empty: not said.</param>
/// <param name="Interface">Empty: not said.</param>
internal sealed record AddressFact(string Node, string Address, string Interface, Place Place);

/// <summary>A network and the interface that is in it.</summary>
internal sealed record NetworkFact(string Network, string Interface, Place Place);

/// <summary>One value of the new file: the same key from two places must have the same value.</summary>
/// <param name="Key">Key path in the new file.</param>
/// <param name="Value">As the new file writes it, without quotes.</param>
internal sealed record SettingFact(string Key, string Value, Place Place);

/// <summary>How a link is spoken to.</summary>
internal enum LinkWay : byte
{
    Broadcast,
    Unicast,
    Multicast,
    Serial,
}

/// <summary>A medium between the nodes.</summary>
/// <param name="Interface">Or the serial device; empty: not said.</param>
/// <param name="Port">UDP port; 0: the usual one.</param>
internal sealed record LinkFact(LinkWay Way, string Interface, int Port, Place Place)
{
    public string Group { get; init; } = "";

    public int Baud { get; init; }

    /// <summary>Unicast: the ends that are known. A node's name may be empty.</summary>
    public ImmutableArray<AddressFact> Ends { get; init; } = [];

    /// <summary>Corosync's <c>bindnetaddr</c>; empty: not said.</summary>
    public string Network { get; init; } = "";
}

/// <summary>A machine that answers ping.</summary>
internal sealed record PingFact(string Address, Place Place);

/// <summary>A device that switches a node off.</summary>
/// <param name="Node">Empty: not said.</param>
/// <param name="Driver">"ipmi" or "agent".</param>
/// <param name="Keys">Of the section, in TOML; null values are to be filled in.</param>
/// <param name="Password">Null: there is none in the file.</param>
internal sealed record FenceFact(
    string Name, string Node, string Driver, ImmutableArray<(string Key, string? Toml)> Keys, string? Password, Place Place);

/// <summary>Mail that was sent.</summary>
internal sealed record AlertFact(string To, string Subject, Place Place);

/// <summary>A foneBRIDGE.</summary>
/// <param name="Config">Null: its file could not be taken.</param>
internal sealed record BridgeFact(BridgeConfig? Config, Place Place);

/// <summary>A Rhino card.</summary>
/// <param name="Node">Node that powers it.</param>
internal sealed record RhinoFact(string Port, string Node, Place Place);

/// <summary>A service address of which a file knows more than the one that uses it.</summary>
internal sealed record ServiceAddressFact(string Address, int PrefixLength, string Interface, Place Place);

/// <summary>What all files together say of the pair. Filled while they are read, then merged.</summary>
internal sealed class PairFacts
{
    public List<NodeFact> Nodes { get; } = [];

    public List<AddressFact> Addresses { get; } = [];

    public List<NetworkFact> Networks { get; } = [];

    public List<SettingFact> Settings { get; } = [];

    public List<LinkFact> Links { get; } = [];

    public List<PingFact> Pings { get; } = [];

    public List<FenceFact> Fences { get; } = [];

    public List<AlertFact> Alerts { get; } = [];

    public List<BridgeFact> Bridges { get; } = [];

    public List<RhinoFact> Rhinos { get; } = [];

    public List<ServiceAddressFact> ServiceAddresses { get; } = [];

    public List<Drbd.ReplicaFact> Replicas { get; } = [];

    public List<Resources.GroupFact> Groups { get; } = [];

    /// <summary>What ASHA's own scripts make of asha.conf; counts only where nothing else says it.</summary>
    public List<Drbd.ReplicaFact> UsualReplicas { get; } = [];

    public List<Resources.GroupFact> UsualGroups { get; } = [];

    /// <summary>ha.cf hands the resources to Pacemaker: haresources is not used.</summary>
    public Place? PacemakerRules { get; set; }

    /// <summary>Heartbeat's own defaults count where ha.cf is silent.</summary>
    public Place? HasHeartbeat { get; set; }

    public void Set(string key, string value, Place place) => Settings.Add(new SettingFact(key, value, place));
}
