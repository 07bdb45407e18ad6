namespace Appliance.Core.Tests.Toml;

/// <summary>The files of the public conformance suite (toml-lang/toml-test), where a developer has put them.</summary>
internal static class TomlSuite
{
    /// <summary>The folder that holds valid/ and invalid/, or null.</summary>
    public static string? Folder { get; } = Find();

    public static IEnumerable<string> Files(string kind) =>
        Folder is null ? [] : Directory.EnumerateFiles(Path.Combine(Folder, kind), "*.toml", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal);

    private static string? Find()
    {
        var named = Environment.GetEnvironmentVariable("APPLIANCE_SHARED");
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Appliance.sln"))) root = root.Parent;
        string?[] places = [named, Beside(root, "../shared"), Beside(root, "../../shared")];
        return places.OfType<string>().Select(place => Path.Combine(place, "toml-test")).FirstOrDefault(Directory.Exists);
    }

    private static string? Beside(DirectoryInfo? root, string path) =>
        root is null ? null : Path.GetFullPath(Path.Combine(root.FullName, path));
}

/// <summary>A test that needs the suite's files; skipped with the reason when they are not there.</summary>
public sealed class TomlSuiteFactAttribute : FactAttribute
{
    public TomlSuiteFactAttribute()
    {
        if (TomlSuite.Folder is null)
            Skip = "the folder toml-test is neither in $APPLIANCE_SHARED nor in a folder 'shared' beside the repository";
    }
}
