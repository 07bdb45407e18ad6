using Appliance.Lab.Host;
using Appliance.Lab.Setup;

namespace Appliance.Lab.Stacks;

/// <summary>
/// What an operator does once on a fresh pair: create the replica on both nodes, declare one node's disk the truth, make a file system,
/// move the services' directories into it. Afterwards the agents take over.
/// </summary>
public sealed class ReplicaSetup(LabRun lab)
{
    private const string Name = "data";
    private const string Unit = "appliance-replica@data.service";
    private const string MountPoint = "/srv/appliance";

    // As in the configuration's bind resource.
    private static readonly string[] Directories = ["/etc/asterisk", "/var/lib/asterisk", "/var/spool/asterisk", "/var/lib/mysql"];

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The first node's data becomes the pair's.</summary>
    public void Run()
    {
        foreach (var node in lab.Nodes)
        {
            node.Run("appliance", "replica", "create", Name);
            node.Run("systemctl", "start", Unit);
        }
        var first = lab.Machine(NodePlan.A);
        first.Run("appliance", "replica", "primary", "--force", Name);
        if (!Waiting.Until(Limit, () => first.Try("test", "-b", $"/dev/appliance/{Name}").ExitCode == 0))
            throw new LabException($"{first.Plan.Name}: /dev/appliance/{Name} does not appear");
        first.Run("appliance", "data", "adopt", "--mkfs", "ext4");
        // The agents begin with everything stopped, as after a boot.
        foreach (var path in Directories.Reverse().Append(MountPoint)) first.Run("umount", path);
        first.Run("appliance", "replica", "secondary", Name);
        ControlSocket.Await(ControlPath(first), Limit, $"{first.Plan.Name}: the first copy", view => view.IsWhole);
    }

    /// <summary>Null when both nodes say that both copies are whole and joined; otherwise what one of them says.</summary>
    public string? WhyNotInSync()
    {
        foreach (var node in lab.Nodes)
        {
            if (!node.IsOn) return $"{node.Plan.Name} is off";
            var view = ControlSocket.Look(ControlPath(node));
            if (view is null) return $"{node.Plan.Name}: the replica does not answer";
            if (!view.IsWhole) return $"{node.Plan.Name}: {view}";
        }
        return null;
    }

    // Through the node's own view of the file system: its /run is nowhere else.
    private string ControlPath(NodeMachine node) =>
        $"/proc/{lab.State.Leaders[node.Plan.Name].Number}/root/run/appliance/replica-{Name}.sock";
}
