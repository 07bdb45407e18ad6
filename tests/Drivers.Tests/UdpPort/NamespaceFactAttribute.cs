using System.Diagnostics;

namespace Appliance.Drivers.Tests.UdpPort;

/// <summary>A test that needs root and its own network namespaces. Elsewhere it is skipped and says why.</summary>
public sealed class NamespaceFactAttribute : FactAttribute
{
    private static readonly string? s_obstacle = Obstacle();

    public NamespaceFactAttribute() => Skip = s_obstacle;

    private static string? Obstacle()
    {
        if (!Environment.IsPrivilegedProcess) return "needs root for network namespaces";
        try
        {
            using var trial = Process.Start(new ProcessStartInfo("unshare", "--net true") { RedirectStandardError = true })!;
            trial.WaitForExit();
            return trial.ExitCode == 0 ? null : "this kernel or container does not allow network namespaces";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "unshare (util-linux) is not installed";
        }
    }
}
