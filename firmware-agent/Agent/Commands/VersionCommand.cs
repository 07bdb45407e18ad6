using System.CommandLine;
using System.Reflection;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance version</c>.</summary>
public static class VersionCommand
{
    /// <summary>Version of this build, e.g. 0.1.0.</summary>
    public static string Version { get; } =
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static Command Create()
    {
        var command = new Command("version", "Prints the version of this executable.");
        command.SetAction(line => line.InvocationConfiguration.Output.WriteLine($"appliance {Version}"));
        return command;
    }
}
