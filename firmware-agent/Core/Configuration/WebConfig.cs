using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration;

/// <summary><c>[web]</c>.</summary>
/// <param name="Listen">Where the status page is served; an address may be 0.0.0.0 or ::.</param>
public sealed record WebConfig(Endpoint Listen);
