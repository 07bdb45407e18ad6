using System.Collections.Immutable;

namespace Appliance.Core.Configuration;

/// <summary>How bad a problem is. Only warnings leave the file usable.</summary>
public enum Severity
{
    /// <summary>Wrong: unknown key, wrong type, impossible relation.</summary>
    Error,

    /// <summary>Right, but this version gives it no effect; refused so that nobody relies on it.</summary>
    Unsupported,

    /// <summary>Usable, and probably not what was meant.</summary>
    Warning,
}

/// <summary>Something wrong with a configuration or key file.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in characters.</param>
/// <param name="KeyPath">For example <c>group[pbx].resource[vip].address</c>; empty when the file is not TOML at all.</param>
/// <param name="Message">What was found and what is accepted.</param>
public sealed record Problem(Severity Severity, int Line, int Column, string KeyPath, string Message)
{
    /// <summary>Without the file's name: <c>12:5: error: heartbeat.keepalive: …</c></summary>
    public override string ToString() =>
        $"{Line}:{Column}: {Severity.ToString().ToLowerInvariant()}: {(KeyPath.Length > 0 ? KeyPath + ": " : "")}{Message}";
}

/// <summary>What reading a configuration file gave.</summary>
/// <param name="Config">Null when any problem is worse than a warning.</param>
/// <param name="Problems">All of them, sorted by place.</param>
public sealed record ConfigResult(ApplianceConfig? Config, ImmutableArray<Problem> Problems);
