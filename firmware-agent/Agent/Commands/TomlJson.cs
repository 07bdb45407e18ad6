using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Appliance.Core;
using Appliance.Core.Toml;

namespace Appliance.Agent.Commands;

/// <summary>Our own TOML as JSON: tables become objects, arrays arrays, strings strings.</summary>
internal static class TomlJson
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text was written by this program, so it is TOML.</summary>
    public static string Of(ReadOnlySpan<byte> toml)
    {
        var document = TomlReader.Read(toml);
        Invariant.Check(document.Problems.IsEmpty);
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options)) Write(json, document.Root);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void Write(Utf8JsonWriter json, TomlValue value)
    {
        switch (value)
        {
            case TomlValue.Text text:
                json.WriteStringValue(text.Value);
                break;
            case TomlValue.Integer integer:
                json.WriteNumberValue(integer.Value);
                break;
            case TomlValue.Boolean boolean:
                json.WriteBooleanValue(boolean.Value);
                break;
            case TomlValue.List list:
                json.WriteStartArray();
                foreach (var item in list.Items) Write(json, item);
                json.WriteEndArray();
                break;
            case TomlValue.Table table:
                WriteTable(json, table);
                break;
            default:
                throw new InvariantException($"no key of the configuration has a {value.Kind}");
        }
    }

    private static void WriteTable(Utf8JsonWriter json, TomlValue.Table table)
    {
        json.WriteStartObject();
        foreach (var entry in table.Entries)
        {
            json.WritePropertyName(entry.Key);
            Write(json, entry.Value);
        }

        json.WriteEndObject();
    }
}
