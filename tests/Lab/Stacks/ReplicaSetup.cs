using Appliance.Lab.Host;
using Appliance.Lab.Setup;

namespace Appliance.Lab.Stacks;

/// <summary>
/// What a fresh pair does by itself before its agents run: the replica is created on both nodes, the first one's disk is declared the
/// truth, gets a file system and the services' directories. Here it is started by hand, because the lab starts its agents later.
/// </summary>
public sealed class ReplicaSetup(LabRun lab)
{
    private const string Name = "data";
    private const string Unit = "appliance-data.service";
    private const string DoneNote = "/var/lib/appliance/data-begun";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The first node's data becomes the pair's.</summary>
    public void Run()
    {
        // Both at once, as when both boxes are switched on: each waits for what it needs of the other.
        Parallel.ForEach(lab.Nodes, node => node.Run("systemctl", "start", Unit));
        foreach (var node in lab.Nodes)
            if (node.Try("test", "-e", DoneNote).ExitCode != 0)
                throw new LabException(
                    $"{node.Plan.Name}: {Unit} did not end well: {node.Try("journalctl", "-u", Unit, "-n", "20").Output}");
        var first = lab.Machine(NodePlan.A);
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
