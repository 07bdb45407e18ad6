using System.Net;
using Appliance.Core.Configuration;
using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.Wire;
using Appliance.Core.Update;
using Appliance.Core.Wire;

namespace Appliance.Agent.Update.Pair;

/// <summary>Where the two nodes talk about updates, and as whom.</summary>
/// <param name="Own">This node listens here.</param>
/// <param name="Peer">The other node listens here.</param>
/// <param name="Greeting">Who we are.</param>
internal sealed record PairAddress(IPEndPoint Own, IPEndPoint Peer, GreetingConfig Greeting)
{
    /// <summary>No name of a replica: a blank is not allowed there, so a replica's greeting is never one of ours.</summary>
    private const string Name = "appliance update";

    /// <summary>The same addresses, cluster and keys: whoever serves with one serves with the other.</summary>
    public bool IsSame(PairAddress other)
    {
        var (mine, theirs) = (Greeting.Keys.All, other.Greeting.Keys.All);
        if (!Own.Equals(other.Own) || !Peer.Equals(other.Peer) || mine.Length != theirs.Length) return false;
        if (Greeting.Node != other.Greeting.Node || Greeting.Cluster != other.Greeting.Cluster) return false;
        for (var index = 0; index < mine.Length; index++)
        {
            if (mine[index].Id != theirs[index].Id) return false;
            if (!mine[index].Secret.AsSpan().SequenceEqual(theirs[index].Secret.AsSpan())) return false;
        }

        return true;
    }

    /// <summary>Null: there is no heartbeat link with an address for each node.</summary>
    public static PairAddress? Of(ApplianceConfig config, int node, KeySet keys)
    {
        if (PairLink.Of(config) is not { } cable) return null;
        return new PairAddress(
            new IPEndPoint(IPAddress.Parse(cable.Addresses[node]), PairLink.Port),
            new IPEndPoint(IPAddress.Parse(cable.Addresses[1 - node]), PairLink.Port),
            new GreetingConfig(Name, PairId.Of(config.Cluster.Name, Name), node, keys, Encrypt: true));
    }

    /// <summary>From the node's own files; null and a sentence.</summary>
    public static PairAddress? Read(UpdatePlaces places, out string problem)
    {
        var options = new Commands.AgentOptions(places.Config, null, "", "");
        var files = AgentFiles.Read(options, places.Config, out var problems);
        problem = string.Join("; ", problems);
        if (files is null) return null;
        problem = "the nodes talk about updates on the first heartbeat link of type \"unicast\", and the configuration has none";
        return Of(files.Config, files.Node, files.Keys);
    }
}
