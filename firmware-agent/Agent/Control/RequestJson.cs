using System.Text.Json.Serialization;

namespace Appliance.Agent.Control;

/// <summary>JSON of requests. An unknown field is refused: an option that has no effect would be a lie.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    MaxDepth = 4)]
[JsonSerializable(typeof(ControlRequest))]
public sealed partial class RequestJson : JsonSerializerContext;
