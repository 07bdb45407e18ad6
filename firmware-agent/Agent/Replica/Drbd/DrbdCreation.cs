using Appliance.Agent.Init;
using Appliance.Agent.Replica.Create;
using Appliance.Core.Configuration;
using Appliance.Drivers.Drbd;

namespace Appliance.Agent.Replica.Drbd;

/// <summary><c>replica create</c> where the backend is DRBD: the .res file and drbdadm create-md.</summary>
internal static class DrbdCreation
{
    /// <summary>Where drbdadm reads its resources.</summary>
    public const string Folder = "/etc/drbd.d";

    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The resource of a configured replica.</summary>
    public static DrbdResource Resource(ReplicaSection section, ApplianceConfig config, int node) => new(
        section.Name, MinorOf(section, config), section.Disk, section.MetadataPath,
        [.. section.Addresses.Select((address, number) => new DrbdSide(config.Nodes[number], address.Address, address.Port))],
        section.For(node, config.Nodes), "");

    /// <summary>/dev/drbdN by the place in the file.</summary>
    public static int MinorOf(ReplicaSection section, ApplianceConfig config) => config.Replicas.IndexOf(section);

    /// <summary>What was done; null and why not.</summary>
    public static string? Run(ReplicaPlace place, bool force, out string problem, string folder = Folder, IDrbd? drbd = null)
    {
        var resource = Resource(place.Section!, place.Config!, place.Node);
        var path = Path.Combine(folder, place.Name + ".res");
        try
        {
            problem = NewFile.Write(path, resource.Text(), Owner, force) ?? "";
        }
        catch (ArgumentException quote)
        {
            problem = quote.Message;
        }

        if (problem.Length == 0) problem = (drbd ?? new LinuxDrbd(place.Name, resource.Minor)).CreateMetadata(force) ?? "";
        return problem.Length > 0 ? null : $"Wrote {path}; {place.Disk} has DRBD's metadata. Do the same on the other node, then drbdadm "
            + $"up {place.Name} on both, or start {Client.ReplicaUnit.Of(place.Name)}";
    }
}
