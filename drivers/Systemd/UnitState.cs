namespace Appliance.Drivers.Systemd;

/// <summary>A unit in systemd's own words (org.freedesktop.systemd1(5)).</summary>
/// <param name="Load">loaded, not-found, masked, bad-setting, error.</param>
/// <param name="Active">active, reloading, inactive, failed, activating, deactivating, maintenance, refreshing.</param>
/// <param name="Sub">running, exited, dead, auto-restart, start, …</param>
/// <param name="Result">success, exit-code, signal, core-dump, timeout, watchdog, start-limit-hit, oom-kill, resources, …; empty for units
/// that are no services.</param>
public readonly record struct UnitState(string Load, string Active, string Sub, string Result)
{
    /// <summary>Null when the unit can be started, else why not in words.</summary>
    public string? Unusable => Load switch
    {
        "loaded" or "merged" => null,
        "not-found" => "there is no such unit: install the package or correct the name",
        "masked" => "the unit is masked: systemctl unmask it",
        _ => $"the unit file cannot be used ({Load}): systemd-analyze verify it",
    };

    public bool IsRunning => Active is "active" or "reloading" or "refreshing";

    public bool IsStopped => Active is "inactive" or "failed";

    /// <summary>On the way from one to the other.</summary>
    public bool IsChanging => !IsRunning && !IsStopped;

    public override string ToString() => Result is "" or "success" ? $"{Active} ({Sub})" : $"{Active} ({Sub}, {Result})";
}

/// <summary>How an operation on a unit ended.</summary>
public enum UnitOutcome
{
    Done,
    Failed,

    /// <summary>Trying again cannot mend it: no such unit, masked, bad unit file.</summary>
    Impossible,
}

/// <param name="Text">For people.</param>
public readonly record struct UnitChange(UnitOutcome Outcome, string Text);
