using System.Buffers;
using System.Text.Json;
using Appliance.Agent.Control;
using Appliance.Agent.Journal;
using Appliance.Agent.Status;
using Appliance.Core.Incidents;

namespace Appliance.Agent.Web;

/// <summary>What the page shows, at one moment.</summary>
/// <param name="View">The last snapshot there was; null: there was none.</param>
/// <param name="Problem">Why it is old; empty: it is not.</param>
/// <param name="Events">Newest last.</param>
/// <param name="Incidents">Newest first, brief.</param>
/// <param name="ReadOnly">Why nothing can be ordered; empty: it can.</param>
internal sealed record WebNews(StatusView? View, string Problem, IReadOnlyList<EventView> Events, IReadOnlyList<Incident> Incidents,
    string ReadOnly)
{
    /// <summary>Events in a message.</summary>
    public const int EventsShown = 30;

    private static readonly byte[] Field = "data: "u8.ToArray();

    /// <summary>The snapshot, only while it is current.</summary>
    public StatusView? Current => Problem.Length == 0 ? View : null;

    /// <summary>As JSON: problem, status as <c>appliance status --json</c> has it, events as <c>appliance events --json</c> and incidents
    /// as <c>appliance incidents --json</c> have them.</summary>
    public byte[] Json()
    {
        var bytes = new ArrayBufferWriter<byte>(16 * 1024);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("problem", Problem);
            json.WriteString("read_only", ReadOnly);
            json.WritePropertyName("status");
            if (View is null) json.WriteNullValue();
            else JsonSerializer.Serialize(json, View, ControlJson.Readable.StatusView);
            json.WriteStartArray("events");
            for (var i = Math.Max(0, Events.Count - EventsShown); i < Events.Count; i++)
                JsonSerializer.Serialize(json, Events[i], EventJson.Readable.EventView);
            json.WriteEndArray();
            json.WritePropertyName("incidents");
            JsonSerializer.Serialize(json, Incidents, ControlJson.Readable.IReadOnlyListIncident);
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>A message of a stream of events: JSON has no line breaks of its own.</summary>
    public static byte[] Message(byte[] json) => [.. Field, .. json, (byte)'\n', (byte)'\n'];
}
