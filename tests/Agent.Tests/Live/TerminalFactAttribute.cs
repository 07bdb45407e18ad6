namespace Appliance.Agent.Tests.Live;

/// <summary>A test that runs the built executable on a pseudo-terminal made by script(1).</summary>
internal sealed class TerminalFactAttribute : FactAttribute
{
    public TerminalFactAttribute()
    {
        if (!File.Exists(ScriptPath)) Skip = $"{ScriptPath} (package bsdutils) is not installed";
        else if (!File.Exists(Executable)) Skip = $"{Executable} is not built";
    }

    public const string ScriptPath = "/usr/bin/script";

    public static string Executable { get; } = RepositoryFiles.PathOf(
        "firmware-agent", "Agent", "bin", Configuration, "net9.0", "linux-x64", "appliance");

    private static string Configuration => AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
}
