using System.Text.Json;
using System.Text.Json.Serialization;
using Appliance.Agent.Control;

namespace Appliance.Agent.Devices;

/// <summary>What <c>appliance devices --json</c> prints.</summary>
/// <param name="Config">File that says what is configured; null: there was none that can be used.</param>
public sealed record DevicesView(string? Config, IReadOnlyList<DeviceReport> Devices);

/// <summary>JSON of the list of devices.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true)]
[JsonSerializable(typeof(DevicesView))]
public sealed partial class DevicesJson : JsonSerializerContext
{
    /// <summary>Quotes stay readable; the output is never part of a page.</summary>
    public static DevicesJson Readable => field ??= new(ReadableJson.Of(Default.Options));
}
