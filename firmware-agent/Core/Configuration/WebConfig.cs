using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration;

/// <summary><c>[web]</c>.</summary>
/// <param name="Listen">Where the status page is served; an address may be 0.0.0.0 or ::.</param>
/// <param name="TokenFile">Holds what orders need; empty: none are taken.</param>
public sealed record WebConfig(Endpoint Listen, string TokenFile = "");
