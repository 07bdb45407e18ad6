using System.Buffers;
using System.Text;
using System.Text.Json;
using Appliance.Agent.Journal;

namespace Appliance.Agent.Drills;

/// <summary>A report for programs. It is an interface: fields are added, never renamed. Written by hand: nobody reads it back here, and a
/// generated shape costs ten times as much.</summary>
internal static class DrillJson
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    public static string Of(DrillReport report)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, Indented))
        {
            json.WriteStartObject();
            json.WriteString("fault", report.Fault);
            json.WriteString("cluster", report.Cluster);
            json.WriteString("node", report.Node);
            json.WriteString("at", report.At);
            json.WriteBoolean("passed", report.Passed);
            json.WriteString("problem", report.Problem);
            json.WriteStartArray("phases");
            foreach (var phase in report.Phases) Write(json, phase);
            json.WriteEndArray();
            json.WriteStartArray("users");
            foreach (var user in report.Users) json.WriteStringValue(user);
            json.WriteEndArray();
            json.WriteStartArray("events");
            foreach (var happened in report.Events) JsonSerializer.Serialize(json, happened, EventJson.Readable.EventView);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, DrillPhase phase)
    {
        json.WriteStartObject();
        json.WriteString("step", phase.Step);
        json.WriteString("what", phase.What);
        json.WriteNumber("ms", phase.Ms);
        if (phase.GoalMs > 0) json.WriteNumber("goal_ms", phase.GoalMs);
        json.WriteEndObject();
    }
}
