using Appliance.Agent.Control;

namespace Appliance.Agent.Commands;

/// <summary>What <c>config check --json</c> prints.</summary>
/// <param name="Digest">Eight hexadecimal digits; absent when the file is not usable.</param>
/// <param name="DoubleFaults">Sentences.</param>
public sealed record ConfigCheckView(string File, bool Usable, string? Digest, ConfigProblemView[] Problems, string[] DoubleFaults);

/// <param name="Severity">error, unsupported or warning.</param>
public sealed record ConfigProblemView(string Severity, int Line, int Column, string Key, string Message);

/// <summary>JSON of the configuration commands.</summary>
public static class ConfigJson
{
    /// <summary>A line per field.</summary>
    public static AgentJson Readable => field ??= AgentJson.Readable(indented: true);
}
