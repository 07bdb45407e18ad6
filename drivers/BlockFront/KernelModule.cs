using Appliance.Drivers.Script;

namespace Appliance.Drivers.BlockFront;

/// <summary>Loads a module of the kernel with the distribution's modprobe(8).</summary>
internal static class KernelModule
{
    private static readonly string[] Programs = ["/usr/sbin/modprobe", "/sbin/modprobe"];

    /// <summary>Null when it is there now, else why not. Blocks for as long as the kernel needs.</summary>
    public static string? Load(string name, params string[] parameters)
    {
        if (Directory.Exists($"/sys/module/{name}")) return null;
        var program = Programs.FirstOrDefault(File.Exists);
        if (program is null) return $"module {name} is not loaded and there is no modprobe";
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var end = ProcessRunner.Run([program, "--quiet", name, .. parameters], null, bound.Token);
        return end.ExitCode == 0 ? null : $"this kernel has no module {name} ({end.Words})";
    }
}
