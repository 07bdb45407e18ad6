using Appliance.Core.Configuration;

namespace Appliance.Agent.Replica.Adopt;

/// <summary>What the configuration says of directories in replicas.</summary>
internal static class ConfiguredData
{
    /// <summary>Mounts whose device is a replica's.</summary>
    public static IEnumerable<ResourceKind.Mount> Mounts(ApplianceConfig config) => config.Groups
        .SelectMany(group => group.Resources).Select(resource => resource.What).OfType<ResourceKind.Mount>()
        .Where(mount => config.Replicas.Any(replica => replica.Device == mount.Device));

    /// <summary>Directories that bind resources show out of one.</summary>
    public static string[] BoundFrom(ApplianceConfig config, string directory) =>
    [
        .. config.Groups.SelectMany(group => group.Resources).Select(resource => resource.What).OfType<ResourceKind.Bind>()
            .Where(bind => bind.From.TrimEnd('/') == directory.TrimEnd('/')).SelectMany(bind => bind.Paths),
    ];
}
