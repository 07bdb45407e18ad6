using Appliance.Agent.Control;

namespace Appliance.Agent.Commands;

/// <summary>What <c>import --json</c> prints.</summary>
/// <param name="Omitted">Findings that are only counted.</param>
/// <param name="FillIn">What <c>config check</c> will refuse.</param>
/// <param name="Toml">The new file; absent when it was written to a place of its own.</param>
public sealed record ImportView(
    int Mapped, int Noted, int Refused, int Omitted, ImportFindingView[] Findings, ConfigProblemView[] FillIn, string? Toml);

/// <param name="Outcome">mapped, noted or refused.</param>
public sealed record ImportFindingView(string File, int Line, string Directive, string Outcome, string Words);

/// <summary>JSON of the command.</summary>
public static class ImportJson
{
    /// <summary>A line per field.</summary>
    public static AgentJson Readable => field ??= AgentJson.Readable(indented: true);
}
