using Appliance.Agent.Control;

namespace Appliance.Agent.Devices;

/// <summary>What <c>appliance devices --json</c> prints.</summary>
/// <param name="Config">File that says what is configured; null: there was none that can be used.</param>
public sealed record DevicesView(string? Config, IReadOnlyList<DeviceReport> Devices);

/// <summary>JSON of the list of devices.</summary>
public static class DevicesJson
{
    /// <summary>A line per field.</summary>
    public static AgentJson Readable => field ??= AgentJson.Readable(indented: true);
}
