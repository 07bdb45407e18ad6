using System.Text;
using Appliance.Core.Configuration;

namespace Appliance.Agent.Tests.Fences;

/// <summary>The minimal configuration with devices.</summary>
internal static class Configured
{
    public static ApplianceConfig Fences(params FenceConfig[] devices) => Plus("") with { Fences = [.. devices] };

    /// <summary>With lines behind it.</summary>
    public static ApplianceConfig Plus(string lines)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Appliance.sln"))) folder = Path.GetDirectoryName(folder)!;
        var text = File.ReadAllText(Path.Combine(folder, "docs", "appliance.minimal.toml"));
        var result = ConfigReader.Read(Encoding.UTF8.GetBytes($"{text}\n{lines}"));
        Assert.True(result.Config is not null, string.Join('\n', result.Problems));
        return result.Config;
    }
}
