namespace Appliance.Core.Configuration;

/// <summary>Whether a new configuration may replace the running one while resources run.</summary>
public static class ConfigChange
{
    /// <summary>
    /// Why not, in words; null: it may. A resource that runs here cannot change or vanish under way: nobody would stop the old one. New
    /// resources, timings, probes and everything about groups that are not held may change.
    /// </summary>
    /// <param name="running">The configuration in force.</param>
    /// <param name="fresh">The one that is to replace it.</param>
    /// <param name="held">Names of the groups whose resources may run on this node.</param>
    public static string? Obstacle(ApplianceConfig running, ApplianceConfig fresh, IEnumerable<string> held)
    {
        foreach (var replica in running.Replicas)
        {
            var next = fresh.Replicas.FirstOrDefault(candidate => candidate.Name == replica.Name);
            if (next is null || !ReplicaText.Same(replica, next, running.Nodes))
                return $"replica {replica.Name} is {(next is null ? "missing" : "different")} in the new file, and its process runs: "
                    + $"appliance standby, then systemctl restart appliance-replica@{replica.Name} appliance-agent";
        }

        foreach (var device in running.Devices)
        {
            var next = fresh.Devices.FirstOrDefault(candidate => candidate.Name == device.Name);
            if (next is not null && LineDeviceText.Same(device, next, running.Nodes)) continue;
            var keeper = device is RelayDeviceConfig ? $"appliance-relay@{device.Name} " : "";
            return $"device {device.Name} is {(next is null ? "missing" : "different")} in the new file, and is in use: appliance standby, "
                + $"then systemctl restart {keeper}appliance-agent";
        }

        foreach (var name in held)
        {
            var before = running.Groups.First(group => group.Name == name);
            var after = fresh.Groups.FirstOrDefault(group => group.Name == name);
            if (after is null) return $"group {name} is held by this node and missing in the new file: appliance standby first";
            foreach (var resource in before.Resources)
            {
                var next = after.Resources.FirstOrDefault(candidate => candidate.Name == resource.Name);
                if (next is null)
                    return $"resource {name}/{resource.Name} runs here and is missing in the new file: appliance standby first";
                if (!ResourceText.Same(resource.What, next.What))
                    return $"resource {name}/{resource.Name} runs here and is different in the new file: appliance standby first";
            }
        }

        return null;
    }
}
