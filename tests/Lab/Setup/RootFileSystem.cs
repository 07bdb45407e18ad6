using Appliance.Lab.Host;

namespace Appliance.Lab.Setup;

/// <summary>Asks the scripts of the rootfs folder for the layers of a stack; they build what the cache has not got.</summary>
public static class RootFileSystem
{
    /// <summary>The folder of the repository, found upwards from the executable or given by APPLIANCE_REPOSITORY.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>The overlay layers for a stack, top first, joined by colons.</summary>
    public static string Layers(string layer)
    {
        var result = HostCommand.Try(TimeSpan.FromMinutes(30), $"{Repository}/tests/Lab/rootfs/layer.sh", layer);
        return result.ExitCode == 0
            ? result.Output.Trim().Split('\n')[^1]
            : throw new LabException($"the nodes' root file system could not be built: {result.Error.Trim()}");
    }

    private static string FindRepository()
    {
        if (Environment.GetEnvironmentVariable("APPLIANCE_REPOSITORY") is { Length: > 0 } given) return given;
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (File.Exists($"{directory.FullName}/Appliance.sln")) return directory.FullName;
        throw new LabException("the repository was not found above the executable; set APPLIANCE_REPOSITORY to its folder");
    }
}
