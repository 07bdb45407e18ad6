using System.Reflection;
using System.Xml.Linq;
using Appliance.Simulation;

namespace Appliance.Core.Tests.Tidy;

/// <summary>What keeps the executable small: docs/decisions/0003-native-aot-settings.md.</summary>
public sealed class SizeTests
{
    private static readonly string[] Folders = ["firmware-agent/", "drivers/"];

    /// <summary>Directory.Build.targets takes the library away from what is AOT-compatible, so that nothing compiles against it.</summary>
    [Fact]
    public void The_product_queries_without_the_library()
    {
        foreach (var folder in Folders)
        foreach (var project in Directory.EnumerateFiles(Repository.PathOf(folder), "*.csproj", SearchOption.AllDirectories))
            Assert.Contains(XDocument.Load(project).Descendants("IsAotCompatible"), setting => setting.Value == "true");
        foreach (var assembly in new[] { typeof(Limits).Assembly, typeof(World).Assembly })
            Assert.DoesNotContain("System.Linq", assembly.GetReferencedAssemblies().Select(Name));
        Assert.Contains("System.Linq", typeof(SizeTests).Assembly.GetReferencedAssemblies().Select(Name));
    }

    [Fact]
    public void One_context_has_the_code_of_all_json() =>
        Assert.Equal(["firmware-agent/Agent/Control/AgentJson.cs"], SourceFile.All
            .Where(file => Folders.Any(folder => file.Path.StartsWith(folder, StringComparison.Ordinal)))
            .Where(file => file.Code.Any(line => line.Contains("JsonSerializerContext", StringComparison.Ordinal)))
            .Select(file => file.Path));

    private static string? Name(AssemblyName assembly) => assembly.Name;
}
