using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Appliance.Core.Alerts;

/// <summary>An alert as JSON, for a webhook and for a program: <c>subject</c> and <c>text</c> for people, <c>events</c> for
/// machines.</summary>
public static class AlertJson
{
    /// <summary>Only what JSON forbids is escaped: the receiver is no web page, and the length of the text stays bounded.</summary>
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(AlertMessage message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteString("site", message.Site);
            json.WriteString("node", message.Node);
            json.WriteString("subject", message.Subject);
            // The key that chat servers show.
            json.WriteString("text", $"{message.Subject}\n{message.Body}");
            json.WriteNumber("dropped", message.Dropped);
            json.WriteStartArray("events");
            foreach (var line in message.Lines) Write(json, line);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, AlertLine line)
    {
        json.WriteStartObject();
        json.WriteNumber("serial", line.Serial);
        json.WriteNumber("unix_ms", line.UnixMs);
        json.WriteString("node", line.Node);
        json.WriteString("kind", line.Kind);
        if (line.Group is { } group) json.WriteString("group", group);
        if (line.Resource is { } resource) json.WriteString("resource", resource);
        json.WriteString("text", line.Text);
        json.WriteEndObject();
    }
}
