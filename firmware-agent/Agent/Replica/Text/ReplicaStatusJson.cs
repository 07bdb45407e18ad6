using System.Text.Json;
using System.Text.Json.Serialization;
using Appliance.Agent.Control;
using Appliance.Agent.Replica.Control;

namespace Appliance.Agent.Replica.Text;

/// <summary>JSON of <c>appliance replica status --json</c>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    WriteIndented = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(ReplicaReply[]))]
public sealed partial class ReplicaStatusJson : JsonSerializerContext
{
    /// <summary>For people: indented, quotes and accents readable.</summary>
    public static ReplicaStatusJson Indented => field ??= new(ReadableJson.Of(Default.Options));
}
