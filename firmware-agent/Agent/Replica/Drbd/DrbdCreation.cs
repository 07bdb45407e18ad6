using Appliance.Agent.Init;
using Appliance.Agent.Replica.Create;
using Appliance.Core.Configuration;
using Appliance.Core.Wire;
using Appliance.Drivers.Drbd;

namespace Appliance.Agent.Replica.Drbd;

/// <summary><c>replica create</c> where the backend is DRBD: the .res file and drbdadm create-md.</summary>
internal static class DrbdCreation
{
    /// <summary>Where drbdadm reads its resources.</summary>
    public const string Folder = "/etc/drbd.d";

    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The resource of a configured replica, for the DRBD of that version.</summary>
    public static DrbdResource Resource(int major, ReplicaSection section, ApplianceConfig config, int node, KeySet keys) => new(
        major, section.Name, MinorOf(section, config), section.Disk, section.MetadataPath,
        [.. section.Addresses.Select((address, number) => new DrbdSide(config.Nodes[number], address.Address, address.Port))],
        section.For(node, config.Nodes), DrbdSecret.Of(keys, config.Cluster.Name, section.Name), Handler(section));

    /// <summary>/dev/drbdN by the place in the file.</summary>
    public static int MinorOf(ReplicaSection section, ApplianceConfig config) => config.Replicas.IndexOf(section);

    /// <summary>What was done; null and why not.</summary>
    public static string? Run(ReplicaPlace place, bool force, out string problem, string folder = Folder, IDrbd? drbd = null)
    {
        if (DrbdVersion.Find(out problem) is not { } major) return null;
        var problems = new List<string>();
        if (AgentFiles.ReadKeys(place.Config!.Cluster.KeyFile, problems) is not { } keys)
        {
            problem = string.Join("; ", problems);
            return null;
        }

        var resource = Resource(major, place.Section!, place.Config, place.Node, keys);
        problem = Write(resource, folder, force, out _) ?? (drbd ?? new LinuxDrbd(place.Name, resource.Minor)).CreateMetadata(force) ?? "";
        return problem.Length > 0 ? null : $"Wrote {PathOf(resource, folder)}; {place.Disk} has DRBD's metadata. Do the same on the other "
            + $"node, then start {Client.ReplicaUnit.Of(place.Name)} on both";
    }

    /// <summary>Writes the file unless it is there and the same. Null, or why not: a file that a person wrote is kept.</summary>
    /// <param name="resource">What to write.</param>
    /// <param name="folder">Where drbdadm reads.</param>
    /// <param name="force">Overwrite a file that a person wrote.</param>
    /// <param name="changed">DRBD has something to take over.</param>
    public static string? Write(DrbdResource resource, string folder, bool force, out bool changed)
    {
        var path = PathOf(resource, folder);
        changed = false;
        try
        {
            var (text, found) = (resource.Text(), File.Exists(path) ? File.ReadAllText(path) : "");
            if (found == text) return null;
            if (found.Length > 0 && !force && !found.StartsWith(DrbdResource.Mark, StringComparison.Ordinal))
                return $"{path} was written by somebody else and is left as it is; replica create --force replaces it";
            var problem = NewFile.Write(path, text, Owner, overwrite: true);
            changed = problem is null;
            return problem;
        }
        catch (Exception world) when (world is IOException or UnauthorizedAccessException)
        {
            return $"{path}: {world.Message}";
        }
        catch (ArgumentException quote)
        {
            return quote.Message;
        }
    }

    private static string PathOf(DrbdResource resource, string folder) => Path.Combine(folder, resource.Name + ".res");

    /// <summary>The kernel starts it without any file open, and what we opened first would be taken for standard output: the shell opens
    /// them. A path with other characters than these would mean something to that shell and is not taken.</summary>
    private static string Handler(ReplicaSection section)
    {
        if (section.Fencing == Core.Replica.Fencing.DontCare) return "";
        var program = Environment.ProcessPath ?? "";
        if (!program.All(letter => char.IsAsciiLetterOrDigit(letter) || "/._-".Contains(letter, StringComparison.Ordinal)))
            program = "/usr/bin/appliance";
        return $"{program} replica fence-peer {section.Name} </dev/null >/dev/null 2>/dev/kmsg";
    }
}
