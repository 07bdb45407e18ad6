using System.Text.Json;
using System.Text.Json.Serialization;

namespace Appliance.Core;

/// <summary>
/// JSON of an enum: the name of its value, read in any case. In the place of the library's converter, which brings 20 KB per enum
/// (docs/decisions/0003-native-aot-settings.md).
/// </summary>
public sealed class EnumWord<T> : JsonConverter<T> where T : struct, Enum
{
    /// <exception cref="JsonException">Not a name of this enum.</exception>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        // The enum's own parser also takes numbers and lists of names; these have no name, or another one.
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        if (Enum.TryParse(typeof(T), text, ignoreCase: true, out var value)
            && string.Equals(Enum.GetName(typeof(T), value), text, StringComparison.OrdinalIgnoreCase)) return (T)value;
        throw new JsonException();
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
