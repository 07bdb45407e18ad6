namespace Appliance.Agent;

/// <summary>How the process ends. A contract with systemd, with monitoring plug-ins and with scripts; docs/man/appliance.8.</summary>
public enum ExitCode
{
    /// <summary>Done; for <c>status --oneline</c>: all is well.</summary>
    Ok = 0,

    /// <summary>The agent refused, with a sentence; for <c>status --oneline</c>: redundancy is lost.</summary>
    Warning = 1,

    /// <summary>Wrong usage, or no agent answers; for <c>status --oneline</c>: service is lost.</summary>
    Critical = 2,

    /// <summary>Unusable configuration or state: starting again would not mend it, so systemd does not
    /// (RestartPreventExitStatus).</summary>
    Unusable = 3,

    /// <summary>A foneBRIDGE was told to stop and could not be told to start: its lines are silent.</summary>
    LinesSilent = 4,

    /// <summary>A foneBRIDGE must be reset and configured again; the vendor's client ends with the same number.</summary>
    NeedsReset = 7,
}
