using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Appliance.Agent.Status;

namespace Appliance.Agent.Control;

/// <summary>A request on a control socket, whoever listens there.</summary>
internal static class RequestText
{
    /// <summary>Reads a line. Null and an error when it is no request.</summary>
    /// <param name="type">The shape; unknown fields are refused by it.</param>
    /// <param name="command">What a request must have.</param>
    public static T? Parse<T>(ReadOnlySpan<byte> line, JsonTypeInfo<T> type, Func<T, string?> command, out string error)
        where T : class
    {
        error = "";
        try
        {
            if (JsonSerializer.Deserialize(line, type) is { } request && command(request) is { Length: > 0 }) return request;
            error = "the request is not a JSON object with a command";
        }
        catch (JsonException garbage)
        {
            error = $"the request is not understood: {Words.Clean(garbage.Message)}";
        }

        return null;
    }
}
