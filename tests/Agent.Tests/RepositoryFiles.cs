namespace Appliance.Agent.Tests;

/// <summary>Files of the repository that tests read.</summary>
internal static class RepositoryFiles
{
    /// <summary>The directory of Appliance.sln above the test binary.</summary>
    public static string Root { get; } = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Appliance.sln"))) directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("the tests do not run inside the repository");
    }
}

/// <summary>Expected texts kept as files, diffed in review. REWRITE=1 writes what the code says now.</summary>
internal static class Golden
{
    public static void Check(string name, string actual, params string[] folder)
    {
        var path = RepositoryFiles.PathOf(["tests", "Agent.Tests", .. folder, "Golden", name]);
        if (Environment.GetEnvironmentVariable("REWRITE") == "1") File.WriteAllText(path, actual);
        Assert.True(File.Exists(path), $"{path} is missing; REWRITE=1 makes it");
        Assert.Equal(File.ReadAllText(path), actual);
    }
}
