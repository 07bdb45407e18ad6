using Appliance.Lab.Host;

namespace Appliance.Lab.Setup;

/// <summary>
/// The control group that holds one node with everything in it; freezing it stops the whole machine between two instructions.
/// </summary>
public sealed class ControlGroup(string name)
{
    // On a machine with both hierarchies the second version lies one level lower.
    private static readonly string Root =
        File.Exists("/sys/fs/cgroup/cgroup.procs") ? "/sys/fs/cgroup" : "/sys/fs/cgroup/unified";

    /// <summary>The file a process writes its number into to join.</summary>
    public string JoinFile => $"{Root}/{name}/cgroup.procs";

    /// <summary>Makes it.</summary>
    public void Create()
    {
        if (!File.Exists($"{Root}/cgroup.procs"))
            throw new LabException("this machine has no cgroup version 2, which systemd in the nodes needs");
        Directory.CreateDirectory($"{Root}/{name}");
    }

    /// <summary>Stops or continues everything in it.</summary>
    public void Freeze(bool frozen) => File.WriteAllText($"{Root}/{name}/cgroup.freeze", frozen ? "1" : "0");

    /// <summary>Whether it is stopped now.</summary>
    public bool IsFrozen => File.Exists($"{Root}/{name}/cgroup.freeze") && File.ReadAllText($"{Root}/{name}/cgroup.freeze").Trim() == "1";

    /// <summary>Ends everything in it at once and returns when it is empty; false when it does not get there within the limit.</summary>
    public bool Kill(TimeSpan limit)
    {
        if (!Directory.Exists($"{Root}/{name}")) return true;
        File.WriteAllText($"{Root}/{name}/cgroup.kill", "1");
        return Waiting.Until(limit,
            () => File.ReadAllText($"{Root}/{name}/cgroup.events").Contains("populated 0", StringComparison.Ordinal));
    }

    /// <summary>Removes it and what nspawn made below it; everything in it must have ended.</summary>
    public void Remove()
    {
        foreach (var hierarchy in new[] { $"{Root}/{name}", $"/sys/fs/cgroup/systemd/{name}" })
            if (Directory.Exists(hierarchy)) RemoveTree(hierarchy);
    }

    // The files in a control group cannot be deleted; only its directories, from the leaves up.
    private static void RemoveTree(string directory)
    {
        foreach (var child in Directory.GetDirectories(directory)) RemoveTree(child);
        Waiting.Until(TimeSpan.FromSeconds(2), () => TryRemove(directory));
    }

    private static bool TryRemove(string directory)
    {
        try
        {
            Directory.Delete(directory);
            return true;
        }
        catch (IOException)
        {
            return false; // The last process in it is still on its way out.
        }
    }
}
