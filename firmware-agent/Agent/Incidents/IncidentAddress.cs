using System.Net;
using Appliance.Agent.Update.Pair;
using Appliance.Core.Configuration;
using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.Wire;
using Appliance.Core.Update;
using Appliance.Core.Wire;

namespace Appliance.Agent.Incidents;

/// <summary>Where the two agents talk about incidents: on the first heartbeat link with addresses, as the updates do, on a port of their
/// own.</summary>
internal static class IncidentAddress
{
    /// <summary>No name of a replica, for a blank is not allowed there, and not that of updates: neither greeting passes for the
    /// other.</summary>
    private const string Name = "appliance incidents";

    /// <summary>Null: the configuration has no link of type "unicast".</summary>
    public static PairAddress? Of(ApplianceConfig config, int node, KeySet keys)
    {
        if (PairLink.Of(config) is not { } cable) return null;
        return new PairAddress(
            new IPEndPoint(IPAddress.Parse(cable.Addresses[node]), PairLink.IncidentPort),
            new IPEndPoint(IPAddress.Parse(cable.Addresses[1 - node]), PairLink.IncidentPort),
            new GreetingConfig(Name, PairId.Of(config.Cluster.Name, Name), node, keys, Encrypt: true));
    }
}
