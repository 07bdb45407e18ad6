using System.Text.Json;
using System.Text.Json.Serialization;
using Appliance.Agent.Control;

namespace Appliance.Agent.Commands;

/// <summary>What <c>config check --json</c> prints.</summary>
/// <param name="Digest">Eight hexadecimal digits; absent when the file is not usable.</param>
/// <param name="DoubleFaults">Sentences.</param>
public sealed record ConfigCheckView(string File, bool Usable, string? Digest, ConfigProblemView[] Problems, string[] DoubleFaults);

/// <param name="Severity">error, unsupported or warning.</param>
public sealed record ConfigProblemView(string Severity, int Line, int Column, string Key, string Message);

/// <summary>JSON of the configuration commands.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true)]
[JsonSerializable(typeof(ConfigCheckView))]
public sealed partial class ConfigJson : JsonSerializerContext
{
    /// <summary>Quotes and umlauts stay readable; the output is never part of a page.</summary>
    public static ConfigJson Readable => field ??= new(ReadableJson.Of(Default.Options));
}
