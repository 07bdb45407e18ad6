using System.Net;

namespace Appliance.Agent.Witness;

/// <summary>What <c>appliance witness</c> is told on its command line.</summary>
/// <param name="KeyFile">The cluster's key file.</param>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="Listen">UDP address and port.</param>
/// <param name="StateDirectory">Where the votes are kept.</param>
/// <param name="Deadtime">Of the cluster.</param>
/// <param name="Keepalive">Of the cluster.</param>
public sealed record WitnessOptions(
    string KeyFile, string Cluster, IPEndPoint Listen, string StateDirectory, TimeSpan Deadtime, TimeSpan Keepalive);
