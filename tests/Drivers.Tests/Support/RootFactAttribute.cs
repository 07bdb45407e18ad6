namespace Appliance.Drivers.Tests.Support;

/// <summary>A test that needs root; skipped with the reason where it cannot run.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootFactAttribute : FactAttribute
{
    /// <param name="needs">Files that must be there, e.g. a package's program.</param>
    public RootFactAttribute(params string[] needs)
    {
        if (!Environment.IsPrivilegedProcess) Skip = "needs root";
        var missing = needs.Where(path => !File.Exists(path)).ToList();
        if (missing.Count > 0) Skip = $"needs {string.Join(", ", missing)} (tests/install-needs.sh installs it)";
    }
}
