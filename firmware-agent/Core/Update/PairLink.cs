using Appliance.Core.Configuration;

namespace Appliance.Core.Update;

/// <summary>Where the two nodes talk about updates: TCP on the first heartbeat link that has an address for each of them.</summary>
public static class PairLink
{
    /// <summary>TCP.</summary>
    public const int Port = 7794;

    /// <summary>TCP; where an agent answers the other one about incidents.</summary>
    public const int IncidentPort = 7795;

    /// <summary>Null: there is no such link.</summary>
    public static LinkConfig.Unicast? Of(ApplianceConfig config)
    {
        foreach (var link in config.Links)
            if (link is LinkConfig.Unicast cable) return cable;
        return null;
    }
}
