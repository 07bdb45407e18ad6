using System.Text.Encodings.Web;
using System.Text.Json;

namespace Appliance.Agent.Control;

/// <summary>JSON for people, files and pipes, never for a web page.</summary>
internal static class ReadableJson
{
    /// <summary>The same options, but quotes and accents stay readable; control characters stay escaped.</summary>
    /// <param name="options">Of the generated context.</param>
    /// <param name="indented">A line per field; null: as the context has it.</param>
    public static JsonSerializerOptions Of(JsonSerializerOptions options, bool? indented = null) => new(options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = indented ?? options.WriteIndented,
        TypeInfoResolver = null,
    };
}
