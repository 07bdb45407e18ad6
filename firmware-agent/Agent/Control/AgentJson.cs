using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Appliance.Agent.Commands;
using Appliance.Agent.Commands.FoneBridge;
using Appliance.Agent.Devices;
using Appliance.Agent.Incidents;
using Appliance.Agent.Journal;
using Appliance.Agent.Lines;
using Appliance.Agent.Replica.Control;
using Appliance.Agent.Status;
using Appliance.Core.Cluster;
using Appliance.Core.Incidents;

namespace Appliance.Agent.Control;

/// <summary>
/// All that this program writes and reads as JSON, generated at build time. One context with several options: a second context would bring
/// the code of every type that both name a second time (docs/decisions/0003-native-aot-settings.md).
/// </summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ControlRequest))]
[JsonSerializable(typeof(ControlReply))]
[JsonSerializable(typeof(StatusView))]
[JsonSerializable(typeof(IReadOnlyList<GroupExplanation>))]
[JsonSerializable(typeof(EventView))]
[JsonSerializable(typeof(LineRequest))]
[JsonSerializable(typeof(LineReply))]
[JsonSerializable(typeof(RelayStatus[]))]
[JsonSerializable(typeof(ReplicaRequest))]
[JsonSerializable(typeof(ReplicaReply))]
[JsonSerializable(typeof(ReplicaReply[]))]
[JsonSerializable(typeof(DevicesView))]
[JsonSerializable(typeof(ImportView))]
[JsonSerializable(typeof(ConfigCheckView))]
[JsonSerializable(typeof(BridgeView))]
[JsonSerializable(typeof(Incident))]
[JsonSerializable(typeof(PeerHalf))]
[JsonSerializable(typeof(BridgeInfoView[]))]
public sealed partial class AgentJson : JsonSerializerContext
{
    /// <summary>For people, files and pipes, never for a web page: quotes and accents stay readable, control characters stay
    /// escaped.</summary>
    /// <param name="depth">Levels that are read and written; 0: the library's own limit.</param>
    /// <param name="indented">A line per field.</param>
    /// <param name="nulls">Fields without a value are written.</param>
    internal static AgentJson Readable(int depth = 0, bool indented = false, bool nulls = false) =>
        new(new JsonSerializerOptions(Default.Options)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            DefaultIgnoreCondition = nulls ? JsonIgnoreCondition.Never : JsonIgnoreCondition.WhenWritingNull,
            WriteIndented = indented,
            MaxDepth = depth,
            TypeInfoResolver = null,
        });

    /// <summary>For requests: an unknown field is refused, an option that has no effect would be a lie.</summary>
    /// <param name="depth">Levels that are read and written.</param>
    internal static AgentJson Strict(int depth) => new(new JsonSerializerOptions(Default.Options)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        MaxDepth = depth,
        TypeInfoResolver = null,
    });
}
