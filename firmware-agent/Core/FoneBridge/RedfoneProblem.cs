using System.Collections.Immutable;

namespace Appliance.Core.FoneBridge;

/// <summary>Something about a redfone.conf that a person must know.</summary>
/// <param name="Line">From 1; 0: the file as a whole.</param>
/// <param name="Message">What, expected, found.</param>
/// <param name="IsWarning">The file can be used all the same.</param>
public sealed record RedfoneProblem(int Line, string Message, bool IsWarning = false)
{
    public override string ToString() => $"{(Line > 0 ? $"{Line}: " : " ")}{(IsWarning ? "warning: " : "")}{Message}";
}

/// <summary>What was read: a configuration, unless a problem is more than a warning.</summary>
public sealed record RedfoneResult(BridgeConfig? Config, ImmutableArray<RedfoneProblem> Problems);
